#include "memory/ingest/board.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace holdfast::memory {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33U;
  value *= 0xFF51AFD7ED558CCDULL;
  value ^= value >> 33U;
  return value;
}

// FNV-1a, mixed so that sums of hashes stay apart.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t value = 14695981039346656037ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return mix(value);
}

// Of the keywords, whatever their order.
std::uint64_t fingerprint(const Memory& memory) {
  std::uint64_t sum = mix(memory.keywords.size());
  for (const std::string& keyword : memory.keywords) sum += hash_of(keyword);
  return sum;
}

// Words that begin alike are taken for forms of one: a cheap look before the exact one.
constexpr std::size_t kBeginning = 4;

std::string_view beginning_of(std::string_view keyword) { return keyword.substr(0, kBeginning); }

}  // namespace

const Memory* Board::find(const Id& id) const {
  const auto found = changed_.find(id);
  return found != changed_.end() ? &found->second : fold_.find_memory(id);
}

Memory& Board::edit(const Id& id) {
  const auto found = changed_.find(id);
  if (found != changed_.end()) return found->second;
  comparables_.erase(id);  // it points to what was
  return changed_.emplace(id, *fold_.find_memory(id)).first->second;
}

void Board::add(const Memory& memory) {
  changed_.emplace(memory.id, memory);
  added_.push_back(memory.id);
  by_statement_.emplace(statement_hash(memory.content), memory.id);
  if (fingerprints_) fingerprints_->emplace(fingerprint(memory), memory.id);
}

const Memory* Board::find_statement(const Id& statement_hash) const {
  const auto found = by_statement_.find(statement_hash);
  return found != by_statement_.end() ? find(found->second) : fold_.find_statement(statement_hash);
}

const Memory* Board::find_same_words(const Memory& memory) {
  if (memory.keywords.size() < 3) return nullptr;
  if (!fingerprints_) {
    fingerprints_.emplace();
    for (const Memory* known : newest()) fingerprints_->emplace(fingerprint(*known), known->id);
  }
  std::vector<std::string> words = memory.keywords;
  std::sort(words.begin(), words.end());
  const Memory* same = nullptr;
  const auto [begin, end] = fingerprints_->equal_range(fingerprint(memory));
  for (auto it = begin; it != end; ++it) {
    const Memory& other = *find(it->second);
    if (!other.current() || other.type != memory.type || other.name != memory.name) continue;
    if (same != nullptr && same->id < other.id) continue;
    std::vector<std::string> others = other.keywords;
    std::sort(others.begin(), others.end());
    if (others == words && same_value(comparable(other.id), make_comparable(memory))) same = &other;
  }
  return same;
}

std::vector<Id> Board::versions(std::string_view topic_key) const {
  std::vector<const Memory*> list;
  const auto add = [&](const Memory& memory) {
    if (memory.topic_key == topic_key && is_keyed_type(memory)) list.push_back(&memory);
  };
  for (const Memory* memory : fold_.versions(topic_key))
    if (!changed_.contains(memory->id)) add(*memory);
  for (const auto& [id, memory] : changed_) add(memory);
  std::sort(list.begin(), list.end(), [](const Memory* a, const Memory* b) { return order_of(*a) < order_of(*b); });
  std::vector<Id> ids;
  ids.reserve(list.size());
  for (const Memory* memory : list) ids.push_back(memory->id);
  return ids;
}

std::vector<const Memory*> Board::newest() const {
  std::vector<const Memory*> list;
  for (const Id& id : added_) list.push_back(&changed_.at(id));
  const auto& all = fold_.memories();
  std::size_t seen = 0;
  for (auto it = all.rbegin(); it != all.rend() && seen < kLookThrough; ++it, ++seen) {
    const auto changed = changed_.find(it->first);
    list.push_back(changed == changed_.end() ? &it->second : &changed->second);
  }
  return list;
}

std::vector<Id> Board::closest(const Memory& memory, const std::vector<const Memory*>& others) {
  // How many of the others have each of its words.
  std::unordered_map<std::string_view, std::size_t> beginnings;
  for (const std::string& keyword : memory.keywords) beginnings.emplace(beginning_of(keyword), 0);
  std::vector<std::pair<const Memory*, std::vector<const std::size_t*>>> sharing;
  for (const Memory* other : others) {
    std::vector<const std::size_t*> words;
    for (const std::string& keyword : other->keywords) {
      const auto found = beginnings.find(beginning_of(keyword));
      if (found == beginnings.end()) continue;
      ++found->second;
      words.push_back(&found->second);
    }
    if (!words.empty()) sharing.emplace_back(other, std::move(words));
  }
  std::vector<std::pair<double, Id>> ranked;
  for (const auto& [other, words] : sharing) {
    double score = 0;
    for (const std::size_t* count : words) score += 1.0 / static_cast<double>(*count);
    ranked.emplace_back(-score, other->id);
  }
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > kBeside) ranked.resize(kBeside);
  std::vector<Id> ids;
  for (const auto& [score, id] : ranked) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

const Comparable& Board::comparable(const Id& id) {
  const auto found = comparables_.find(id);
  if (found != comparables_.end()) return found->second;
  return comparables_.emplace(id, make_comparable(*find(id))).first->second;
}

void Board::write(Batch& batch) const {
  for (const auto& [id, memory] : changed_) {
    const Memory* before = fold_.find_memory(id);
    if (before == nullptr || !(*before == memory)) batch.memories.push_back(memory);
  }
}

}  // namespace holdfast::memory
