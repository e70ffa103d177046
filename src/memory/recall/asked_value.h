// What sort of value answers a question, and where a text has one: "how many seats" wants a number, "what does it cost"
// a sum of money, "who" a person. English.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "memory/recall/query.h"
#include "memory/recall/question.h"

namespace holdfast::memory {

enum class AskedValue : std::uint8_t {
  kAnything,  // what answers cannot be told by its form
  kDate,
  kTimeOfDay,
  kDuration,
  kAge,
  kFrequency,
  kCount,
  kMoney,
  kVersion,
  kNumber,  // of a port, a room, an order
  kPhone,
  kEmail,
  kPerson,
  kName,
  kPlace,
  kReason,
};

[[nodiscard]] AskedValue asked_value(const Question& question, QuestionKind kind);

struct FoundValue {
  std::size_t begin = 0;  // in bytes
  std::size_t end = 0;
};

// Where in `text` values of that sort stand, in order; those that the question says itself are left out. Nothing for
// kAnything.
[[nodiscard]] std::vector<FoundValue> values_in(std::string_view text, AskedValue value, const AnalysedQuery& query,
                                                TimeMs said_at);

}  // namespace holdfast::memory
