// What `holdfast models check` asks for and is told. The servers are asked by whoever wires the binary (main/): the
// command line itself knows no models.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::cli {

struct ModelsCheckLine {
  std::string of;     // "language model qwen2.5:7b", "embeddings"
  std::string what;   // "schema"
  std::string state;  // "works", "limited", "fails"
  std::string found;
  std::string advice = {};  // what to change; "" when there is nothing
  double ms = 0;            // 0 where nothing was asked
};

struct ModelsCheckOptions {
  std::optional<std::string> config = {};  // a TOML file, as of serve
  // Told each line as it comes: a check of a slow server takes a while.
  std::function<void(const ModelsCheckLine&)> on_line = {};
};

// Empty when no model server is configured. kInvalid for a bad configuration.
[[nodiscard]] Result<std::vector<ModelsCheckLine>> check_models(const ModelsCheckOptions& options);

}  // namespace holdfast::cli
