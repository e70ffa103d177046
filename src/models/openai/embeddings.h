// An encoder on an OpenAI-compatible embedding server. Pooled vectors only: late interaction falls away, and so does
// what was said before a text: EncoderInput::context is not sent.
//
// Texts that are equal are sent once, in batches, at most ProviderOptions::in_flight at a time. They are cut to what
// the server reads, by an estimate of tokens (about_tokens.h): when it says that a text is too long, half of that is
// tried and kept to. A blank text, which servers refuse, is sent as a full stop. Dimensions are discovered (or
// configured: then they are asked for, where the server takes that); a vector with a NaN, an infinity, all zeros or
// another length is a failure of the provider, never stored. The model's identity is "openai/MODEL/DIMENSIONS".
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "models/encoder.h"
#include "models/openai/provider.h"

namespace holdfast::models {

struct OpenAiEmbeddingOptions {
  std::string model;
  std::size_t dimensions = 0;     // 0: whatever the server gives
  bool name_dimensions = false;   // asks for so many: some models can give shorter vectors
  std::size_t batch = 64;         // texts a call; fewer once the server has complained
  std::size_t input_tokens = 0;   // a text is cut to about so many; 0: 512, or fewer once the server has complained
  std::string query_prefix = {};  // some models want "query: " and "passage: "
  std::string passage_prefix = {};
  // Of one encode() with a question in it, whose asker waits, and of any other; both with all retries.
  std::chrono::milliseconds query_budget{2'000};
  std::chrono::milliseconds budget{60'000};
};

// Asks the server once for the dimensions unless they are given: kProviderFailed when it cannot be reached. Everything
// must outlive the encoder. encode() goes on on the provider's pool.
[[nodiscard]] Task<Result<std::unique_ptr<Encoder>>> make_openai_encoder(OpenAiEmbeddingOptions options,
                                                                         const Provider& provider, const Clock& clock,
                                                                         ModelObserver* observer);

}  // namespace holdfast::models
