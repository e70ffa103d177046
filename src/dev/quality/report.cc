#include "dev/quality/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>

namespace holdfast::dev::quality {
namespace {

namespace json = boost::json;

std::string row_line(const Row& row) {
  std::string line = fmt::format("{:<26} {:>5}", row.category, row.questions);
  if (row.questions > 0) {
    line += fmt::format("  {:.3f}  {:.3f}  {:.3f}  {:.3f}  {:.3f}", row.r5, row.r10, row.r20, row.mrr, row.ndcg10);
  } else {
    line += fmt::format("{:40}", "");
  }
  line += row.with_sessions > 0 ? fmt::format("  {:.3f}", row.s5) : fmt::format("{:7}", "");
  line += row.with_gold > 0 ? fmt::format("  {:.3f}", row.answer) : fmt::format("{:7}", "");
  if (row.unanswerable > 0) line += fmt::format("  silent rightly {} of {}", row.silent_rightly, row.unanswerable);
  if (row.silent_falsely > 0) line += fmt::format("  silent falsely {} of {}", row.silent_falsely, row.answerable);
  if (row.changed > 0) line += fmt::format("  newest first {} of {}", row.newest_first, row.changed);
  return line + "\n";
}

json::object row_json(const Row& row) {
  return {{"category", row.category},
          {"questions", row.questions},
          {"recallAt5", row.r5},
          {"recallAt10", row.r10},
          {"recallAt20", row.r20},
          {"mrr", row.mrr},
          {"ndcgAt10", row.ndcg10},
          {"sessionsAt5", row.s5},
          {"answer", row.answer},
          {"unanswerable", row.unanswerable},
          {"silentRightly", row.silent_rightly},
          {"answerable", row.answerable},
          {"silentFalsely", row.silent_falsely},
          {"changed", row.changed},
          {"newestFirst", row.newest_first}};
}

}  // namespace

std::string field(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

std::string footing_line(const Footing& footing) {
  const IntakeCost& intake = footing.intake;
  const std::string taking =
      intake.reused > 0
          ? fmt::format("{} profiles were there already", intake.reused)
          : fmt::format("ingest {:.0f} messages/s, then {:.1f} s for vectors",
                        static_cast<double>(intake.messages) / std::max(intake.seconds, 1e-9), intake.vectors);
  const std::string known =
      footing.vectors_known == 0
          ? std::string()
          : fmt::format("; times are without encoding: {} vectors of questions were there", footing.vectors_known);
  return fmt::format("{}; {} messages, {:.0f} bytes each on disk, {:.0f} in memory{}\n", taking, intake.messages,
                     footing.bytes_on_disk, footing.bytes_in_memory, known);
}

json::object footing_json(const Footing& footing) {
  return {{"messages", footing.intake.messages},
          {"profilesReused", footing.intake.reused},
          {"questionVectorsReused", footing.vectors_known},
          {"ingestSeconds", footing.intake.seconds},
          {"vectorSeconds", footing.intake.vectors},
          {"bytesOnDiskPerMessage", footing.bytes_on_disk},
          {"bytesInMemoryPerMessage", footing.bytes_in_memory}};
}

std::string recall_table(const RecallRun& run) {
  std::string text = fmt::format("{:<26} {:>5}  {:<5}  {:<5}  {:<5}  {:<5}  {:<5}  {:<5}  {:<5}\n", "category", "n",
                                 "R@5", "R@10", "R@20", "MRR", "nDCG", "S@5", "ans");
  for (const Row& row : run.report.rows) text += row_line(row);
  text += fmt::format("recall p50 {:.1f} ms  p99 {:.1f} ms; {}", run.report.p50_ms, run.report.p99_ms,
                      footing_line(run.footing));
  if (run.variants.empty()) return text;
  const Row& whole = run.report.rows.back();
  text += fmt::format("\n{:<34} {:<14}  {:<14}  {:<14}  {:<14}\n", "without", "R@5", "R@10", "MRR", "ans");
  for (const Variant& variant : run.variants) {
    const Row& row = variant.all;
    text += fmt::format("{:<34} {:.3f} ({:+.3f})  {:.3f} ({:+.3f})  {:.3f} ({:+.3f})  {:.3f} ({:+.3f})\n", variant.name,
                        row.r5, row.r5 - whole.r5, row.r10, row.r10 - whole.r10, row.mrr, row.mrr - whole.mrr,
                        row.answer, row.answer - whole.answer);
  }
  return text;
}

json::object recall_json(const RecallRun& run) {
  json::array rows;
  for (const Row& row : run.report.rows) rows.push_back(row_json(row));
  json::array variants;
  for (const Variant& variant : run.variants) {
    json::object item = row_json(variant.all);
    item["category"] = "all";
    item["without"] = variant.name;
    variants.push_back(std::move(item));
  }
  json::object object = footing_json(run.footing);
  object["rows"] = std::move(rows);
  object["recallP50Ms"] = run.report.p50_ms;
  object["recallP99Ms"] = run.report.p99_ms;
  object["ablation"] = std::move(variants);
  return object;
}

std::string recall_lines(const RecallRun& run) {
  std::string text = "conversation\tid\tcategory\tquestion\tranks\tanswer\tright answer\n";
  for (const Asked& asked : run.asked) {
    const Question& question = *asked.question;
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", asked.conversation->id, question.id, field(question.category),
                        field(question.text), fmt::join(asked.ranks, " "), field(asked.answer), field(question.gold));
  }
  return text;
}

}  // namespace holdfast::dev::quality
