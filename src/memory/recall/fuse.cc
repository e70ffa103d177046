#include "memory/recall/fuse.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "memory/ingest/topic_key.h"
#include "memory/recall/weights.h"

namespace holdfast::memory {
namespace {

using Kind = RecallCandidate::Kind;
using List = search::RankedList<CandidateKey>;

bool may_be_candidate(const Memory& memory, const AnalysedQuery& query) { return memory.current() || query.about_past; }

class Resolver {
 public:
  Resolver(const RecallView& view, const AnalysedQuery& query, std::span<const ChannelRun> runs)
      : view_(view), query_(query) {
    for (const ChannelRun& run : runs) {
      for (std::size_t i = 0; i < run.hits.size(); ++i) {
        if (run.hits[i].key.kind != Kind::kMemory) continue;
        const auto [place, fresh] = ranks_.try_emplace(run.hits[i].key.id, i);
        if (!fresh) place->second = std::min(place->second, i);
      }
    }
  }

  // What a hit stands for: a memory for a message that is covered. When all that cover it are superseded, the message
  // itself, for what else it says; nothing when one of them surely was another value of a topic.
  [[nodiscard]] std::optional<CandidateKey> resolve(const CandidateKey& key) const {
    if (key.kind == Kind::kMemory) return key;
    const std::vector<Id> covering = view_.fold.memories_from(key.id);
    if (covering.empty()) return key;
    const Memory* best = nullptr;
    bool another_value = false;
    for (const Id& id : covering) {
      const Memory* const memory = view_.fold.find_memory(id);
      if (memory == nullptr) continue;
      another_value = another_value || is_sure_topic(memory->topic_key);
      if (!may_be_candidate(*memory, query_)) continue;
      if (best == nullptr || goes_before(*memory, *best)) best = memory;
    }
    if (best == nullptr) return another_value ? std::nullopt : std::optional(key);
    return CandidateKey{Kind::kMemory, best->id};
  }

 private:
  [[nodiscard]] bool goes_before(const Memory& a, const Memory& b) const {
    if (a.current() != b.current()) return a.current();
    const auto rank = [this](const Memory& memory) {
      const auto found = ranks_.find(memory.id);
      return found == ranks_.end() ? ~std::size_t{0} : found->second;
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return std::tie(a.created_at, a.position, a.id) > std::tie(b.created_at, b.position, b.id);
  }

  const RecallView& view_;
  const AnalysedQuery& query_;
  std::unordered_map<Id, std::size_t> ranks_;  // the best, of memories that channels found themselves
};

std::tuple<TimeMs, std::int64_t, Id> age(const Fold& fold, const CandidateKey& key) {
  if (key.kind == Kind::kMemory) {
    if (const Memory* const memory = fold.find_memory(key.id)) return {memory->created_at, memory->position, key.id};
  } else if (const MessageEntry* const message = fold.find_message(key.id)) {
    return {message->timestamp, message->position, key.id};
  }
  return {0, 0, key.id};
}

// Whether the memory's session is over: another has begun to speak since.
class Sessions {
 public:
  explicit Sessions(const Fold& fold) : fold_(fold) {
    for (const auto& [id, session] : fold.sessions()) newest_ = std::max(newest_, session.last_at());
  }
  [[nodiscard]] bool ended(const Memory& memory) const {
    const SessionEntry* const session = fold_.find_session(memory.session_id);
    const TimeMs last = session == nullptr || session->messages.empty() ? memory.created_at : session->last_at();
    return last < newest_;
  }

 private:
  const Fold& fold_;
  TimeMs newest_ = 0;
};

// The current memory at the end of a superseded one's chain, or null.
const Memory* head_of(const Fold& fold, const Memory& memory) {
  const Memory* head = &memory;
  for (int steps = 0; head != nullptr && head->superseded_by && steps < 1'000; ++steps) {
    head = fold.find_memory(*head->superseded_by);
  }
  return head;
}

// The weights of the general channels: of that which holds messages, and of those which hold memories.
struct General {
  double messages = 0;
  double memories = 0;
  std::string_view of_messages;  // the channel that holds them

