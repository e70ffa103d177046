#include "memory/ingest/place.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "memory/ingest/board.h"
#include "memory/ingest/correction.h"
#include "memory/ingest/likeness.h"
#include "memory/ingest/pair_head.h"
#include "memory/ingest/rest.h"
#include "memory/ingest/retelling.h"
#include "memory/ingest/said.h"
#include "memory/ingest/same.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/told.h"
#include "memory/ingest/topic_key.h"

namespace holdfast::memory {
namespace {

constexpr double kTellsWhatHolds = 0.6;  // from this probability of a replacement an event is told as what holds since
constexpr std::size_t kNear = 8;         // looked at because they are alike, besides those that share words

class Placer {
 public:
  Placer(const Fold& fold, const ProfileIndex* index, std::span<const float> token_mean, bool remembered)
      : board_(fold), likenesses_(index, token_mean), remembered_(remembered) {}

  // Before the first place_one(): whether all of these, which are then placed in this order, tell an earlier session
  // again.
  void look_for_retelling(std::span<const NewMemory> incoming, const MessageReader& read) {
    if (!read) return;
    retelling_ = find_retelling(board_.fold(), likenesses_, incoming, [&](std::size_t at, const std::string& session) {
      const std::vector<Id> said = find_said(incoming[at].memory, incoming[at].vectors.get());
      return std::any_of(said.begin(), said.end(), [&](const Id& id) { return is_of(id, session); });
    });
    if (!retelling_) return;
    std::vector<Id> ids;
    for (const auto& [order, id] : board_.fold().find_session(retelling_->session_id)->messages) ids.push_back(id);
    told_.emplace(read(ids));
  }

  // `at`: its number among those asked about before.
  void place_one(NewMemory incoming, std::size_t at) {
    Memory& memory = incoming.memory;
    const Id hash = statement_hash(memory.content);
    if (const Memory* same = board_.find_statement(hash); same != nullptr && !reverts_to(*same, memory))
      return confirm(same->id, memory);
    if (!remembered_ && board_.fold().buried(hash)) {
      placed_.dropped.push_back({memory.content, "forgotten before", "place", ""});
      return;
    }
    if (!remembered_) {
      if (const std::vector<Id> said = find_said(memory, incoming.vectors.get()); !said.empty()) {
        for (const Id& id : said) confirm(id, memory);
        return;
      }
      if (retelling_ && retelling_->statements[at] &&
          tells_again(memory, incoming.vectors.get(), *retelling_->statements[at]))
        return;
    }
    const std::vector<Replaced> replaced = find_replaced(memory, incoming.vectors.get());
    const bool replaces_keyed = std::any_of(replaced.begin(), replaced.end(), [&](const Replaced& one) {
      return one.how.probability >= kTellsWhatHolds && is_keyed_type(*board_.find(one.id));
    });
    // An event that changes what holds ("prod was moved to 5 nodes") tells what holds since: a fact.
    if (memory.type == MemoryType::kEvent && replaces_keyed) memory.type = MemoryType::kFact;
    memory.id = memory_id(memory.type, memory.content, memory.sources.empty() ? nullptr : &memory.sources[0].message,
                          memory.created_at);
    if (board_.find(memory.id) != nullptr) return confirm(memory.id, memory);
    // What is remembered explicitly is kept verbatim: other words are another memory, and the newer version.
    if (!remembered_ && replaced.empty()) {
      if (const auto same = same_version(memory)) return confirm(*same, memory);
      if (const Memory* same = board_.find_same_words(memory)) return confirm(same->id, memory);
    }
    if (incoming.guessed_topic && !shares_topic(memory)) memory.topic_key.clear();

    board_.add(memory);
    likenesses_.add(memory.id, incoming.vectors);
    placed_.stored.push_back(memory.id);
    const bool alone = memory.topic_key.empty() || board_.versions(memory.topic_key).size() < 2;
    for (const Replaced& one : replaced) replace(one, memory.id, alone && &one == replaced.data());
    if (is_keyed_type(memory)) {
      if (alone && replaced.empty()) enter_late(memory.id);
      const std::string key = board_.find(memory.id)->topic_key;
      if (!key.empty()) chain(key);
    }
    if (incoming.closes) close_tasks(memory.id);
  }

