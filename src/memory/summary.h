// The profile as a Markdown block, ready to paste into a prompt.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "memory/profile/fold.h"

namespace holdfast::memory {

// About so many tokens, counted as four bytes of ASCII, or one character of anything else.
inline constexpr std::size_t kSummaryTokens = 2'000;
inline constexpr TimeMs kRecentEvents = 30 * kDayMs;

// Sections, each headed `## NAME`, empty ones left out; "" when all are:
//   Key Facts       current facts, the latest changed first
//   Recent Events   those that happen, or were told, in the 30 days before `now` or later; newest first
//   Active Tasks    current tasks, newest first
//   Last Session    what was kept of `session_id` ("": of the most recent session that anything was kept of)
//   Instructions    current instructions, the latest changed first
// Each section has a share of the budget; what one leaves over goes to the others in this order. Secrets are redacted.
// The same fold and day of `now` give the same bytes.
[[nodiscard]] std::string summarise(const Fold& fold, std::string_view session_id, TimeMs now);

}  // namespace holdfast::memory
