// Reads tensors out of a safetensors file, the format in which models are published: eight bytes with the length of a
// JSON header (little-endian), the header ({name: {dtype, shape, data_offsets}}), then the bytes it points into.
// https://huggingface.co/docs/safetensors
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::models {

class Safetensors {
 public:
  // `file` must outlive what is returned. kCorrupt when any length, offset or shape in it does not fit the bytes.
  [[nodiscard]] static Result<Safetensors> parse(std::span<const std::byte> file);

  // A tensor of 32-bit floats, row by row. kCorrupt when there is none of that name, or it has another type or shape.
  [[nodiscard]] Result<std::vector<float>> floats(std::string_view name,
                                                  std::initializer_list<std::size_t> shape) const;

 private:
  struct Tensor {
    std::string type;
    std::vector<std::uint64_t> shape;
    std::span<const std::byte> bytes;
  };
  std::map<std::string, Tensor, std::less<>> tensors_;
};

}  // namespace holdfast::models
