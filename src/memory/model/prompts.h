// The files of prompts/, compiled in.
#pragma once

#include <string_view>

namespace holdfast::memory {

struct Prompt {
  std::string_view whole;   // the system message
  std::string_view brief;   // the same without its examples, for models that have no room for them
  std::string_view schema;  // of the reply, as JSON
};

// Of a stage ("extract", "detail", "verify", "classify", "analyse", "synthesise"); static. Empty for any other.
[[nodiscard]] Prompt prompt_of(std::string_view stage);

}  // namespace holdfast::memory
