#include "dev/labels.h"

#include <algorithm>

namespace holdfast::dev {

std::vector<const CaseGold*> gold_of_units(const Case& labelled, const std::string& key,
                                           const memory::TranscriptMessage& message, const memory::Reading& reading) {
  const std::size_t count = reading.units.size();
  std::vector<const CaseGold*> labels(count, nullptr);
  std::vector<std::size_t> words(count, 0);
  std::vector<std::string> texts;
  for (const memory::ReadUnit& unit : reading.units)
    texts.push_back(folded(memory::make_candidate(message, unit, "extract").content));
  for (const CaseGold& gold : labelled.gold) {
    if (std::ranges::find(gold.from, key) == gold.from.end()) continue;
    std::vector<std::size_t> hits;
    for (const std::string& text : texts) hits.push_back(count_terms(text, gold.must));
    const std::size_t most = hits.empty() ? 0 : *std::ranges::max_element(hits);
    for (std::size_t i = 0; i < count; ++i) {
      if (hits[i] != most || (labels[i] != nullptr && hits[i] <= words[i])) continue;
      labels[i] = &gold;
      words[i] = hits[i];
    }
  }
  return labels;
}

}  // namespace holdfast::dev
