// How alike memories are to the encoder: what the words of a pair do not show.
//
// The newer memory is in float, the older one as it is kept (a row of 8 bits, and the signs of its tokens), whether it
// was stored long ago or comes in the same call: a decision does not depend on when the other was stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "memory/ingest/comparable.h"
#include "memory/ingest/pair_cues.h"
#include "memory/profile/profile_index.h"
#include "memory/vectors/encoded_text.h"
#include "search/vectors.h"

namespace holdfast::memory {

// Vectors of one call to place(). The index, if any, must not change meanwhile.
class Likenesses {
 public:
  // `token_mean` as Encoder::token_mean().
  Likenesses(const ProfileIndex* index, std::span<const float> token_mean)
      : index_(index), mean_(token_mean.begin(), token_mean.end()) {}

  // Of a new memory; null for none.
  void add(const Id& memory, std::shared_ptr<const EncodedText> vectors);

  // A memory that has no vectors, since it was replaced, is as alike as the message it was read from.
  void stand_in(const Id& memory, const Id& message) { stand_ins_.insert_or_assign(memory, message); }

  // One for each of `older`, in order; not known where either has no vectors. `encoded`, which may be null, must be of
  // the memory that `newer` is.
  [[nodiscard]] std::vector<Likeness> of(const EncodedText* encoded, const Comparable& newer,
                                         std::span<const Id> older) const;
  // The cosine of the whole with each of `older`, in order; 0 where either has no vectors.
  [[nodiscard]] std::vector<double> cosines(const EncodedText* encoded, std::span<const Id> older) const;
  // The `count` of `among` that are most alike as a whole, by id; none without vectors.
  [[nodiscard]] std::vector<Id> nearest(const EncodedText* encoded, std::span<const Id> among, std::size_t count) const;
  // Of one that was added; null for none.
  [[nodiscard]] const EncodedText* find(const Id& memory) const;

 private:
  struct Kept {
    search::QuantisedVector content;
    search::TokenCodes codes;
    std::shared_ptr<const EncodedText> encoded;
  };

  // As they are kept: the vector of the whole, and the tokens' codes; nothing of what has none.
  struct Row {
    std::span<const std::int8_t> values;
    float scale = 0;
    std::span<const std::uint8_t> codes;
  };
  [[nodiscard]] Row find_row(const Id& memory, bool with_codes) const;
  [[nodiscard]] std::vector<float> centred(const EncodedText& text) const;

  const ProfileIndex* index_;
  std::vector<float> mean_;
  std::unordered_map<Id, Kept> added_;
  std::unordered_map<Id, Id> stand_ins_;
};

}  // namespace holdfast::memory
