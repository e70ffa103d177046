#include "base/id.h"

#include <algorithm>

namespace holdfast {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void put_time(Id& id, TimeMs time) {
  const auto ms = static_cast<std::uint64_t>(std::clamp<TimeMs>(time, 0, (TimeMs{1} << 48) - 1));
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
}

}  // namespace

std::string Id::to_string() const {
  // 26 characters hold 130 bits: two zero bits come before the first byte.
  std::string text(26, '0');
  for (std::size_t i = 0; i < 26; ++i) {
    unsigned value = 0;
    for (std::size_t b = 0; b < 5; ++b) {
      const std::size_t bit = i * 5 + b;
      const unsigned set = bit < 2 ? 0U : (bytes[(bit - 2) / 8] >> (7 - (bit - 2) % 8)) & 1U;
      value = value << 1 | set;
    }
    text[i] = kAlphabet[value];
  }
  return text;
}

std::optional<Id> Id::parse(std::string_view text) {
  if (text.size() != 26) return std::nullopt;
  Id id;
  for (std::size_t i = 0; i < 26; ++i) {
    const std::size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) return std::nullopt;
    for (std::size_t b = 0; b < 5; ++b) {
      if (((value >> (4 - b)) & 1U) == 0) continue;
      const std::size_t bit = i * 5 + b;
      if (bit < 2) return std::nullopt;  // over 128 bits
      id.bytes[(bit - 2) / 8] |= static_cast<std::uint8_t>(1U << (7 - (bit - 2) % 8));
    }
  }
  return id;
}

Id Id::from_digest(const Digest& digest) {
  Id id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Id Id::ulid(TimeMs time, const Digest& digest) {
  Id id;
  put_time(id, time);
  std::copy_n(digest.begin(), 10, id.bytes.begin() + 6);
  return id;
}

Id Id::ulid(TimeMs time, Random& random) {
  Id id;
  put_time(id, time);
  random.fill(std::span(id.bytes).subspan(6));
  return id;
}

Id UlidSource::next(TimeMs time, Random& random) {
  const Id fresh = Id::ulid(time, random);
  const std::lock_guard lock(mutex_);
  if (last_ < fresh) return last_ = fresh;
  // One more than the last, as the specification's monotonic variant does.
  for (std::size_t i = last_.bytes.size(); i-- > 0;)
    if (++last_.bytes[i] != 0) break;
  return last_;
}

TimeMs Id::ulid_time() const {
  TimeMs time = 0;
  for (std::size_t i = 0; i < 6; ++i) time = time << 8 | bytes[i];
  return time;
}

}  // namespace holdfast
