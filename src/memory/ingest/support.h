// Whether a candidate is supported by its sources: every name, number and date of it stands there, or follows by a
// named rule.
#pragma once

#include <string>
#include <vector>

#include "memory/ingest/stages.h"

namespace holdfast::memory {

// Passes a supported candidate; cuts the clause with what is unsupported out of one that says more; drops the rest.
// Reasons read "name not in the sources: Kyoto". Rules that a value may follow by, added to the derivations:
//   "relative date"      the date is what a date expression of the source means on the day it was said
//   "message date"       the date is the day a source was said
//   "number word"        "three" stands for 3
//   "counted total"      the number counts the names listed in a source, or sums its numbers
//   "resolved speaker"   the name is that of who speaks
[[nodiscard]] Verdict check_support(const Transcript& transcript, Candidate candidate);

// What of `text` neither stands in the messages of `sources`, taken together, nor follows from them by these rules: the
// reason, as above, or "" when all of it does. Relative dates of the text count from the first message. "" without
// messages.
[[nodiscard]] std::string unsupported_by(const Transcript& sources, std::string_view text);

}  // namespace holdfast::memory
