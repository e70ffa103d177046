#include "memory/recall/recall.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/utf8.h"
#include "language/secrets.h"
#include "memory/recall/channels/full_text.h"
#include "memory/recall/channels/messages.h"
#include "memory/recall/channels/topic_key.h"
#include "memory/recall/channels/vector.h"
#include "memory/recall/closeness.h"
#include "memory/recall/diversify.h"
#include "memory/recall/fuse.h"
#include "memory/recall/newest_value.h"
#include "memory/recall/query_vectors.h"
#include "memory/recall/relevance.h"
#include "memory/recall/tuning.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kSummaryCharacters = 200;  // of a message candidate

// More than are given out, so that dropped near-duplicates leave no gap, and the answer may come from a little further
// down.
constexpr std::size_t kSpare = 10;

const auto& channels() {
  static const TopicKeyChannel topic_key;
  static const FullTextChannel full_text;
  static const VectorChannel vector(VectorChannel::Asks::kQuestion);
  static const VectorChannel hyde(VectorChannel::Asks::kStatement);
  static const MessagesChannel messages;
  static const std::array<const Channel*, 5> all = {&topic_key, &full_text, &vector, &hyde, &messages};
  return all;
}

// The source that says most to the question first; of equals, in the order in which they were said.
std::vector<Source> strongest_first(const ProfileIndex& index, const Evidence& evidence,
                                    const std::vector<Source>& sources) {
  std::vector<std::pair<float, std::size_t>> order;  // −evidence, place
  for (std::size_t at = 0; at < sources.size(); ++at) {
    const auto doc = index.find_message(sources[at].message);
    order.emplace_back(doc && *doc < evidence.scores.size() ? -evidence.scores[*doc] : -kNoEvidence, at);
  }
  std::ranges::sort(order);
  std::vector<Source> sorted;
  for (const auto& [evidence_of, at] : order) sorted.push_back(sources[at]);
  return sorted;
}

struct Found {
  FusedCandidate fused;
  Memory memory;  // for a memory
  std::optional<Closeness> closeness;
  double evidence = 0;
  bool superseded = false;  // of a message: so are all memories read from it
};

// Everything that needs the profile's lock.
std::vector<Found> search_profile(const Profile& profile, AnalysedQuery& query, const RecallTuning* tuning,
                                  std::size_t limit, std::size_t breadth, Trace& trace) {
  const Profile::View locked = profile.view();
  note_rarity(locked.index(), query);
  if (!anything_relevant(locked.index(), query)) return {};
  const Evidence evidence = [&] {
    const Trace::Span span(trace, "evidence");
    if (tuning == nullptr) return weigh_messages(locked.index(), query);
    const weights::Sums sums{.dialogue = tuning->dialogue, .chat = tuning->chat};
    return weigh_messages(locked.index(), query, &sums);
  }();
  const RecallView view{locked.fold(), locked.index(), evidence};

  std::vector<ChannelRun> runs;
  for (const Channel* const channel : channels()) {
    const double weight =
        tuning == nullptr ? channel->weight() : tuning->channel(channel->name()).value_or(channel->weight());
    if (weight == 0) continue;
    const Trace::Span span(trace, std::string(channel->name()));
    runs.push_back({channel->name(), weight, channel->run(view, query, breadth), channel->general()});
  }
  const Trace::Span span(trace, "fuse");
  std::vector<Found> found;
  const auto spoken_for = [&](const Id& message) {
    const auto doc = view.index.find_message(message);
    return doc ? evidence.of(*doc) : 0;
  };
  for (FusedCandidate& fused : fuse_channels(view, query, runs, limit)) {
    Found& one = found.emplace_back(
        Found{.fused = std::move(fused), .memory = {}, .closeness = {}, .evidence = 0, .superseded = false});
    if (one.fused.key.kind == RecallCandidate::Kind::kMemory) {
      one.memory = *view.fold.find_memory(one.fused.key.id);
      one.memory.sources = strongest_first(view.index, evidence, one.memory.sources);
    }
    if (one.fused.key.kind == RecallCandidate::Kind::kMessage) {
      one.superseded = !view.fold.memories_from(one.fused.key.id).empty();
      one.evidence = spoken_for(one.fused.key.id);
    }
    for (const Source& source : one.memory.sources) one.evidence = std::max(one.evidence, spoken_for(source.message));
  }
  std::vector<Measured> measured;
  for (const Found& one : found) measured.push_back({one.fused.key.kind, one.fused.key.id, one.memory.sources});
  std::vector<std::optional<Closeness>> closeness = closeness_of(view.index, query, measured);
  for (std::size_t i = 0; i < found.size(); ++i) found[i].closeness = std::move(closeness[i]);
  return found;
}

