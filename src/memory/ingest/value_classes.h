// What kind of thing a known value is: npm is a package manager, dark mode a theme. The lexicon behind topic keys, so
// that "use pnpm, not npm" and "we switched to Yarn" are about one topic. Data: value_classes.inc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/tokens.h"

namespace holdfast::memory {

struct ValueClass {
  std::string_view name;   // "package manager": the topic
  bool exclusive = false;  // one project, or one person, normally has one; else several live beside each other
  bool personal = false;   // a preference, which everybody has their own of: whose it is is part of the topic
};

struct ClassHit {
  const ValueClass* value_class = nullptr;  // null: no known value begins here
  std::size_t tokens = 0;                   // how many tokens the value has
};

// The known value that begins at `at`; the longest when there are several.
[[nodiscard]] ClassHit find_value_class(const Tokens& tokens, std::size_t at);

// Whether one word by itself is a known value (of a tool, not of a preference): "rails" in "rails 7.2".
[[nodiscard]] const ValueClass* class_of_word(std::string_view word);

// Whether what stands at `at` is denied: "not npm", "no longer on npm", "instead of npm".
[[nodiscard]] bool is_negated(const Tokens& tokens, std::size_t at);

// Whether a word of the lexicon means the thing there, and not the everyday word ("go", "next").
[[nodiscard]] bool means_value(const Tokens& tokens, std::size_t at);

// Whether a topic key names a kind of which one project, or one person, normally has one value.
[[nodiscard]] bool is_exclusive_topic(std::string_view topic_key);

struct ClassValue {
  const ValueClass* value_class = nullptr;
  std::string value;
  bool negated = false;
};

// All known values of a statement, in order.
[[nodiscard]] std::vector<ClassValue> class_values(const Tokens& tokens);

}  // namespace holdfast::memory
