// A memory, made comparable with others: its parts, what each is about and which values it gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/cues.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/value_classes.h"
#include "memory/types.h"

namespace holdfast::memory {

// Kinds of values: two statements of one thing give it values of one kind.
enum class ValueKind : std::uint8_t {
  kDay,
  kWeekday,
  kTime,
  kMoney,
  kVersion,
  kQuantity,
  kContact,
  kPath,
  kCode,
  kName
};
inline constexpr std::size_t kValueKinds = 10;

struct KindedValue {
  ValueKind kind;
  std::string value;
  std::string unit;  // of a quantity: the word after it, in the singular; of a version: what it is the version of

  auto operator<=>(const KindedValue&) const = default;
};

struct TopicTerm {
  std::string term;  // a stem
  float weight = 0;
};
inline constexpr float kRareWeight = 1.0F;
inline constexpr float kCommonWeight = 0.5F;  // of verbs and other words that stand in statements about anything

// A known value, and what kind of thing it is.
struct AssertedValue {
  const ValueClass* value_class;
  std::string value;
};

// A part of a memory (parts.h).
struct PartView {
  std::string text;
  std::size_t sentence = 0;
  std::vector<std::string> words;      // lower case, in order
  std::vector<TopicTerm> topics;       // what it is about; by term
  std::vector<TopicTerm> around;       // what the other parts of its sentence are about; by term
  std::vector<KindedValue> values;     // sorted
  std::vector<std::string> names;      // sorted
  std::vector<std::string> scopes;     // production, weekend, …; sorted
  std::vector<std::string> relations;  // sister, dog, …; sorted
  std::vector<AssertedValue> asserted;
  std::vector<std::string> denied;  // what it says holds no longer; sorted
  CueSet cues;
};

struct Comparable {
  const Memory* memory = nullptr;
  Statement statement;
  CueSet cues;
  std::vector<PartView> parts;
  std::vector<TopicTerm> topics;      // of all parts
  std::vector<std::string> asserted;  // known values (tools, preferences) it says hold; sorted
  std::vector<std::string> denied;    // values it says hold no longer; sorted
};

// `memory` must outlive it.
[[nodiscard]] Comparable make_comparable(const Memory& memory);

// The sum of their weights.
[[nodiscard]] double total_weight(const std::vector<TopicTerm>& terms);

// Whether a part of the memory gives that value; a name may stand there as a value of any kind.
[[nodiscard]] bool gives_value(const Comparable& memory, const KindedValue& value);

// Whether a part of the memory has that word, in lower case.
[[nodiscard]] bool says_word(const Comparable& memory, std::string_view word);

// Whether two statements of one topic give it the same value.
[[nodiscard]] bool same_value(const Comparable& a, const Comparable& b);

}  // namespace holdfast::memory