  Placed finish(Batch& batch) {
    board_.write(batch);
    const auto tidy = [](std::vector<Id>& ids) {
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    };
    tidy(placed_.stored);
    tidy(placed_.confirmed);
    tidy(placed_.superseded);
    std::erase_if(placed_.confirmed,
                  [&](const Id& id) { return std::binary_search(placed_.stored.begin(), placed_.stored.end(), id); });
    return std::move(placed_);
  }

 private:
  // Whether a statement comes back after another had taken its place: then it is a new version, not a confirmation.
  [[nodiscard]] bool reverts_to(const Memory& same, const Memory& memory) const {
    if (!same.superseded_by || same.topic_key.empty()) return false;
    const Memory* successor = board_.find(*same.superseded_by);
    return successor != nullptr &&
           std::tie(successor->created_at, successor->position) < std::tie(memory.created_at, memory.position);
  }

  // Another source for a memory there is.
  void confirm(const Id& id, const Memory& again) {
    std::vector<Source> more;
    const Memory& known = *board_.find(id);
    for (const Source& source : again.sources) {
      const bool there = std::any_of(known.sources.begin(), known.sources.end(),
                                     [&](const Source& old) { return old.message == source.message; });
      if (!there) more.push_back(source);
    }
    if (more.empty()) return;
    Memory& changed = board_.edit(id);
    changed.sources.insert(changed.sources.end(), more.begin(), more.end());
    changed.updated_at = std::max(changed.updated_at, again.created_at);
    placed_.confirmed.push_back(id);
  }

  // Those for which `wanted` holds that share most words with a memory or are most like it, by id.
  template <typename Wanted>
  [[nodiscard]] std::vector<Id> candidates(const Memory& memory, const EncodedText* encoded, Wanted wanted) {
    std::vector<Id> ids = board_.beside(memory, wanted);
    const std::vector<Id> all =
        board_.among([&](const Memory& other) { return other.id != memory.id && wanted(other); });
    for (const Id& id : all)
      if (const Memory& other = *board_.find(id); !other.current() && !other.sources.empty())
        likenesses_.stand_in(id, other.sources.front().message);
    const std::vector<Id> near = likenesses_.nearest(encoded, all, kNear);
    ids.insert(ids.end(), near.begin(), near.end());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
  }

  // Whether a memory was read from a message of that session.
  [[nodiscard]] bool is_of(const Id& id, const std::string& session) const {
    const std::vector<Source>& sources = board_.find(id)->sources;
    return std::any_of(sources.begin(), sources.end(), [&](const Source& source) {
      const MessageEntry* message = board_.fold().find_message(source.message);
      return message != nullptr && board_.fold().session_by_number(message->session) == session;
    });
  }

  // Whether a statement of a session told again says nothing that its counterpart in the earlier session did not say;
  // if so, the memory read from that message gains a source. When none was, it was not worth one: nothing is stored.
  bool tells_again(const Memory& memory, const EncodedText* encoded, const Counterpart& counterpart) {
    const std::optional<std::size_t> at = told_->find(counterpart.message);
    if (!at || !counterpart.near()) return false;
    const std::vector<Id> known = board_.fold().memories_from(counterpart.message);
    // What another value has taken the place of since is news when it is said once more.
    if (!std::ranges::all_of(known, [&](const Id& id) { return held_at(*board_.find(id), memory); })) return false;
    const Comparable own = make_comparable(memory);
    if (!told_->says_values_of(own, *at)) return false;
    std::vector<Id> told = known;
    told.push_back(counterpart.message);
    if (const std::optional<Id> question = told_->before(*at)) told.push_back(*question);
    const std::vector<Likeness> likenesses = likenesses_.of(encoded, own, told);
    if (!meets_all_parts(own, likenesses)) return false;
    if (known.empty()) {
      if (counterpart.likeness < kToldAgain) return false;
      placed_.dropped.push_back({memory.content, "said before, and not kept then", "place", ""});
      return true;
    }
    std::size_t likest = 0;
    for (std::size_t i = 1; i < known.size(); ++i)
      if (likenesses[i].message > likenesses[likest].message) likest = i;
    confirm(known[likest], memory);
    return true;
  }

