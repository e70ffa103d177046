// Reads the JSON in what a language model sent: with prose around it, in code fences, with comments, trailing commas,
// single quotes, unquoted keys, raw line breaks in strings, duplicate keys (the first stays), or cut off in the middle.
//
// Pure; linear in the length of the text; never deeper than 64 levels. Any thread.
#pragma once

#include <boost/json.hpp>

#include <string_view>

#include "base/result.h"

namespace holdfast::models {

struct TolerantJson {
  boost::json::value value;
  bool strict = false;   // was JSON as it stood
  bool cut_off = false;  // ended before its end: unfinished items of arrays are left out, finished ones kept
  bool garbled = false;  // cut_off because something that is no JSON stands in the middle of it
};

// The largest object or array in the text. kInvalid when there is none (empty text, a lone code fence, prose).
[[nodiscard]] Result<TolerantJson> read_tolerantly(std::string_view text);

}  // namespace holdfast::models
