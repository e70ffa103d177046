// How a question for a length of time is put: between which two things, since when, until when. English.
#pragma once

#include <string>
#include <string_view>

#include "memory/recall/question.h"

namespace holdfast::memory {

struct SpanQuestion {
  enum class Shape {
    kBetween,  // from `first` to `second`
    kPair,     // between the two things that `first` names at once: "the two exams"
    kMoved,    // by how much the date of `first` changed
    kLate,     // from when `first` was due to when it was done
    kAge,      // from the birth of `first` to `second`
    kSince,    // from `first` to today
    kUntil,    // from today to `first`
    kOpen,     // how long ago, how long left: `first` and today, in whichever order
    kLasted,   // how long `first` took
  };
  enum class Unit { kDays, kNights };

  Shape shape = Shape::kLasted;
  Unit unit = Unit::kDays;
  std::string first = {};
  std::string second = {};
  std::string about = {};  // what else the question says
};

[[nodiscard]] SpanQuestion span_question(const Question& question);

}  // namespace holdfast::memory
