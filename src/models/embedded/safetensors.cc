#include "models/embedded/safetensors.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <cstring>

namespace holdfast::models {

static_assert(std::endian::native == std::endian::little, "models are kept, and read in place, as little-endian");

namespace {

constexpr std::uint64_t kMaxHeaderBytes = 16U << 20U;
constexpr std::size_t kLengthBytes = 8;

Result<std::vector<std::uint64_t>> numbers(const boost::json::object& tensor, std::string_view key) {
  const auto* value = tensor.if_contains(key);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return fail(Code::kCorrupt, fmt::format("safetensors: a tensor without {}", key));
  std::vector<std::uint64_t> result;
  for (const auto& item : *list) {
    boost::system::error_code error;
    const auto number = item.to_number<std::uint64_t>(error);
    if (error) return fail(Code::kCorrupt, fmt::format("safetensors: {} holds what is no size", key));
    result.push_back(number);
  }
  return result;
}

}  // namespace

Result<Safetensors> Safetensors::parse(std::span<const std::byte> file) {
  std::uint64_t header_bytes = 0;
  if (file.size() < kLengthBytes) return fail(Code::kCorrupt, "safetensors: the file is cut short");
  std::memcpy(&header_bytes, file.data(), kLengthBytes);
  if (header_bytes > kMaxHeaderBytes || header_bytes > file.size() - kLengthBytes)
    return fail(Code::kCorrupt, "safetensors: the header is longer than the file, or than any model needs");
  const auto data = file.subspan(kLengthBytes + header_bytes);

  boost::system::error_code error;
  const auto header = boost::json::parse(
      {reinterpret_cast<const char*>(file.data()) + kLengthBytes, static_cast<std::size_t>(header_bytes)}, error);
  if (error || !header.is_object()) return fail(Code::kCorrupt, "safetensors: the header is no JSON object");

  Safetensors result;
  for (const auto& [name, value] : header.get_object()) {
    if (name == "__metadata__") continue;
    const auto* tensor = value.if_object();
    if (tensor == nullptr) return fail(Code::kCorrupt, "safetensors: a tensor that is no JSON object");
    const auto* type = tensor->if_contains("dtype");
    if (type == nullptr || !type->is_string()) return fail(Code::kCorrupt, "safetensors: a tensor without dtype");
    HOLDFAST_TRY(auto shape, numbers(*tensor, "shape"));
    HOLDFAST_TRY(const auto offsets, numbers(*tensor, "data_offsets"));
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size())
      return fail(Code::kCorrupt, fmt::format("safetensors: {} lies outside of the file", std::string_view(name)));
    result.tensors_.emplace(std::string_view(name),
                            Tensor{std::string(std::string_view(type->get_string())), std::move(shape),
                                   data.subspan(offsets[0], offsets[1] - offsets[0])});
  }
  return result;
}

Result<std::vector<float>> Safetensors::floats(std::string_view name, std::initializer_list<std::size_t> shape) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) return fail(Code::kCorrupt, fmt::format("safetensors: there is no tensor {}", name));
  const Tensor& tensor = found->second;
  std::size_t count = 1;
  for (const std::size_t side : shape) count *= side;
  if (tensor.type != "F32" || !std::equal(tensor.shape.begin(), tensor.shape.end(), shape.begin(), shape.end()) ||
      tensor.bytes.size() != count * sizeof(float))
    return fail(Code::kCorrupt, fmt::format("safetensors: {} has another type or shape than this network", name));
  std::vector<float> result(count);
  std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
  return result;
}

}  // namespace holdfast::models
