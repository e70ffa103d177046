#include "search/vocabulary.h"

#include <algorithm>
#include <utility>

namespace holdfast::search {
namespace {

constexpr std::size_t kMaxTermBytes = 255;

// FNV-1a, then folded so that the low bits, which choose the slot, depend on all of it.
std::uint32_t hash_of(std::string_view term) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : term) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  hash ^= hash >> 32;
  return static_cast<std::uint32_t>((hash * 0x9e3779b97f4a7c15) >> 32);
}

}  // namespace

TermId Vocabulary::intern(std::string_view term) {
  term = term.substr(0, kMaxTermBytes);
  if ((size() + 1) * 4 > slots_.size() * 3) grow();
  const std::uint32_t hash = hash_of(term);
  Slot& slot = slots_[probe(term, hash)];
  if (slot.id_plus_one != 0) return slot.id_plus_one - 1;
  const auto id = static_cast<TermId>(size());
  arena_.insert(arena_.end(), term.begin(), term.end());
  ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
  slot = {hash, id + 1};
  return id;
}

std::optional<TermId> Vocabulary::find(std::string_view term) const {
  if (slots_.empty()) return std::nullopt;
  term = term.substr(0, kMaxTermBytes);
  const Slot& slot = slots_[probe(term, hash_of(term))];
  if (slot.id_plus_one == 0) return std::nullopt;
  return slot.id_plus_one - 1;
}

std::string_view Vocabulary::text(TermId id) const {
  const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
  return std::string_view(arena_.data(), arena_.size()).substr(begin, ends_[id] - begin);
}

std::size_t Vocabulary::bytes() const {
  return sizeof(*this) + arena_.capacity() + ends_.capacity() * sizeof(std::uint32_t) +
         slots_.capacity() * sizeof(Slot);
}

void Vocabulary::shrink_to_fit() {
  arena_.shrink_to_fit();
  ends_.shrink_to_fit();
}

std::size_t Vocabulary::probe(std::string_view term, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].id_plus_one != 0 && (slots_[at].hash != hash || text(slots_[at].id_plus_one - 1) != term))
    at = (at + 1) & mask;
  return at;
}

void Vocabulary::grow() {
  std::vector<Slot> grown(std::max<std::size_t>(16, slots_.size() * 2));
  const std::size_t mask = grown.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.id_plus_one == 0) continue;
    std::size_t at = slot.hash & mask;
    while (grown[at].id_plus_one != 0) at = (at + 1) & mask;
    grown[at] = slot;
  }
  slots_ = std::move(grown);
}

}  // namespace holdfast::search
