#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "dev/quality/memories.h"
#include "dev/quality/report.h"

namespace holdfast::dev::quality {

std::string memories_table(const MemoriesRun& run) {
  const KeepingCounts& counts = run.counts;
  std::string text;
  for (const auto& [kind, answered] : run.kinds())
    text += fmt::format("answers, {:<13} {}/{}  {:.3f}\n", kind, answered.right, answered.asked, answered.share());
  text += fmt::format(
      "gold {:.3f} ({}/{}), of those typed right {:.3f}; junk {:.3f} of {}; density {:.2f} a message; {} over 300 "
      "characters\n",
      counts.gold_share(), counts.found, counts.gold, counts.typed_share(), counts.junk_share(), counts.memories,
      counts.density(), counts.too_long);
  text +=
      fmt::format("supersede {:.3f} ({}); coexist {:.3f} ({}); answers {:.3f} ({})\n", counts.superseded_share(),
                  counts.changes, counts.coexisting_share(), counts.pairs, run.answers().share(), run.answers().asked);
  std::size_t unanswerable = 0;
  std::size_t silent_rightly = 0;
  std::size_t silent_falsely = 0;
  for (const Probe& probe : run.probes) {
    const bool none = probe.kind == "unanswerable";
    unanswerable += none;
    silent_rightly += none && probe.answer.empty();
    silent_falsely += !none && probe.answer.empty();
  }
  text += fmt::format("silent rightly {} of {}, falsely {} of {}\n", silent_rightly, unanswerable, silent_falsely,
                      run.probes.size() - unanswerable);
  text += fmt::format("recall p50 {:.1f} ms  p99 {:.1f} ms; {}", run.p50_ms, run.p99_ms, footing_line(run.footing));
  text += fmt::format("score {:.3f}\n", run.score());
  if (run.variants.empty()) return text;
  text += fmt::format("\n{:<34} {:<14}\n", "without", "answers");
  for (const MemoriesRun::Variant& variant : run.variants)
    text += fmt::format("{:<34} {:.3f} ({:+.3f})\n", variant.name, variant.answers.share(),
                        variant.answers.share() - run.answers().share());
  return text;
}

boost::json::object memories_json(const MemoriesRun& run) {
  namespace json = boost::json;
  const auto answered_json = [](const Answered& answered) {
    return json::object{{"right", answered.right}, {"asked", answered.asked}, {"share", answered.share()}};
  };
  json::object kinds;
  for (const auto& [kind, answered] : run.kinds()) kinds[kind] = answered_json(answered);
  json::array variants;
  for (const MemoriesRun::Variant& variant : run.variants) {
    json::object item = answered_json(variant.answers);
    item["without"] = variant.name;
    variants.push_back(std::move(item));
  }
  const KeepingCounts& counts = run.counts;
  json::object object = footing_json(run.footing);
  object["score"] = run.score();
  object["gold"] = counts.gold_share();
  object["typed"] = counts.typed_share();
  object["junk"] = counts.junk_share();
  object["memories"] = counts.memories;
  object["density"] = counts.density();
  object["over300Characters"] = counts.too_long;
  object["superseded"] = counts.superseded_share();
  object["coexisting"] = counts.coexisting_share();
  object["answers"] = answered_json(run.answers());
  object["kinds"] = std::move(kinds);
  object["recallP50Ms"] = run.p50_ms;
  object["recallP99Ms"] = run.p99_ms;
  object["ablation"] = std::move(variants);
  return object;
}

std::string memories_lines(const MemoriesRun& run) {
  std::string text = "case\tkind\tquestion\tright\tanswer\twanted\n";
  for (const Probe& probe : run.probes) {
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", probe.conversation, probe.kind, field(probe.question),
                        probe.right ? "right" : "wrong", field(probe.answer), field(probe.wanted));
  }
  return text;
}

}  // namespace holdfast::dev::quality
