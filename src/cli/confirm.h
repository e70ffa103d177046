// Asks before something is deleted that cannot be brought back.
#pragma once

#include <string>

#include "cli/exit.h"
#include "cli/world.h"

namespace holdfast::cli {

// Fine when `yes`, or when somebody at a terminal says so. Failed when they say no; a usage error when there is no
// terminal to ask at.
[[nodiscard]] inline Outcome<> confirm(World& world, bool yes, const std::string& question) {
  if (yes) return {};
  if (!world.in_is_terminal || !world.err_is_terminal)
    return usage(question + " There is no terminal to ask at: add --yes to mean it.");
  world.err << question << " [y/N] " << std::flush;
  std::string reply;
  std::getline(world.in, reply);
  if (reply == "y" || reply == "Y" || reply == "yes") return {};
  return std::unexpected(Error{Code::kCancelled, "nothing was deleted"});
}

}  // namespace holdfast::cli
