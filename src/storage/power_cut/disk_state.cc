#include "storage/power_cut/disk_state.h"

#include <algorithm>
#include <utility>

namespace holdfast::storage::power_cut {
namespace {

void overwrite(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  std::ranges::copy(bytes, content.begin() + static_cast<std::ptrdiff_t>(offset));
}

// Keeps some of the sectors that a write touches.
void overwrite_torn(std::string& content, const Change& change, Random& random) {
  const std::string_view bytes = change.bytes;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t in_sector = kSector - (change.offset + at) % kSector;
    const std::string_view part = bytes.substr(at, in_sector);
    if (random.below(2) == 0) overwrite(content, change.offset + at, part);
    at += part.size();
  }
}

std::string_view directory_of(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

}  // namespace

void Inode::write(std::uint64_t offset, std::string_view bytes) {
  overwrite(content, offset, bytes);
  unsynced.push_back({false, offset, std::string(bytes)});
}

void Inode::truncate(std::uint64_t size) {
  content.resize(size);
  unsynced.push_back({true, size, {}});
}

void Inode::sync() {
  for (const Change& change : unsynced) {
    if (change.truncation)
      durable.resize(change.offset);
    else
      overwrite(durable, change.offset, change.bytes);
  }
  unsynced.clear();
}

std::string Inode::settle(Random& random) const {
  if (random.below(4) == 0) return content;
  std::string left = durable;
  for (const Change& change : unsynced) {
    const std::uint64_t fate = random.below(3);
    if (fate == 0) continue;
    if (change.truncation)
      left.resize(change.offset);
    else if (fate == 1)
      overwrite(left, change.offset, change.bytes);
    else
      overwrite_torn(left, change, random);
  }
  return left;
}

std::uint64_t Disk::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, inode] : now) sum += inode->content.size();
  return sum;
}

void Disk::sync_directory_of(const std::string& path) {
  const std::string_view directory = directory_of(path);
  const auto inside = [&](const auto& entry) { return directory_of(entry.first) == directory; };
  std::erase_if(durable, inside);
  for (const auto& entry : now)
    if (inside(entry)) durable.insert(entry);
}

void Disk::cut(Random& random) {
  std::map<const Inode*, std::shared_ptr<Inode>> survivors;
  const auto survivor = [&](const std::shared_ptr<Inode>& inode) {
    auto& slot = survivors[inode.get()];
    if (slot == nullptr) {
      slot = std::make_shared<Inode>();
      slot->content = slot->durable = inode->settle(random);
    }
    return slot;
  };

  std::map<std::string, std::pair<std::shared_ptr<Inode>, std::shared_ptr<Inode>>> names;
  for (const auto& [name, inode] : now) names[name].first = inode;
  for (const auto& [name, inode] : durable) names[name].second = inode;
  Directory left;
  for (const auto& [name, states] : names) {
    const auto& [unsynced, synced] = states;
    const auto& chosen = unsynced == synced || random.below(2) == 0 ? synced : unsynced;
    if (chosen != nullptr) left[name] = survivor(chosen);
  }
  now = left;
  durable = std::move(left);
  ++generation;
  off_at.reset();
  writes_until_failure = syncs_until_failure = 0;
}

Fault Disk::next_change() {
  if (off()) return Fault::kPowerOff;
  ++changes;
  return Fault::kNone;
}

Fault Disk::next_write(const Inode& inode, std::uint64_t end) {
  if (const Fault fault = next_change(); fault != Fault::kNone) return fault;
  if (writes_until_failure > 0 && --writes_until_failure == 0) return Fault::kFailed;
  if (capacity.has_value() && end > inode.content.size() && bytes() + (end - inode.content.size()) > *capacity)
    return Fault::kFull;
  return Fault::kNone;
}

Fault Disk::next_sync() {
  if (const Fault fault = next_change(); fault != Fault::kNone) return fault;
  return syncs_until_failure > 0 && --syncs_until_failure == 0 ? Fault::kFailed : Fault::kNone;
}

}  // namespace holdfast::storage::power_cut
