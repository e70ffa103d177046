#include "memory/vectors/packed.h"

#include <gtest/gtest.h>

#include <cmath>

namespace holdfast::memory {
namespace {

constexpr std::size_t kDimensions = 16;

search::QuantisedVector vector_of(float seed) {
  std::vector<float> values(kDimensions);
  for (std::size_t i = 0; i < kDimensions; ++i) values[i] = std::sin(seed + static_cast<float>(i));
  return search::quantise(values);
}

search::TokenCodes codes_of(std::size_t tokens) {
  return {.bytes_per_token = kDimensions / 8, .bits = std::vector<std::uint8_t>(tokens * kDimensions / 8, 0xA7)};
}

MessageVectors message_vectors() { return {{vector_of(1), vector_of(2)}, vector_of(3), codes_of(5)}; }
MemoryVectors memory_vectors() {
  return {vector_of(1), {vector_of(2), vector_of(3), vector_of(4)}, codes_of(7), 0xFEDCBA9876543210U, true};
}

TEST(PackedTest, GivesBackWhatWasPacked) {
  EXPECT_EQ(unpack_message(pack(message_vectors()), kDimensions), message_vectors());
  EXPECT_EQ(unpack_memory(pack(memory_vectors()), kDimensions), memory_vectors());
  const MessageVectors plain{{vector_of(1)}, std::nullopt, {}};
  EXPECT_EQ(unpack_message(pack(plain), kDimensions), plain);
  const MemoryVectors content{vector_of(1), {}, codes_of(1), 7, false};
  EXPECT_EQ(unpack_memory(pack(content), kDimensions), content);
}

TEST(PackedTest, WhatIsDamagedIsMissing) {
  const std::string message = pack(message_vectors());
  const std::string memory = pack(memory_vectors());
  for (std::size_t at = 0; at < message.size(); ++at) {
    std::string damaged = message;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_FALSE(unpack_message(damaged, kDimensions)) << at;
    EXPECT_FALSE(unpack_message(message.substr(0, at), kDimensions)) << at;
  }
  EXPECT_FALSE(unpack_message(message + "x", kDimensions));
  EXPECT_FALSE(unpack_message(memory, kDimensions));
  EXPECT_FALSE(unpack_memory(message, kDimensions));
  EXPECT_FALSE(unpack_memory(memory, kDimensions * 2));  // another model's
  EXPECT_FALSE(unpack_memory("", kDimensions));
}

TEST(PackedTest, TheTextsOfAMemoryAreItsContentAndItsQueries) {
  Memory memory;
  memory.content = "I use pnpm";
  memory.queries = {"which package manager", "pnpm"};
  Memory other = memory;
  other.updated_at = 7;
  EXPECT_EQ(hash_of_texts(memory), hash_of_texts(other));
  other.queries = {"which package manager pnpm"};
  EXPECT_NE(hash_of_texts(memory), hash_of_texts(other));
}

}  // namespace
}  // namespace holdfast::memory
