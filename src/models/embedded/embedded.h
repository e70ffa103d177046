// The embedded encoder: all-MiniLM-L6-v2, run by this process from the model file that is installed beside the binary.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "models/encoder.h"

namespace holdfast::models {

// The model file for a binary in `executable_dir`: beside it, or in ../share/holdfast. When there is none, where it
// should be.
[[nodiscard]] std::filesystem::path find_model(const std::filesystem::path& executable_dir);

struct EmbeddedOptions {
  std::string kernels = {};  // by name (kernels/select.h); the fastest that this processor can run when empty
};

// Vectors of 384 dimensions, pooled and by token, of the first 510 tokens of a text and its context. `encode` runs on
// the caller's thread and does not suspend; an input's vectors do not depend on the others of its batch. kIo when the
// file cannot be read, kCorrupt when it is damaged or of another version, kInvalid when
// this processor cannot run the kernels that were asked for.
[[nodiscard]] Result<std::unique_ptr<Encoder>> open_embedded(const std::filesystem::path& model_file,
                                                             const EmbeddedOptions& options = {});

}  // namespace holdfast::models
