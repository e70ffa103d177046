// The lines of a message that are prose: without code, quotations, diffs, logs and stack traces.
#pragma once

#include <string_view>

#include "language/sink.h"

namespace holdfast::language {

struct ProseLine {
  std::string_view text;  // without its line break
  int number = 1;         // 1-based, in the message
};

// Gives each line that somebody wrote rather than pasted, blank ones too. A fence that is never closed reaches to the
// end of the message.
void for_each_prose_line(std::string_view message, Sink<const ProseLine&> sink);

}  // namespace holdfast::language
