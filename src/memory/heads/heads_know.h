// Which encoder the learned heads were fitted with. Vectors of any other, also those of as many dimensions, and the
// cosines of them mean nothing to a head's weights and thresholds: it must then decide by cues alone.
#pragma once

#include "models/encoder.h"

namespace holdfast::memory {

// Whether the heads may be given this encoder's vectors; not null's.
[[nodiscard]] bool heads_know(const models::Encoder* encoder);

}  // namespace holdfast::memory
