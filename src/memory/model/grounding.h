// Whether what a model made of texts stands in them.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "memory/ingest/transcript.h"
#include "memory/types.h"

namespace holdfast::memory {

// Texts, each with the day it was said and perhaps who said it, that something was made of.
class Grounds {
 public:
  void add(std::string_view text, TimeMs said_at, std::string_view speaker = {});

  // The first name, number or date of `text` that stands in none of the texts and follows from them by no rule of
  // ingest/support.h: "name not in the sources: Kyoto"; "" when there is none. Relative dates count from the first
  // text.
  [[nodiscard]] std::string missing(std::string_view text) const;

  // Whether at least one in three content words of `text` stands in the texts: one in another language, or about
  // something else, has none.
  [[nodiscard]] bool shares_words(std::string_view text) const;

 private:
  Transcript texts_;
  std::string all_;
};

}  // namespace holdfast::memory