  // The memories that together say all of what this one says, whatever the words and however it is cut; empty when
  // something in it is new.
  [[nodiscard]] std::vector<Id> find_said(const Memory& memory, const EncodedText* encoded) {
    const std::vector<Id> ids = candidates(
        memory, encoded, [&](const Memory& other) { return may_say(other, memory) && held_at(other, memory); });
    const Comparable own = make_comparable(memory);
    const std::vector<Likeness> likenesses = likenesses_.of(encoded, own, ids);
    double likest = 0;
    for (const Likeness& likeness : likenesses) likest = std::max(likest, likeness.message);
    const double usual = usual_likeness(likenesses);
    std::optional<Id> same;
    double surest = kSame;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const double probability = says_same(board_.comparable(ids[i]), own, likenesses[i], likest, usual);
      if (probability < surest || (same && probability == surest)) continue;
      surest = probability;
      same = ids[i];
    }
    if (same) return {*same};
    std::vector<Id> said;
    for (std::size_t at = 0; at < own.parts.size(); ++at) {
      if (says_nothing(own.parts[at])) continue;
      std::size_t one = 0;
      const auto says = [&](std::size_t i) {
        const bool stands_out = likenesses[i].message - usual >= kStandsOut;
        return says_part(board_.comparable(ids[i]), own, at, stands_out ? likenesses[i].part(at) : 0);
      };
      while (one < ids.size() && !says(one)) ++one;
      if (one == ids.size()) return {};
      if (std::find(said.begin(), said.end(), ids[one]) == said.end()) said.push_back(ids[one]);
    }
    return said;
  }

  // Whether a memory, if it was replaced, still held when the other was said.
  [[nodiscard]] bool held_at(const Memory& known, const Memory& said) const {
    if (known.current()) return true;
    const Memory* successor = board_.find(*known.superseded_by);
    return successor != nullptr && precedes(said, *successor);
  }

  // The version of the topic next to it in time that has the same value already.
  [[nodiscard]] std::optional<Id> same_version(const Memory& memory) {
    if (memory.topic_key.empty() || !is_keyed_type(memory)) return std::nullopt;
    const std::vector<Id> versions = board_.versions(memory.topic_key);
    const auto after = std::find_if(versions.begin(), versions.end(), [&](const Id& id) {
      return std::tie(memory.created_at, memory.position) <
             std::tie(board_.find(id)->created_at, board_.find(id)->position);
    });
    const Comparable self = make_comparable(memory);
    if (after != versions.begin() && same_value(self, board_.comparable(*(after - 1)))) return *(after - 1);
    if (after != versions.end() && same_value(self, board_.comparable(*after))) return *after;
    return std::nullopt;
  }

  void supersede(const Id& old, const Id& by) {
    if (board_.find(old)->superseded_by == by) return;
    const std::vector<std::size_t> gone =
        board_.find(by) == nullptr
            ? std::vector<std::size_t>()
            : parts_spoken_of(board_.comparable(old), board_.comparable(by), board_.find(old)->topic_key);
    supersede(old, by, gone);
  }

