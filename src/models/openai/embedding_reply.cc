#include "models/openai/embedding_reply.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace holdfast::models {
namespace {

namespace json = boost::json;

std::unexpected<Error> unusable(std::string what) {
  return fail(
      Code::kProviderFailed,
      fmt::format("the embedding server's answer cannot be used: {}. Look at the server, and whether [embedding] "
                  "model names a model that makes embeddings.",
                  what),
      {}, "failed");
}

template <typename Number>
std::optional<Number> number_in(const json::value& value) {
  boost::system::error_code error;
  const Number number = value.to_number<Number>(error);
  return error ? std::nullopt : std::optional(number);
}

std::optional<std::string> read_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<std::uint32_t>(c - '0') + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      return std::nullopt;
    bits = (bits << 6 | value) & 0xFFFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  return bytes;
}

Result<std::vector<float>> read_vector(const json::value& value) {
  std::vector<float> vector;
  if (const json::string* text = value.if_string()) {
    const auto bytes = read_base64({text->data(), text->size()});
    if (!bytes || bytes->size() % 4 != 0) return unusable("a vector is no base64 of floats");
    for (std::size_t at = 0; at < bytes->size() && vector.size() <= kMostDimensions; at += 4) {
      std::uint32_t bits = 0;
      for (std::size_t i = 0; i < 4; ++i)
        bits |= static_cast<std::uint32_t>(static_cast<std::uint8_t>((*bytes)[at + i])) << (8 * i);
      vector.push_back(std::bit_cast<float>(bits));
    }
  } else if (const json::array* numbers = value.if_array()) {
    for (const json::value& number : *numbers) {
      const auto read = number_in<double>(number);
      if (!read) return unusable("a vector holds something that is no number");
      vector.push_back(static_cast<float>(*read));
      if (vector.size() > kMostDimensions) break;
    }
  } else {
    return unusable("a vector is neither a list nor base64");
  }
  if (vector.empty()) return unusable("a vector is empty");
  if (vector.size() > kMostDimensions)
    return unusable(fmt::format("a vector has more than {} dimensions", kMostDimensions));
  return vector;
}

Result<> normalise(std::vector<float>& vector) {
  double squares = 0;
  for (const float value : vector) {
    if (!std::isfinite(value)) return unusable("a vector holds a NaN or an infinity");
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  if (!(squares > 1e-24)) return unusable("a vector is all zero");
  const double length = std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(static_cast<double>(value) / length);
  return {};
}

std::int64_t read_count(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return 0;
  const auto count = number_in<std::int64_t>(*value);
  return count && *count > 0 ? *count : 0;
}

ChatUsage read_usage(const json::object& reply) {
  const json::value* usage = reply.if_contains("usage");
  if (usage == nullptr || !usage->is_object()) return {};
  const std::int64_t prompt = read_count(usage->get_object(), "prompt_tokens");
  return {.prompt_tokens = prompt > 0 ? prompt : read_count(usage->get_object(), "total_tokens")};
}

}  // namespace

Result<EmbeddingReply> read_embeddings(std::string_view body, std::size_t texts, std::size_t dimensions) {
  boost::system::error_code error;
  const json::value parsed = json::parse({body.data(), body.size()}, error);
  if (error) return unusable("it is no JSON");
  EmbeddingReply reply;
  const json::array* data = parsed.if_array();
  if (const json::object* object = parsed.if_object()) {
    reply.usage = read_usage(*object);
    if (const json::value* list = object->if_contains("data")) data = list->if_array();
  }
  if (data == nullptr) return unusable("it has no `data`");
  if (data->size() != texts)
    return unusable(fmt::format("{} texts were sent and {} vectors came back", texts, data->size()));

  reply.vectors.resize(texts);
  for (std::size_t place = 0; place < texts; ++place) {
    const json::object* item = (*data)[place].if_object();
    const json::value* value = item == nullptr ? nullptr : item->if_contains("embedding");
    if (value == nullptr) return unusable("an item has no `embedding`");
    std::size_t index = place;
    if (const json::value* given = item->if_contains("index"); given != nullptr && !given->is_null()) {
      const auto number = number_in<std::size_t>(*given);
      if (!number || *number >= texts) return unusable("an item's `index` is out of range");
      index = *number;
    }
    if (!reply.vectors[index].empty()) return unusable("an `index` comes twice");
    HOLDFAST_TRY(std::vector<float> vector, read_vector(*value));
    if (dimensions == 0) dimensions = vector.size();
    if (vector.size() != dimensions)
      return unusable(fmt::format("a vector has {} dimensions, not {}", vector.size(), dimensions));
    HOLDFAST_CHECK(normalise(vector));
    reply.vectors[index] = std::move(vector);
  }
  return reply;
}

EmbeddingRefusal refusal_of(int status, std::string_view body) {
  std::string text;
  for (const char c : body.substr(0, 4'096))
    text.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (says("dimensions") || says("matryoshka")) return EmbeddingRefusal::kNoDimensions;
  if (says("encoding_format")) return EmbeddingRefusal::kNoFormat;
  // llama.cpp's physical batch is what it reads of one text.
  const bool of_batch = says("batch") && !says("physical batch");
  if (of_batch && (says("maximum") || says("max ") || says("too large") || says("too many") || says("exceed")))
    return EmbeddingRefusal::kTooManyTexts;
  for (const std::string_view words :
       {"context length", "context size", "too long", "too large", "maximum length", "max length", "sequence length",
        "exceed", "max_tokens", "maximum context", "input length", "too many tokens", "token limit"})
    if (says(words)) return EmbeddingRefusal::kTextTooLong;
  return status == 413 ? EmbeddingRefusal::kTextTooLong : EmbeddingRefusal::kOther;
}

}  // namespace holdfast::models
