// The `holdfast` command line: parses, runs the command, says what went wrong.
#pragma once

#include <string>
#include <vector>

#include "cli/world.h"

namespace holdfast::cli {

// `args` without the program's name. Returns the exit status (cli/exit.h).
[[nodiscard]] int run(const std::vector<std::string>& args, World& world);

}  // namespace holdfast::cli
