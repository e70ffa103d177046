// What the heads for pairs see: a row for each part of each memory beside each older memory of the conversation
// (`pairs`), and one for each two memories that are somewhat alike (`same`). With vectors, as a server has them, when
// the environment's HOLDFAST_MODEL names the encoder's file.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <span>
#include <tuple>

#include "base/pool.h"
#include "base/task.h"
#include "dev/features.h"
#include "memory/ingest/encode_contents.h"
#include "memory/ingest/likeness.h"
#include "memory/ingest/merge.h"
#include "memory/ingest/pair_head.h"
#include "memory/ingest/same.h"
#include "memory/ingest/stages.h"

namespace holdfast::dev {
namespace {

namespace json = boost::json;
using namespace memory;  // NOLINT: the stages of ingest, run by hand

// Somewhat alike: pairs below are never taken for the same.
constexpr double kSomewhat = 0.35;

// What the builtin stages make of one session, in the order of place().
Result<std::vector<NewMemory>> memories_of(const CaseSession& session, const models::Encoder* encoder,
                                           std::vector<std::string>& keys) {
  const Transcript transcript = make_transcript(session.id, session.messages, {});
  std::vector<std::vector<Candidate>> lists;
  for (const Chunk piece : chunk(transcript)) {
    HOLDFAST_TRY(lists.emplace_back(), run_here(builtin_extractor(encoder)->extract({}, transcript, piece)));
  }
  for (const Chunk piece : detail_windows(transcript)) {
    HOLDFAST_TRY(lists.emplace_back(), run_here(builtin_detail_extractor(encoder)->extract({}, transcript, piece)));
  }
  std::vector<Dropped> dropped;
  HOLDFAST_TRY(std::vector<Verdict> verdicts,
               run_here(builtin_verifier(encoder)->verify({}, transcript, merge(std::move(lists), dropped))));
  std::vector<Candidate> verified;
  for (Verdict& verdict : verdicts)
    if (verdict.kind != Verdict::Kind::kDrop) verified.push_back(std::move(verdict.candidate));
  HOLDFAST_TRY(std::vector<NewMemory> made,
               run_here(builtin_classifier(encoder)->classify({}, session.id, std::move(verified), keys)));
  for (const NewMemory& entry : made)
    if (!entry.memory.topic_key.empty()) keys.push_back(entry.memory.topic_key);
  return made;
}

// The memories have no ids yet.
Id id_of(std::size_t number) { return Id::ulid(static_cast<TimeMs>(number), Sha256().finish()); }

// The memories of a conversation, oldest first, and what is known of each beside the ones before it.
class Conversation {
 public:
  [[nodiscard]] Result<> read(const Case& labelled) {
    HOLDFAST_TRY(const std::shared_ptr<const models::Encoder> encoder, features_encoder());
    std::vector<std::string> keys;
    for (const CaseSession& session : labelled.sessions) {
      HOLDFAST_TRY(std::vector<NewMemory> made, memories_of(session, encoder.get(), keys));
      std::ranges::move(made, std::back_inserter(memories));
    }
    std::sort(memories.begin(), memories.end(), [](const NewMemory& a, const NewMemory& b) {
      return std::tie(a.memory.created_at, a.memory.position, a.memory.content) <
             std::tie(b.memory.created_at, b.memory.position, b.memory.content);
    });
    if (encoder != nullptr) {
      Pool pool("features", 1, 1'000);
      static_cast<void>(run_here(encode_contents(*encoder, pool, memories)));
    }
    likenesses.emplace(nullptr, encoder == nullptr ? std::span<const float>() : encoder->token_mean());
    for (std::size_t n = 0; n < memories.size(); ++n) {
      comparables.push_back(make_comparable(memories[n].memory));
      likenesses->add(id_of(n), memories[n].vectors);
    }
    return {};
  }

  [[nodiscard]] std::vector<Likeness> likenesses_of(std::size_t newer, const std::vector<std::size_t>& older) const {
    std::vector<Id> ids;
    for (const std::size_t o : older) ids.push_back(id_of(o));
    return likenesses->of(memories[newer].vectors.get(), comparables[newer], ids);
  }

  std::vector<NewMemory> memories;
  std::vector<Comparable> comparables;
  std::optional<Likenesses> likenesses;
};

std::string sources_of(const Case& labelled, const Memory& memory) {
  std::string keys;
  for (const Source& source : memory.sources)
    for (const CaseSession& session : labelled.sessions)
      for (std::size_t at = 0; at < session.messages.size(); ++at)
        if (session.messages[at].id == source.message)
          keys += fmt::format("{}{}", keys.empty() ? "" : ",", message_key(session, at));
  return keys;
}

// For whoever labels the rows: both memories, and where they come from.
json::object about(const Case& labelled, const Comparable& newer, const Comparable& older) {
  json::object row;
  row["old"] = older.memory->content;
  row["new"] = newer.memory->content;
  row["old_from"] = sources_of(labelled, *older.memory);
  row["new_from"] = sources_of(labelled, *newer.memory);
  row["old_type"] = std::string(to_string(older.memory->type));
  row["new_type"] = std::string(to_string(newer.memory->type));
  return row;
}

}  // namespace

Result<> pair_features(const Case& labelled, const FeatureSink& sink) {
  Conversation all;
  HOLDFAST_CHECK(all.read(labelled));
  for (std::size_t n = 0; n < all.memories.size(); ++n) {
    const Comparable& newer = all.comparables[n];
    std::vector<std::size_t> at;
    std::vector<const Comparable*> older;
    for (std::size_t o = 0; o < n; ++o) {
      if (may_be_replaced(all.memories[o].memory, all.memories[n].memory)) {
        at.push_back(o);
        older.push_back(&all.comparables[o]);
      }
    }
    const std::vector<PairContext> contexts = contexts_of(newer, older, all.likenesses_of(n, at));
    for (std::size_t i = 0; i < older.size(); ++i) {
      json::array parts;
      for (const PartView& part : older[i]->parts) parts.emplace_back(part.text);
      for (std::size_t part = 0; part < newer.parts.size(); ++part) {
        const std::size_t beside = aligned_part(newer, part, *older[i]);
        if (surely_apart(newer, part, older[i]->parts[beside])) continue;
        json::object text = about(labelled, newer, *older[i]);
        text["old_parts"] = parts;
        text["old_part"] = beside;
        text["new_part"] = newer.parts[part].text;
        sink({labelled.id,
              fmt::format("{}>{}", at[i], n),
              "?",
              json::serialize(text),
              pair_cues(newer, part, *older[i], beside, contexts[i]),
              {}});
      }
    }
  }
  return {};
}

Result<> same_features(const Case& labelled, const FeatureSink& sink) {
  Conversation all;
  HOLDFAST_CHECK(all.read(labelled));
  for (std::size_t n = 0; n < all.memories.size(); ++n) {
    std::vector<std::size_t> at;
    for (std::size_t o = 0; o < n; ++o)
      if (may_say(all.memories[o].memory, all.memories[n].memory)) at.push_back(o);
    const std::vector<Likeness> likenesses = all.likenesses_of(n, at);
    double likest = 0;
    for (const Likeness& likeness : likenesses) likest = std::max(likest, likeness.message);
    const double usual = usual_likeness(likenesses);
    for (std::size_t i = 0; i < at.size(); ++i) {
      if (likenesses[i].message < kSomewhat) continue;
      sink({labelled.id,
            fmt::format("{}>{}", at[i], n),
            "?",
            json::serialize(about(labelled, all.comparables[n], all.comparables[at[i]])),
            same_cues(all.comparables[at[i]], all.comparables[n], likenesses[i], likest, usual),
            {}});
    }
  }
  return {};
}

}  // namespace holdfast::dev