  explicit General(std::span<const ChannelRun> runs) {
    for (const ChannelRun& run : runs) {
      if (!run.general || run.hits.empty()) continue;
      const bool holds_messages = run.hits.front().key.kind == Kind::kMessage;
      (holds_messages ? messages : memories) += run.weight;
      if (holds_messages) of_messages = run.channel;
    }
  }
};

// What of a candidate's score the channels of memories gave.
double from_memories(const FusedCandidate& candidate, const General& general) {
  double score = 0;
  for (const ChannelHit& hit : candidate.channels) {
    if (hit.channel != general.of_messages)
      score += hit.weight / (weights::kRankConstant + static_cast<double>(hit.rank));
  }
  return score;
}

// What a message that no memory covers would have from the channels of memories: the place in them that its evidence
// gives it, behind the memories that stand before it among the messages.
std::unordered_map<Id, double> missed_by_messages(std::span<const List> lists, std::span<const ChannelRun> runs,
                                                  double memories) {
  std::unordered_map<Id, double> missed;
  for (std::size_t list = 0; list < lists.size(); ++list) {
    if (runs[list].hits.empty() || runs[list].hits.front().key.kind != Kind::kMessage) continue;
    std::size_t before = 0;
    for (const auto& hit : lists[list].keys) {
      if (hit.key.kind == Kind::kMessage) {
        missed.emplace(hit.key.id, memories / (weights::kRankConstant + static_cast<double>(before + 1)));
      } else {
        ++before;
      }
    }
  }
  return missed;
}

void adjust(const RecallView& view, const General& general, const std::unordered_map<Id, double>& missed,
            std::vector<FusedCandidate>& candidates) {
  const Sessions sessions(view.fold);
  std::unordered_map<Id, double> current;
  std::vector<std::pair<FusedCandidate*, const Memory*>> superseded;
  for (FusedCandidate& candidate : candidates) {
    if (candidate.key.kind == Kind::kMessage) {
      if (const auto share = missed.find(candidate.key.id); share != missed.end()) candidate.score += share->second;
      continue;
    }
    const Memory* const memory = view.fold.find_memory(candidate.key.id);
    if (memory == nullptr) continue;
    // A little more than a raw message of the same rank.
    if (memory->sources.empty()) candidate.score *= 1 + 1.1 * general.messages / std::max(general.memories, 1e-3);
    if (memory->type == MemoryType::kTask && sessions.ended(*memory))
      candidate.score -= (1 - weights::kEndedTask) * from_memories(candidate, general);
    if (memory->current()) {
      current.emplace(memory->id, candidate.score);
    } else {
      superseded.emplace_back(&candidate, memory);
    }
  }
  for (const auto& [candidate, memory] : superseded) {
    candidate->score *= weights::kSuperseded;
    const Memory* const head = head_of(view.fold, *memory);
    if (head == nullptr) continue;
    if (const auto found = current.find(head->id); found != current.end()) {
      candidate->score = std::min(candidate->score, found->second * weights::kSuperseded);
    }
  }
}

}  // namespace

std::vector<FusedCandidate> fuse_channels(const RecallView& view, const AnalysedQuery& query,
                                          std::span<const ChannelRun> runs, std::size_t limit) {
  const Resolver resolver(view, query, runs);
  std::vector<List> lists;
  for (const ChannelRun& run : runs) {
    List& list = lists.emplace_back(List{.channel = run.channel, .weight = run.weight, .keys = {}});
    std::unordered_set<CandidateKey, CandidateKeyHash> seen;
    for (const auto& hit : run.hits) {
      const std::optional<CandidateKey> key = resolver.resolve(hit.key);
      if (key && seen.insert(*key).second) list.keys.push_back({.key = *key, .score = hit.score});
    }
  }
  const auto newer = [&view](const CandidateKey& a, const CandidateKey& b) {
    return age(view.fold, a) > age(view.fold, b);
  };
  const auto fused =
      search::fuse<CandidateKey>(std::span<const List>(lists), weights::kRankConstant, newer, CandidateKeyHash{});
  std::vector<FusedCandidate> candidates;
  candidates.reserve(fused.size());
  for (const auto& one : fused) {
    FusedCandidate& candidate =
        candidates.emplace_back(FusedCandidate{.key = one.key, .score = one.score, .channels = {}});
    for (const search::FusedSource& source : one.sources) {
      candidate.channels.push_back({.channel = std::string(source.channel),
                                    .rank = source.rank,
                                    .score = source.score,
                                    .weight = source.weight});
    }
  }
  const General general(runs);
  adjust(view, general, missed_by_messages(lists, runs, general.memories), candidates);
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return candidates[a].score != candidates[b].score ? candidates[a].score > candidates[b].score : a < b;
  });
  std::vector<FusedCandidate> best;
  for (std::size_t i = 0; i < std::min(limit, order.size()); ++i) best.push_back(std::move(candidates[order[i]]));
  return best;
}

}  // namespace holdfast::memory
