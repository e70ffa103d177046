// The vectors of new memories' contents, made before they are placed: by their content they find their likes.
#pragma once

#include <vector>

#include "base/pool.h"
#include "base/task.h"
#include "memory/ingest/candidate.h"
#include "models/encoder.h"

namespace holdfast::memory {

// Fills NewMemory::vectors, few contents a call, as background work on the compute pool. When the encoder fails, those
// that are left have none: they are stored all the same, and their vectors follow later. The number encoded.
[[nodiscard]] Task<std::size_t> encode_contents(const models::Encoder& encoder, Pool& compute,
                                                std::vector<NewMemory>& memories);

}  // namespace holdfast::memory