  // `gone`: the parts of the old one that the other takes the place of; what else it said stays.
  void supersede(const Id& old, const Id& by, const std::vector<std::size_t>& gone) {
    if (board_.find(old)->superseded_by == by) return;
    const bool was_current = board_.find(old)->current();
    Memory& memory = board_.edit(old);
    memory.superseded_by = by;
    placed_.superseded.push_back(old);
    const Memory* successor = board_.find(by);
    if (successor == nullptr) return;
    memory.updated_at = std::max(memory.updated_at, successor->created_at);
    if (was_current && is_keyed_type(memory)) keep_rest(old, *board_.find(by), gone);
  }

  // What else a superseded memory said is still true: it becomes a memory of its own.
  void keep_rest(const Id& old, const Memory& by, const std::vector<std::size_t>& gone) {
    const Memory whole = *board_.find(old);
    if (whole.sources.empty() || gone.empty()) return;
    const std::string rest = rest_of(board_.comparable(old), gone);
    if (rest.empty() || board_.find_statement(statement_hash(rest)) != nullptr ||
        board_.fold().buried(statement_hash(rest)))
      return;
    Memory part = describe_part(whole, rest);
    // Of the topic is what was replaced: the rest is no version of it.
    if (part.topic_key == by.topic_key) part.topic_key.clear();
    part.id = memory_id(part.type, part.content, &part.sources[0].message, part.created_at);
    if (board_.find(part.id) != nullptr) return;
    board_.add(part);
    placed_.stored.push_back(part.id);
  }

  // Each version of a topic points to the next. One whose successor was forgotten stays superseded by it.
  void chain(std::string_view key) {
    const std::vector<Id> versions = board_.versions(key);
    std::optional<Id> gone;  // the newest forgotten successor among them
    for (const Id& id : versions) {
      const std::optional<Id>& next = board_.find(id)->superseded_by;
      if (next && board_.find(*next) == nullptr && (!gone || gone->ulid_time() < next->ulid_time())) gone = next;
    }
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (i + 1 < versions.size()) {
        supersede(versions[i], versions[i + 1]);
      } else if (gone && board_.find(versions[i])->created_at <= gone->ulid_time()) {
        supersede(versions[i], *gone);
      } else if (const std::optional<Id>& next = board_.find(versions[i])->superseded_by;
                 next && std::find(versions.begin(), versions.end(), *next) != versions.end()) {
        board_.edit(versions[i]).superseded_by.reset();
      }
    }
  }

  struct Replaced {
    Id id;
    Replacement how;
  };

