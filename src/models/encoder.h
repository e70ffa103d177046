// Encoder: from texts to vectors. One interface for whoever makes them: the binary itself (embedded/) or a server.
//
// A text becomes one pooled vector, for cosine, and, where the encoder can, a vector for each of its tokens, for late
// interaction (search/late_interaction.h). All vectors have unit length.
//
// Thread-safe; calls may run at the same time. `encode` takes as long as the model needs: callers run it on the compute
// pool, in small batches, so that queries get their turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace holdfast::models {

struct EncoderInput {
  std::string text;
  // What was said before, oldest first; each is cut to kContextTokens. It is read with the text and shapes the vectors
  // of the text's tokens, but gives none itself, and the pooled vector is the mean over the text's own tokens alone.
  std::vector<std::string> context = {};
  bool tokens = false;  // token vectors are wanted
  bool query = false;   // a question, not something to be found: some models read the two differently
};

inline constexpr std::size_t kContextTokens = 80;

// Where in the text a token stands: bytes [begin, end).
struct TokenSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool operator==(const TokenSpan&) const = default;
};

struct Encoding {
  std::vector<float> pooled;     // [dimensions], unit length
  std::vector<TokenSpan> spans;  // [tokens] of the text, without the special ones; empty unless wanted
  std::vector<float> tokens;     // [tokens · dimensions], row by row, each of unit length
};

class Encoder {
 public:
  virtual ~Encoder() = default;

  // Names the model and its precision: vectors of another identity never meet these.
  [[nodiscard]] virtual std::string_view model() const = 0;
  [[nodiscard]] virtual std::size_t dimensions() const = 0;
  [[nodiscard]] virtual bool has_tokens() const = 0;
  // [dimensions] The mean over the tokens of ordinary texts, which token codes are taken against; empty: zeros. Static.
  [[nodiscard]] virtual std::span<const float> token_mean() const { return {}; }

  // How many texts a call should have, as far as its caller is free to choose: few where this processor does the work,
  // so that a query need not wait long for its turn; many where a server does.
  [[nodiscard]] virtual std::size_t texts_at_once() const { return 4; }

  // One encoding an input, in order, whatever else is in the batch. Text beyond the model's length is left unread.
  // kProviderFailed for one that has to be asked over the network; the embedded one does not fail.
  [[nodiscard]] virtual Task<Result<std::vector<Encoding>>> encode(std::vector<EncoderInput> inputs) const = 0;

  // Cuts a text into runs of at most `tokens` tokens, one beginning every `stride` tokens, at most `most` of them; a
  // rest of fewer than `tokens` / 10 is left with the run before. The pieces are parts of `text`. Never empty.
  [[nodiscard]] virtual std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens,
                                                             std::size_t stride, std::size_t most) const = 0;
};

}  // namespace holdfast::models
