// An encoder on an OpenAI-compatible embedding server. Pooled vectors only: late interaction falls away.
//
// Batches; inputs cut to the server's limit; dimensions are discovered (or configured); a vector with a NaN, an
// infinity, all zeros or another length than the others is a failure of the provider, never stored. The model's
// identity is "openai/MODEL/DIMENSIONS".
#pragma once

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
  std::size_t batch = 64;         // texts a call
  std::size_t input_tokens = 0;   // a text is cut to about so many; 0: 512, or fewer once the server has complained
  std::string query_prefix = {};  // some models want "query: " and "passage: "
  std::string passage_prefix = {};
};

// Asks the server once for the dimensions unless they are given: kProviderFailed when it cannot be reached. Everything
// must outlive the encoder.
[[nodiscard]] Task<Result<std::unique_ptr<Encoder>>> make_openai_encoder(OpenAiEmbeddingOptions options,
                                                                         const Provider& provider, const Clock& clock,
                                                                         ModelObserver* observer);

}  // namespace holdfast::models
