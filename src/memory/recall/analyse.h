// What the analysis of a question can be given by somebody who knows more words.
#pragma once

#include <string_view>

#include "memory/recall/query.h"

namespace holdfast::memory {

// `others` mean the same as `word`, which stands in the question: they become terms as the synonyms of the lexicon are,
// of lower weight and of that word. Nothing when the question has no such word.
void add_other_words(AnalysedQuery& query, std::string_view word, std::string_view others);

}  // namespace holdfast::memory
