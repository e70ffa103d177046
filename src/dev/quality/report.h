// What was measured, for people (tables of text) and for programs (JSON, tab-separated values).
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "dev/quality/recall_quality.h"

namespace holdfast::dev::quality {

[[nodiscard]] std::string recall_table(const RecallRun& run);
[[nodiscard]] boost::json::object recall_json(const RecallRun& run);

// A line a question, with a heading: conversation, question, category, ranks of its evidence (0: not found), answer,
// right answer. Tabs and line breaks in texts become spaces.
[[nodiscard]] std::string recall_lines(const RecallRun& run);

[[nodiscard]] std::string footing_line(const Footing& footing);
[[nodiscard]] boost::json::object footing_json(const Footing& footing);
// A text as one field of a line.
[[nodiscard]] std::string field(std::string text);

}  // namespace holdfast::dev::quality
