// What a command sees of the machine it runs on, so that tests can be that machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "base/clock.h"
#include "cli/models_check.h"
#include "cli/serve.h"

namespace holdfast::cli {

struct World {
  std::istream& in;
  std::ostream& out;  // results
  std::ostream& err;  // everything said beside them
  const Clock& clock;
  std::function<std::optional<std::string>(const std::string& name)> env;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<int(const ServeOptions&)> serve;
  std::function<Result<std::vector<ModelsCheckLine>>(const ModelsCheckOptions&)> check_models = {};

  bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
  std::size_t columns = 80;  // of the terminal
};

}  // namespace holdfast::cli
