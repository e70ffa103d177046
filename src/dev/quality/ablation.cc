#include "dev/quality/ablation.h"

#include <utility>

#include "memory/recall/recall.h"

namespace holdfast::dev::quality {

std::vector<Omission> omissions(const memory::RecallTuning& from) {
  std::vector<Omission> all;
  for (const std::string_view name : memory::channel_names()) {
    const std::string channel(name);
    if (from.channel(channel) == 0) continue;
    memory::RecallTuning tuning = from;
    std::erase_if(tuning.channels, [&](const auto& known) { return known.first == channel; });
    tuning.channels.emplace_back(channel, 0);
    all.push_back({"channel " + channel, std::make_shared<const memory::RecallTuning>(std::move(tuning))});
  }
  for (const memory::SumField& field : memory::sum_fields()) {
    if (from.dialogue.*field.value == 0 && from.chat.*field.value == 0) continue;
    memory::RecallTuning tuning = from;
    tuning.dialogue.*field.value = 0;
    tuning.chat.*field.value = 0;
    all.push_back(
        {"signal " + std::string(field.name), std::make_shared<const memory::RecallTuning>(std::move(tuning))});
  }
  return all;
}

}  // namespace holdfast::dev::quality
