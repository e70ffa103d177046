// Weighted reciprocal rank fusion of ranked lists (Cormack, Clarke & Büttcher 2009, with a weight a list):
//   score(key) = Σ weight / (k + rank), over the lists that have the key; ranks count from 1.
//
// Scores of different channels cannot be compared, ranks can. The result says for each key which channel found it, at
// which rank, with which score of its own, and what that gave.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace holdfast::search {

template <typename Key>
struct RankedKey {
  Key key = {};
  double score = 0;  // the channel's own; carried along, not used
};

template <typename Key>
struct RankedList {
  std::string_view channel;
  double weight = 1;                 // a list of weight ≤ 0 is left out
  std::vector<RankedKey<Key>> keys;  // best first; of a key that is in the list twice the first place counts
};

struct FusedSource {
  std::string_view channel;
  std::size_t rank = 0;     // from 1
  double score = 0;         // the channel's own
  double weight = 0;        // of the channel
  double contribution = 0;  // weight / (k + rank)
};

template <typename Key>
struct Fused {
  Key key = {};
  double score = 0;
  std::vector<FusedSource> sources;  // in the order of the lists
};

// All keys of all lists: score descending, then by `newer(a, b)` (whether key a goes before key b; a strict order),
// then in the order of first appearance (by list, then rank). `k` > 0; 60 is the usual choice. `Key` needs == and
// `Hash`. The channels' names are not copied.
template <typename Key, typename Newer, typename Hash = std::hash<Key>>
[[nodiscard]] std::vector<Fused<Key>> fuse(std::span<const RankedList<Key>> lists, double k, Newer newer,
                                           Hash hash = {}) {
  std::vector<Fused<Key>> fused;
  std::unordered_map<Key, std::pair<std::size_t, std::size_t>, Hash> places(0, hash);  // index in fused, last list
  for (std::size_t list = 0; list < lists.size(); ++list) {
    if (!(lists[list].weight > 0)) continue;
    std::size_t rank = 0;
    for (const RankedKey<Key>& ranked : lists[list].keys) {
      ++rank;
      const auto [place, fresh] = places.try_emplace(ranked.key, fused.size(), list);
      if (fresh) {
        fused.push_back({.key = ranked.key, .sources = {}});
      } else if (std::exchange(place->second.second, list) == list) {
        continue;
      }
      fused[place->second.first].sources.push_back(
          {.channel = lists[list].channel,
           .rank = rank,
           .score = ranked.score,
           .weight = lists[list].weight,
           .contribution = lists[list].weight / (k + static_cast<double>(rank))});
    }
  }
  // Summed from the largest down, so that keys with the same contributions from different lists tie exactly.
  std::vector<double> parts;
  for (Fused<Key>& one : fused) {
    parts.clear();
    for (const FusedSource& source : one.sources) parts.push_back(source.contribution);
    std::sort(parts.begin(), parts.end(), std::greater<>());
    for (const double part : parts) one.score += part;
  }
  std::vector<std::size_t> order(fused.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (fused[a].score != fused[b].score) return fused[a].score > fused[b].score;
    if (newer(fused[a].key, fused[b].key)) return true;
    if (newer(fused[b].key, fused[a].key)) return false;
    return a < b;
  });
  std::vector<Fused<Key>> sorted;
  sorted.reserve(fused.size());
  for (const std::size_t at : order) sorted.push_back(std::move(fused[at]));
  return sorted;
}

}  // namespace holdfast::search
