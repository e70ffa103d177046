// What the head for replacing sees: a row for each part of each memory beside each older memory of the conversation.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "base/task.h"
#include "dev/features.h"
#include "memory/ingest/merge.h"
#include "memory/ingest/pair_head.h"
#include "memory/ingest/stages.h"

namespace holdfast::dev {
namespace {

namespace json = boost::json;
using namespace memory;  // NOLINT: the stages of ingest, run by hand

// What the builtin stages make of one session, in the order of place().
Result<std::vector<Memory>> memories_of(const CaseSession& session, std::vector<std::string>& keys) {
  const Transcript transcript = make_transcript(session.id, session.messages, {});
  std::vector<std::vector<Candidate>> lists;
  for (const Chunk piece : chunk(transcript)) {
    HOLDFAST_TRY(lists.emplace_back(), run_here(builtin_extractor()->extract(transcript, piece)));
  }
  for (const Chunk piece : detail_windows(transcript)) {
    HOLDFAST_TRY(lists.emplace_back(), run_here(builtin_detail_extractor()->extract(transcript, piece)));
  }
  std::vector<Dropped> dropped;
  HOLDFAST_TRY(std::vector<Verdict> verdicts,
               run_here(builtin_verifier()->verify(transcript, merge(std::move(lists), dropped))));
  std::vector<Candidate> verified;
  for (Verdict& verdict : verdicts)
    if (verdict.kind != Verdict::Kind::kDrop) verified.push_back(std::move(verdict.candidate));
  HOLDFAST_TRY(std::vector<NewMemory> made,
               run_here(builtin_classifier()->classify(session.id, std::move(verified), keys)));
  std::vector<Memory> memories;
  for (NewMemory& entry : made) {
    if (!entry.memory.topic_key.empty()) keys.push_back(entry.memory.topic_key);
    memories.push_back(std::move(entry.memory));
  }
  return memories;
}

std::string sources_of(const Case& labelled, const Memory& memory) {
  std::string keys;
  for (const Source& source : memory.sources)
    for (const CaseSession& session : labelled.sessions)
      for (std::size_t at = 0; at < session.messages.size(); ++at)
        if (session.messages[at].id == source.message)
          keys += fmt::format("{}{}", keys.empty() ? "" : ",", message_key(session, at));
  return keys;
}

// For whoever labels the rows: both memories, and the older one's parts.
std::string text_of(const Case& labelled, const Comparable& newer, const Comparable& older, std::size_t at,
                    std::size_t beside) {
  json::array parts;
  for (const PartView& part : older.parts) parts.emplace_back(part.text);
  json::object row;
  row["old"] = older.memory->content;
  row["new"] = newer.memory->content;
  row["old_from"] = sources_of(labelled, *older.memory);
  row["new_from"] = sources_of(labelled, *newer.memory);
  row["old_type"] = std::string(to_string(older.memory->type));
  row["new_type"] = std::string(to_string(newer.memory->type));
  row["old_parts"] = std::move(parts);
  row["old_part"] = beside;
  row["new_part"] = newer.parts[at].text;
  return json::serialize(row);
}

}  // namespace

Result<> pair_features(const Case& labelled, const FeatureSink& sink) {
  std::vector<Memory> memories;
  std::vector<std::string> keys;
  for (const CaseSession& session : labelled.sessions) {
    HOLDFAST_TRY(std::vector<Memory> made, memories_of(session, keys));
    std::ranges::move(made, std::back_inserter(memories));
  }
  std::sort(memories.begin(), memories.end(), [](const Memory& a, const Memory& b) {
    return std::tie(a.created_at, a.position, a.content) < std::tie(b.created_at, b.position, b.content);
  });
  std::vector<Comparable> comparables;
  for (const Memory& memory : memories) comparables.push_back(make_comparable(memory));
  for (std::size_t n = 0; n < memories.size(); ++n) {
    std::vector<std::size_t> at;
    std::vector<const Comparable*> older;
    for (std::size_t o = 0; o < n; ++o) {
      if (may_be_replaced(memories[o], memories[n])) {
        at.push_back(o);
        older.push_back(&comparables[o]);
      }
    }
    const std::vector<PairContext> contexts = contexts_of(comparables[n], older, {});
    for (std::size_t i = 0; i < older.size(); ++i) {
      for (std::size_t part = 0; part < comparables[n].parts.size(); ++part) {
        const std::size_t beside = aligned_part(comparables[n], part, *older[i]);
        if (surely_apart(comparables[n], part, older[i]->parts[beside])) continue;
        FeatureRow row;
        row.case_id = labelled.id;
        row.key = fmt::format("{}>{}", at[i], n);
        row.label = "?";
        row.text = text_of(labelled, comparables[n], *older[i], part, beside);
        row.cues = pair_cues(comparables[n], part, *older[i], beside, contexts[i]);
        sink(std::move(row));
      }
    }
  }
  return {};
}

}  // namespace holdfast::dev