  // The older memories that this one takes the place of: surest first.
  [[nodiscard]] std::vector<Replaced> find_replaced(const Memory& self, const EncodedText* encoded) {
    const std::vector<Id> ids = candidates(self, encoded, [&](const Memory& other) {
      return other.current() && precedes(other, self) && may_be_replaced(other, self);
    });
    const Comparable own = make_comparable(self);
    std::vector<const Comparable*> others;
    others.reserve(ids.size());
    for (const Id& id : ids) others.push_back(&board_.comparable(id));
    const std::vector<PairContext> contexts = contexts_of(own, others, likenesses_.of(encoded, own, ids));
    judged_.clear();
    std::vector<Replaced> found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      Replacement how = judge_pair(own, *others[i], contexts[i], kReplaces);
      const bool sure = contexts[i].usual < kCrowded || !how.parts.empty();
      judged_.emplace(ids[i], sure ? how.probability : 0.0);
      if (!how.parts.empty()) found.push_back({ids[i], std::move(how)});
    }
    correct(own, ids, others, found);
    std::sort(found.begin(), found.end(), [](const Replaced& a, const Replaced& b) {
      return std::tie(b.how.probability, b.id) < std::tie(a.how.probability, a.id);  // among equals the newer first
    });
    if (found.size() > kReplacesAtMost) found.resize(kReplacesAtMost);
    return found;
  }

  // A correction of oneself replaces what was said last before it, whatever the words.
  static void correct(const Comparable& own, const std::vector<Id>& ids, const std::vector<const Comparable*>& others,
                      std::vector<Replaced>& found) {
    if (!begins_as_correction(own)) return;
    std::optional<std::size_t> last;
    std::size_t part = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::optional<std::size_t> corrected = corrected_part(own, *others[i]);
      if (!corrected || (last && precedes(*others[i]->memory, *others[*last]->memory))) continue;
      last = i;
      part = *corrected;
    }
    if (!last) return;
    std::erase_if(found, [&](const Replaced& one) { return one.id == ids[*last]; });
    found.push_back({ids[*last], {.probability = 1, .part = part, .parts = {part}}});
  }

  // One that arrives late may be replaced already, by the surest of the later ones.
  void enter_late(const Id& id) {
    const Memory self = *board_.find(id);
    std::optional<Replaced> best;
    for (const Id& later : board_.current_beside(self, [&](const Memory& other) {
           return is_keyed_type(other) && precedes(self, other) && may_be_replaced(self, other);
         })) {
      const Comparable* own = &board_.comparable(id);
      const Comparable& newer = board_.comparable(later);
      const std::vector<Likeness> likeness = likenesses_.of(likenesses_.find(later), newer, {&id, 1});
      Replacement how = judge_pair(newer, *own, contexts_of(newer, {&own, 1}, likeness).front(), kReplaces);
      if (!how.parts.empty() && (!best || how.probability > best->how.probability)) best = {later, std::move(how)};
    }
    if (!best) return;
    const Id newer = best->id;
    best->id = id;
    replace(*best, newer, true);
  }

  // Puts `by` in the place of `one`; with one topic key, when both can have it.
  void replace(const Replaced& one, const Id& by, bool with_key) {
    const bool keyed = is_keyed_type(*board_.find(one.id)) && is_keyed_type(*board_.find(by));
    if (with_key && keyed) give_key(by, one);
    supersede(one.id, by, one.how.parts);
  }

  [[nodiscard]] static bool precedes(const Memory& a, const Memory& b) {
    return std::tie(a.created_at, a.position) < std::tie(b.created_at, b.position);
  }

  // Whether a new memory belongs to the versions that have the topic key its words suggest, judged by the one before it
  // (find_replaced() has looked at it) or else the one after it: one phrase may name two things.
  [[nodiscard]] bool shares_topic(const Memory& memory) {
    if (memory.topic_key.empty() || !is_keyed_type(memory)) return true;
    const std::vector<Id> versions = board_.versions(memory.topic_key);
    if (versions.empty()) return true;
    const auto after = std::find_if(versions.begin(), versions.end(),
                                    [&](const Id& id) { return precedes(memory, *board_.find(id)); });
    const bool later = after != versions.begin();
    const Id& beside = later ? *(after - 1) : *after;
    if (const auto judged = judged_.find(beside); judged != judged_.end()) return judged->second >= kReplacesKeyed;
    const Comparable own = make_comparable(memory);
    const Comparable* other = &board_.comparable(beside);
    const Comparable& newer = later ? own : *other;
    const Comparable* older = later ? other : &own;
    return !judge_pair(newer, *older, contexts_of(newer, {&older, 1}, {}).front(), kReplaces).parts.empty();
  }

  // Puts two memories under one key, so that they stay versions of each other: the older one's if the part replaced is
  // about it, else the newer one's. Without one, the older only points to the newer.
  void give_key(const Id& newer, const Replaced& older) {
    const std::string theirs = board_.find(older.id)->topic_key;
    std::string key;
    if (!theirs.empty()) {
      const Statement part = read_statement(board_.comparable(older.id).parts[older.how.part].text);
      if (shared(read_statement(theirs).terms, part.terms) > 0 ||
          topic_key(board_.comparable(older.id).parts[older.how.part].text) == theirs)
        key = theirs;
    }
    if (key.empty()) {
      key = board_.find(newer)->topic_key;
      if (!key.empty() && board_.versions(key).size() > 1) return;
    }
    if (key.empty()) return;
    if (board_.find(older.id)->topic_key != key) board_.edit(older.id).topic_key = key;
    if (board_.find(newer)->topic_key != key) board_.edit(newer).topic_key = key;
  }

  // The open task, older than this, that it says is done or dropped.
  void close_tasks(const Id& id) {
    const Memory self = *board_.find(id);
    const std::vector<std::string> terms = board_.comparable(id).statement.terms;
    std::optional<Id> found;
    double best = 0;
    bool tie = false;
    for (const Id& task : board_.current_beside(self, [&](const Memory& other) {
           return other.type == MemoryType::kTask && order_of(other) < order_of(self);
         })) {
      const std::vector<std::string>& of_task = board_.comparable(task).statement.terms;
      const std::size_t common = shared(terms, of_task);
      const std::size_t smaller = std::min(terms.size(), of_task.size());
      if (common == 0 || smaller == 0) continue;
      const double coverage = static_cast<double>(common) / static_cast<double>(smaller);
      if (common < 2 && coverage < 0.5) continue;
      if (coverage < 0.34) continue;
      if (coverage < best) continue;
      tie = coverage == best;
      best = coverage;
      found = task;
    }
    if (found && !tie) supersede(*found, id);
  }

  std::optional<Retelling> retelling_;
  std::optional<ToldSession> told_;
  Board board_;
  Likenesses likenesses_;
  bool remembered_;
  std::map<Id, double> judged_;  // by find_replaced(), for the memory in hand
  Placed placed_;
};

}  // namespace