Result<std::unordered_map<Id, Message>> read_texts(const Profile& profile, const std::vector<Found>& found) {
  std::vector<Id> ids;
  std::unordered_set<Id> seen;
  const auto want = [&](const Id& id) {
    if (seen.insert(id).second) ids.push_back(id);
  };
  for (const Found& one : found) {
    if (one.fused.key.kind == RecallCandidate::Kind::kMessage) want(one.fused.key.id);
    for (const Source& source : one.memory.sources) want(source.message);
  }
  HOLDFAST_TRY(std::vector<Message> messages, profile.messages(ids));
  std::unordered_map<Id, Message> by_id;
  for (Message& message : messages) {
    const Id id = message.id;
    by_id.emplace(id, std::move(message));
  }
  return by_id;
}

std::string about(const Memory& memory) {
  std::string text = memory.topic_key;
  for (const std::string& keyword : memory.keywords) text.append("\n").append(keyword);
  for (const std::string& query : memory.queries) text.append("\n").append(query);
  return text;
}

RecallCandidate memory_candidate(Found found, const std::unordered_map<Id, Message>& texts) {
  RecallCandidate candidate{.kind = RecallCandidate::Kind::kMemory,
                            .id = found.memory.id,
                            .summary = language::redact_secrets(found.memory.summary),
                            .content = language::redact_secrets(found.memory.content),
                            .type = found.memory.type,
                            .about = about(found.memory),
                            .session_id = std::move(found.memory.session_id),
                            .name = std::move(found.memory.name),
                            .time = found.memory.created_at,
                            .superseded = found.memory.superseded_by.has_value(),
                            .score = found.fused.score,
                            .channels = std::move(found.fused.channels),
                            .sources = {},
                            .source_lines = {},
                            .closeness = std::move(found.closeness),
                            .evidence = found.evidence};
  for (const Source& source : found.memory.sources) {
    if (const auto text = texts.find(source.message); text != texts.end()) {
      candidate.sources.push_back(text->second);
      candidate.source_lines.push_back(source);
    }
  }
  return candidate;
}

RecallCandidate message_candidate(Found found, const Message& message) {
  std::string content = language::redact_secrets(message.content);
  const auto lines = 1 + std::ranges::count(message.content, '\n');
  return RecallCandidate{.kind = RecallCandidate::Kind::kMessage,
                         .id = message.id,
                         .summary = std::string(first_code_points(content, kSummaryCharacters)),
                         .content = std::move(content),
                         .type = MemoryType::kFact,
                         .about = {},
                         .session_id = message.session_id,
                         .name = message.name,
                         .time = message.timestamp,
                         .superseded = found.superseded,
                         .score = found.fused.score,
                         .channels = std::move(found.fused.channels),
                         .sources = {message},
                         .source_lines = {{.message = message.id, .line_from = 1, .line_to = static_cast<int>(lines)}},
                         .closeness = std::move(found.closeness),
                         .evidence = found.evidence};
}

