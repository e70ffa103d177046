// Vectors of messages and memories as rows of the log hold them: a small binary form of its own.
//
// Version, kind, dimensions and counts, then the vectors, then the codes, then a checksum; numbers little-endian. What
// cannot be read (another version, another number of dimensions, a wrong checksum) counts as missing and is made again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memory/types.h"
#include "search/vectors.h"

namespace holdfast::memory {

struct MessageVectors {
  std::vector<search::QuantisedVector> pieces;        // of its pieces (chunks.h), in order; at most 255
  std::optional<search::QuantisedVector> contextual;  // read with the turns before it; only in a dialogue
  search::TokenCodes codes;

  bool operator==(const MessageVectors&) const = default;
};

struct MemoryVectors {
  search::QuantisedVector content;
  std::vector<search::QuantisedVector> queries;  // at most 255
  search::TokenCodes codes;                      // of the content
  std::uint64_t texts = 0;                       // hash_of_texts() of the memory they were made for
  bool complete = false;                         // the queries are there too

  bool operator==(const MemoryVectors&) const = default;
};

// Of what a memory's vectors are made from. A memory keeps its id when its queries change.
[[nodiscard]] std::uint64_t hash_of_texts(const Memory& memory);

[[nodiscard]] std::string pack(const MessageVectors& vectors);
[[nodiscard]] std::string pack(const MemoryVectors& vectors);
[[nodiscard]] std::optional<MessageVectors> unpack_message(std::string_view data, std::size_t dimensions);
[[nodiscard]] std::optional<MemoryVectors> unpack_memory(std::string_view data, std::size_t dimensions);

}  // namespace holdfast::memory
