#include "memory/profile/word_cache.h"

#include "memory/profile/message_cues.h"

namespace holdfast::memory {

const WordCache::Entry& WordCache::look_up(const language::Word& word, search::Vocabulary& vocabulary) {
  Words& words = word.compound ? compound_ : plain_;
  const std::size_t number = words.raw.intern(word.text);
  if (number < words.entries.size()) return words.entries[number];
  Entry entry{.first = static_cast<std::uint32_t>(terms_.size()), .terms = 0, .classes = word_classes(word.text)};
  language::terms_of_word(word.text, word.compound,
                          [&](std::string_view term) { terms_.push_back(vocabulary.intern(term)); });
  entry.terms = static_cast<std::uint32_t>(terms_.size()) - entry.first;
  words.entries.push_back(entry);
  return words.entries.back();
}

std::size_t WordCache::bytes() const {
  return plain_.raw.bytes() + compound_.raw.bytes() +
         (plain_.entries.capacity() + compound_.entries.capacity()) * sizeof(Entry) +
         terms_.capacity() * sizeof(search::TermId);
}

void WordCache::shrink_to_fit() {
  for (Words* const words : {&plain_, &compound_}) {
    words->raw.shrink_to_fit();
    words->entries.shrink_to_fit();
  }
  terms_.shrink_to_fit();
}

}  // namespace holdfast::memory
