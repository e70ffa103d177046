// 128-bit ids, written as 26 characters of Crockford's base 32 (the ULID alphabet).
//
// Used for memories and namespaces (ULIDs: 48 bits of time in ms, 80 bits of hash or chance, so they sort by time) and
// for messages (128 bits of a hash, only written that way).  Format: https://github.com/ulid/spec
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/random.h"
#include "base/time.h"

namespace holdfast {

struct Id {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id&) const = default;
  [[nodiscard]] bool is_zero() const { return *this == Id{}; }
  [[nodiscard]] std::string to_string() const;                          // 26 characters, upper case
  [[nodiscard]] static std::optional<Id> parse(std::string_view text);  // exactly what to_string writes
  [[nodiscard]] static Id from_digest(const Digest& digest);            // its first 128 bits
  [[nodiscard]] static Id ulid(TimeMs time, const Digest& digest);      // time, then the digest's first 80 bits
  [[nodiscard]] static Id ulid(TimeMs time, Random& random);
  [[nodiscard]] TimeMs ulid_time() const;
};

// Makes ULIDs that rise strictly, also within one millisecond and when the clock steps back: what is made later sorts
// later. Thread-safe.
class UlidSource {
 public:
  [[nodiscard]] Id next(TimeMs time, Random& random);

 private:
  std::mutex mutex_;
  Id last_;
};

}  // namespace holdfast

template <>
struct std::hash<holdfast::Id> {
  std::size_t operator()(const holdfast::Id& id) const noexcept {
    std::uint64_t low = 0;
    std::memcpy(&low, id.bytes.data() + 8, sizeof low);  // the hashed end; the first half may be a time
    return static_cast<std::size_t>(low);
  }
};
