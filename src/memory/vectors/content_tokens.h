// Which tokens of a text say something of their own.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "models/encoder.h"

namespace holdfast::memory {

// A flag a token: set but for tokens without a letter or digit and for those of stop words ("do", "not" and the
// apostrophe's rest of "don't"); when that leaves nothing, all are set. Token codes keep these alone.
[[nodiscard]] std::vector<bool> content_tokens(std::string_view text, std::span<const models::TokenSpan> spans);

}  // namespace holdfast::memory
