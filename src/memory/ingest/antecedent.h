// Whom "he" and "she" mean: "She's back in Bremen" says nothing by itself, "Silke's back in Bremen" does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "memory/ingest/transcript.h"

namespace holdfast::memory {

struct Antecedent {
  std::string who;  // as its speaker would say it: "Silke", "my sister"
  Id message;       // where it is named
  int line_from = 1;
  int line_to = 1;
};

// Whom the unit `text` of message `at` means, when it says "he" or "she" before it names anybody: the one person, or
// relative ("your sister"), that the message names before, or else the message or two before it name. None when there
// are several, or none: a wrong name is worse than a pronoun.
[[nodiscard]] std::optional<Antecedent> antecedent_of(const Transcript& transcript, std::size_t at,
                                                      std::string_view text);

// `text` with its first "he", "she" or "his" replaced.
[[nodiscard]] std::string with_antecedent(std::string_view text, std::string_view who);

}  // namespace holdfast::memory