Placed place(const Fold& fold, std::vector<NewMemory> memories, bool remembered, Batch& batch,
             const ProfileIndex* index, std::span<const float> token_mean, const MessageReader& read) {
  // Whatever order they come in, the outcome is the same.
  std::sort(memories.begin(), memories.end(), [](const NewMemory& a, const NewMemory& b) {
    const Id none;
    const Id& from_a = a.memory.sources.empty() ? none : a.memory.sources.front().message;
    const Id& from_b = b.memory.sources.empty() ? none : b.memory.sources.front().message;
    return std::tie(a.memory.created_at, a.memory.position, a.memory.content, a.memory.type, from_a) <
           std::tie(b.memory.created_at, b.memory.position, b.memory.content, b.memory.type, from_b);
  });
  Placer placer(fold, index, token_mean, remembered);
  if (!remembered) placer.look_for_retelling(memories, read);
  for (std::size_t at = 0; at < memories.size(); ++at) placer.place_one(std::move(memories[at]), at);
  return placer.finish(batch);
}

void relink(const Fold& fold, std::span<const Id> deleted, Batch& batch) {
  std::vector<Id> gone(deleted.begin(), deleted.end());
  std::sort(gone.begin(), gone.end());
  gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
  const auto is_gone = [&](const Id& id) { return std::binary_search(gone.begin(), gone.end(), id); };
  // A row may be in the batch already, changed for another reason: then that row is what changes.
  std::map<Id, Memory> changed;
  std::map<Id, Memory*> in_batch;
  for (Memory& memory : batch.memories) in_batch.emplace(memory.id, &memory);
  for (const Id& id : gone) {
    for (const Id& predecessor : fold.predecessors(id)) {
      if (is_gone(predecessor)) continue;
      // Follows the chain past everything that goes; what no longer exists at all ends it.
      Id next = id;
      for (std::size_t steps = 0; steps <= gone.size() && is_gone(next); ++steps) {
        const Memory* memory = fold.find_memory(next);
        if (memory == nullptr || !memory->superseded_by) break;
        next = *memory->superseded_by;
      }
      const Memory* before = fold.find_memory(predecessor);
      if (before == nullptr || before->superseded_by == next) continue;
      const auto there = in_batch.find(predecessor);
      Memory& memory = there != in_batch.end() ? *there->second : changed.emplace(predecessor, *before).first->second;
      memory.superseded_by = next;
    }
  }
  for (auto& [id, memory] : changed) batch.memories.push_back(std::move(memory));
}

}  // namespace holdfast::memory