std::vector<RecallCandidate> with_texts(std::vector<Found> found, const std::unordered_map<Id, Message>& texts) {
  std::vector<RecallCandidate> candidates;
  candidates.reserve(found.size());
  for (Found& one : found) {
    if (one.fused.key.kind == RecallCandidate::Kind::kMemory) {
      candidates.push_back(memory_candidate(std::move(one), texts));
    } else if (const auto text = texts.find(one.fused.key.id); text != texts.end()) {
      // Not there: forgotten since the search.
      candidates.push_back(message_candidate(std::move(one), text->second));
    }
  }
  return candidates;
}

// Whom to ask for the question's vectors: the encoder of which most of what the profile holds has vectors; null for
// none. Where many are still to be made, those that have some would be told from those that have none, not what answers
// from what does not: words alone do better.
const models::Encoder* encoder_for(const RecallStages& stages, const Profile& profile) {
  constexpr std::size_t kOfSo = 10;  // one in so many may lack them
  if (stages.encoder == nullptr) return nullptr;
  const Profile::View view = profile.view();
  const ProfileVectors& vectors = view.index().embeddings();
  const std::size_t documents = view.index().messages().size() + view.index().memories().size();
  if (vectors.waiting() * kOfSo <= documents) return stages.encoder;
  const std::size_t wanted = vectors.current().documents() + vectors.waiting();
  const std::size_t known = std::min(vectors.before().documents(), wanted);
  const bool most = stages.before != nullptr && (wanted - known) * kOfSo <= documents;
  return most && vectors.of(stages.before->model()) == &vectors.before() ? stages.before : nullptr;
}

}  // namespace

std::vector<std::string_view> channel_names() {
  std::vector<std::string_view> names;
  for (const Channel* const channel : channels()) names.push_back(channel->name());
  return names;
}

Task<Result<RecallAnswer>> recall(const RecallStages& stages, std::shared_ptr<Profile> profile, RecallRequest request) {
  Trace trace(stages.clock);
  RecallAnswer answer;
  const StageContext context{.profile = profile->id().to_string(),
                             .trace = &trace,
                             .priority = Priority::kQuery,
                             .until_us = stages.budget_us};
  {
    const Trace::Span span(trace, "analyse", std::string(stages.analyser.model()));
    HOLDFAST_CO_TRY(answer.query, co_await stages.analyser.analyse(context, request));
  }
  if (const models::Encoder* encoder = encoder_for(stages, *profile); encoder != nullptr) {
    const Trace::Span span(trace, "encode", std::string(encoder->model()));
    answer.query.vectors = co_await encode_query(*encoder, answer.query);
  }
  const weights::Breadth breadth = weights::breadth(request.thinking_level);
  std::vector<Found> found =
      search_profile(*profile, answer.query, request.tuning.get(), breadth.candidates + kSpare, breadth.channel, trace);
  if (!found.empty()) {
    {
      const Trace::Span span(trace, "texts");
      HOLDFAST_CO_TRY(const auto texts, read_texts(*profile, found));
      answer.candidates = with_texts(std::move(found), texts);
    }
    {
      const Trace::Span span(trace, "diversify");
      put_newest_first(answer.query, answer.candidates);
      answer.candidates = diversify(std::move(answer.candidates), breadth.candidates + kSpare);
    }
    {
      const Trace::Span span(trace, "temporal");
      answer.facts = temporal_facts(request, answer.query, answer.candidates);
    }
    const Trace::Span span(trace, "synthesise", std::string(stages.synthesiser.model()));
    HOLDFAST_CO_TRY(answer.answer, co_await stages.synthesiser.synthesise(context, request, answer.query,
                                                                          answer.candidates, answer.facts));
    if (answer.candidates.size() > breadth.candidates)
      answer.candidates.erase(answer.candidates.begin() + static_cast<std::ptrdiff_t>(breadth.candidates),
                              answer.candidates.end());
  }
  answer.stages = trace.stages();
  co_return answer;
}

}  // namespace holdfast::memory
