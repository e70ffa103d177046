#include "memory/vectors/packed.h"

#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "base/hash.h"

namespace holdfast::memory {
namespace {

constexpr std::uint8_t kVersion = 1;
enum class Packed : std::uint8_t { kMessage = 1, kMemory = 2 };
constexpr std::size_t kChecksumBytes = 8;

// FNV-1a over words of eight bytes: any change of one word changes it, and it costs little beside reading the row.
std::uint64_t checksum(std::string_view data) {
  std::uint64_t sum = 14695981039346656037U;
  for (std::size_t at = 0; at < data.size(); at += 8) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8 && at + i < data.size(); ++i)
      word |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(data[at + i])) << (8 * i);
    sum = (sum ^ word) * 1099511628211U;
    sum ^= sum >> 32;
  }
  return sum;
}

class Writer {
 public:
  Writer(Packed kind, std::size_t dimensions) {
    number(kVersion, 1);
    number(static_cast<std::uint64_t>(kind), 1);
    number(dimensions, 2);
  }
  void number(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) data_.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
  }
  void vector(const search::QuantisedVector& vector) {
    number(std::bit_cast<std::uint32_t>(vector.scale), 4);
    data_.append(reinterpret_cast<const char*>(vector.values.data()), vector.values.size());
  }
  void codes(const search::TokenCodes& codes) {
    number(codes.tokens(), 4);
    data_.append(reinterpret_cast<const char*>(codes.bits.data()), codes.bits.size());
  }
  std::string finish() {
    number(checksum(data_), kChecksumBytes);
    return std::move(data_);
  }

 private:
  std::string data_;
};

// Reads nothing beyond the end; `ok` says whether everything was there.
class Reader {
 public:
  Reader(std::string_view data, Packed kind, std::size_t dimensions) : data_(data), dimensions_(dimensions) {
    if (data_.size() < kChecksumBytes) {
      ok_ = false;
      return;
    }
    const std::string_view body = data_.substr(0, data_.size() - kChecksumBytes);
    at_ = body.size();
    ok_ = number(kChecksumBytes) == checksum(body);
    data_ = body;
    at_ = 0;
    ok_ = ok_ && number(1) == kVersion && number(1) == static_cast<std::uint64_t>(kind) && number(2) == dimensions;
  }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    if (!room(bytes)) return 0;
    for (std::size_t i = 0; i < bytes; ++i)
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(data_[at_ + i])) << (8 * i);
    at_ += bytes;
    return value;
  }
  search::QuantisedVector vector() {
    search::QuantisedVector vector;
    vector.scale = std::bit_cast<float>(static_cast<std::uint32_t>(number(4)));
    if (!room(dimensions_)) return vector;
    vector.values.resize(dimensions_);
    std::memcpy(vector.values.data(), data_.data() + at_, dimensions_);
    at_ += dimensions_;
    return vector;
  }
  search::TokenCodes codes() {
    search::TokenCodes codes;
    const std::uint64_t tokens = number(4);
    if (tokens == 0) return codes;
    codes.bytes_per_token = static_cast<std::uint32_t>(dimensions_ / 8);
    const std::uint64_t bytes = tokens * codes.bytes_per_token;
    if (!room(bytes)) return codes;
    codes.bits.resize(bytes);
    std::memcpy(codes.bits.data(), data_.data() + at_, bytes);
    at_ += bytes;
    return codes;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && at_ == data_.size(); }

 private:
  bool room(std::uint64_t bytes) {
    ok_ = ok_ && bytes <= data_.size() - at_;
    return ok_;
  }

  std::string_view data_;
  std::size_t dimensions_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

std::size_t dimensions_of(std::span<const search::QuantisedVector> vectors) {
  return vectors.empty() ? 0 : vectors.front().values.size();
}

}  // namespace

std::uint64_t hash_of_texts(const Memory& memory) {
  Sha256 hash;
  hash.add_field(memory.content);
  for (const std::string& query : memory.queries) hash.add_field(query);
  const Digest digest = hash.finish();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(digest[i]) << (8 * i);
  return value;
}

std::string pack(const MessageVectors& vectors) {
  Writer writer(Packed::kMessage, dimensions_of(vectors.pieces));
  writer.number(vectors.contextual ? 1 : 0, 1);
  writer.number(vectors.pieces.size(), 1);
  for (const search::QuantisedVector& piece : vectors.pieces) writer.vector(piece);
  if (vectors.contextual) writer.vector(*vectors.contextual);
  writer.codes(vectors.codes);
  return writer.finish();
}

std::optional<MessageVectors> unpack_message(std::string_view data, std::size_t dimensions) {
  Reader reader(data, Packed::kMessage, dimensions);
  MessageVectors vectors;
  const bool contextual = reader.number(1) == 1;
  const std::uint64_t pieces = reader.number(1);
  for (std::uint64_t i = 0; i < pieces && reader.ok(); ++i) vectors.pieces.push_back(reader.vector());
  if (contextual) vectors.contextual = reader.vector();
  vectors.codes = reader.codes();
  return reader.at_end() ? std::optional(std::move(vectors)) : std::nullopt;
}

std::string pack(const MemoryVectors& vectors) {
  Writer writer(Packed::kMemory, vectors.content.values.size());
  writer.number(vectors.complete ? 1 : 0, 1);
  writer.number(vectors.queries.size(), 1);
  writer.number(vectors.texts, 8);
  writer.vector(vectors.content);
  for (const search::QuantisedVector& query : vectors.queries) writer.vector(query);
  writer.codes(vectors.codes);
  return writer.finish();
}

std::optional<MemoryVectors> unpack_memory(std::string_view data, std::size_t dimensions) {
  Reader reader(data, Packed::kMemory, dimensions);
  MemoryVectors vectors;
  vectors.complete = reader.number(1) == 1;
  const std::uint64_t queries = reader.number(1);
  vectors.texts = reader.number(8);
  vectors.content = reader.vector();
  for (std::uint64_t i = 0; i < queries && reader.ok(); ++i) vectors.queries.push_back(reader.vector());
  vectors.codes = reader.codes();
  return reader.at_end() ? std::optional(std::move(vectors)) : std::nullopt;
}

}  // namespace holdfast::memory
