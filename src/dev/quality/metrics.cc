#include "dev/quality/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>

namespace holdfast::dev::quality {
namespace {

constexpr std::array<std::string_view, 32> kStop = {"a",    "an",   "the", "is",    "are",  "was",  "were", "be",
                                                    "been", "of",   "to",  "in",    "on",   "at",   "for",  "and",
                                                    "or",   "with", "by",  "from",  "it",   "its",  "he",   "she",
                                                    "they", "his",  "her", "their", "this", "that", "as",   ""};

std::set<std::string> content_words(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  const auto close = [&] {
    if (std::ranges::find(kStop, std::string_view(word)) == kStop.end()) words.insert(word);
    word.clear();
  };
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      word += lower;
    } else {
      close();
    }
  }
  close();
  return words;
}

}  // namespace

double recall_at(Ranks ranks, std::size_t k) {
  const auto found = std::ranges::count_if(ranks, [k](std::size_t rank) { return rank != 0 && rank <= k; });
  return static_cast<double>(found) / static_cast<double>(ranks.size());
}

double reciprocal_rank(Ranks ranks) {
  std::size_t best = 0;
  for (const std::size_t rank : ranks)
    if (rank != 0 && (best == 0 || rank < best)) best = rank;
  return best == 0 ? 0 : 1 / static_cast<double>(best);
}

double ndcg_at(Ranks ranks, std::size_t k) {
  const auto gain = [](std::size_t rank) { return 1 / std::log2(static_cast<double>(rank) + 1); };
  double found = 0;
  for (const std::size_t rank : ranks)
    if (rank != 0 && rank <= k) found += gain(rank);
  double ideal = 0;
  for (std::size_t rank = 1; rank <= std::min(ranks.size(), k); ++rank) ideal += gain(rank);
  return ideal == 0 ? 0 : found / ideal;
}

double answer_share(std::string_view gold, std::string_view answer) {
  const std::set<std::string> wanted = content_words(gold);
  if (wanted.empty()) return 0;
  const std::set<std::string> said = content_words(answer);
  const auto both = std::ranges::count_if(wanted, [&](const std::string& word) { return said.contains(word); });
  return static_cast<double>(both) / static_cast<double>(wanted.size());
}

bool has_content_words(std::string_view gold) { return !content_words(gold).empty(); }

}  // namespace holdfast::dev::quality
