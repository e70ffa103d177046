// WordPiece: from a text to the entries of a vocabulary that BERT's "uncased" models read.
//
// A word (models/embedded/bert_words.h) is cut from its beginning into the longest entries there are; entries that go
// on with a word are written "##…". A word that cannot be cut, or has over 100 characters, is [UNK].
//
// Ids and places are the same as Hugging Face's BertTokenizerFast gives without special tokens, but for one thing on
// purpose: "[SEP]" and the like within a text are text, so that nobody can write the model's own signs in a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/embedded/bert_words.h"
#include "models/encoder.h"

namespace holdfast::models {

struct Tokens {
  std::vector<std::uint32_t> ids;  // lines of the vocabulary, counted from 0
  // [ids] Where each stands in the text, ordered by begin. Accents written as characters of their own stand outside;
  // tokens that are parts of one character (Korean) have the same place.
  std::vector<TokenSpan> spans;
};

// Immutable once made; thread-safe.
class WordPiece {
 public:
  static constexpr std::size_t kMostEntries = std::size_t{1} << 20U;

  // `vocabulary` is the text of a vocab.txt: an entry a line, UTF-8, a line's number its id. It is not kept. kCorrupt
  // when an entry is empty, malformed or there twice, when there are too many, or [UNK], [CLS] or [SEP] is missing.
  [[nodiscard]] static Result<WordPiece> make(std::string_view vocabulary);

  // The first `most` tokens; what stands behind them is not read. No special tokens. Any bytes are a text.
  [[nodiscard]] Tokens tokenize(std::string_view text,
                                std::size_t most = std::numeric_limits<std::size_t>::max()) const;

  // Encoder::pieces: runs begin and end with whole words wherever a run is longer than a word.
  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const;

  [[nodiscard]] std::size_t size() const { return goes_on_.size(); }
  [[nodiscard]] std::uint32_t unknown() const { return unknown_; }      // [UNK]
  [[nodiscard]] std::uint32_t start() const { return start_; }          // [CLS], before a text
  [[nodiscard]] std::uint32_t separator() const { return separator_; }  // [SEP], behind a text
  // Whether the entry `id` (< size()) goes on with a word that an earlier token began.
  [[nodiscard]] bool goes_on(std::uint32_t id) const { return goes_on_[id]; }

 private:
  // The entries' bytes as a tree, whose edges are an open-addressing table: at most half full, so that a search ends.
  struct Edge {
    std::uint32_t key;  // node · 256 + byte
    std::uint32_t node;
  };
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  WordPiece() = default;
  [[nodiscard]] Result<void> add(std::string_view entry);
  [[nodiscard]] std::uint32_t walk(std::uint32_t node, char byte) const;
  [[nodiscard]] std::uint32_t grow(std::uint32_t node, char byte);
  [[nodiscard]] std::size_t slot_of(std::uint32_t key) const;
  void rehash(std::size_t slots);
  void append(const BertWord& word, Tokens& tokens) const;

  std::vector<Edge> edges_;
  unsigned shift_ = 0;                  // of the hash, for edges_.size() slots
  std::vector<std::uint32_t> id_;       // of the entry that ends at a node, or kNone
  std::vector<bool> goes_on_;           // by id
  std::uint32_t continuation_ = kNone;  // the node of "##"
  std::uint32_t unknown_ = kNone;
  std::uint32_t start_ = kNone;
  std::uint32_t separator_ = kNone;
};

}  // namespace holdfast::models
