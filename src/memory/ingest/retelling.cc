#include "memory/ingest/retelling.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace holdfast::memory {
namespace {

constexpr double kTellsMost = 0.75;       // mean likeness that does without a statement known to be the same
constexpr double kTellsAll = 0.65;        // where others were told again, and each statement is met
constexpr double kStandsApart = 0.1;      // what is met is this much less like the others of the session,
constexpr double kMeanApart = 0.25;       // on average this: where everything is alike nothing is told again
constexpr std::size_t kStatements = 2;    // of which two at least must be met
constexpr std::size_t kLookedAt = 12;     // statements, spread evenly, by which the session is found
constexpr std::size_t kLookBack = 2'000;  // messages

// A message of an earlier session, and the memories read from it.
struct ToldMessage {
  Id message;
  Role role = Role::kUser;
  std::int64_t position = 0;
  std::vector<Id> ids;  // the message itself and its memories
};

std::vector<ToldMessage> told_in(const Fold& fold, const SessionEntry& session, Likenesses& likenesses) {
  std::vector<ToldMessage> told;
  for (const auto& [order, id] : session.messages) {
    const MessageEntry* entry = fold.find_message(id);
    if (entry == nullptr) continue;
    ToldMessage one{id, entry->role, entry->position, fold.memories_from(id)};
    likenesses.stand_in(id, id);
    one.ids.push_back(id);
    told.push_back(std::move(one));
  }
  return told;
}

// The sessions that spoke last, but not `own`, as many as the newest messages come from.
std::vector<const SessionEntry*> earlier_sessions(const Fold& fold, const std::string& own) {
  std::vector<const SessionEntry*> sessions;
  for (const auto& [id, session] : fold.sessions())
    if (id != own && !session.messages.empty()) sessions.push_back(&session);
  std::sort(sessions.begin(), sessions.end(), [](const SessionEntry* a, const SessionEntry* b) {
    return std::tuple(b->last_at(), std::string_view(a->id)) < std::tuple(a->last_at(), std::string_view(b->id));
  });
  std::size_t messages = 0;
  std::size_t count = 0;
  while (count < sessions.size() && messages < kLookBack) messages += sessions[count++]->messages.size();
  sessions.resize(count);
  return sessions;
}

std::optional<Counterpart> counterpart_of(const Fold& fold, const Likenesses& likenesses, const NewMemory& statement,
                                          const std::vector<ToldMessage>& told) {
  if (statement.vectors == nullptr || statement.memory.sources.empty()) return std::nullopt;
  const MessageEntry* source = fold.find_message(statement.memory.sources.front().message);
  if (source == nullptr) return std::nullopt;
  std::optional<Counterpart> best;
  for (const ToldMessage& one : told) {
    if (one.role != source->role) continue;
    const std::vector<double> cosines = likenesses.cosines(statement.vectors.get(), one.ids);
    const double likeness = *std::max_element(cosines.begin(), cosines.end());
    if (!best) {
      best = {.message = one.message, .likeness = likeness};
    } else if (likeness > best->likeness) {
      best = {.message = one.message, .likeness = likeness, .next = best->likeness};
    } else {
      best->next = std::max(best->next, likeness);
    }
  }
  return best;
}

// How much of what the session said in earlier calls is known from the other: memories with a source in both, of all.
std::pair<std::size_t, std::size_t> known_before(const Fold& fold, const std::string& own, const std::string& other) {
  const SessionEntry* session = fold.find_session(own);
  if (session == nullptr) return {0, 0};
  std::vector<Id> memories;
  for (const auto& [order, id] : session->messages)
    for (const Id& memory : fold.memories_from(id)) memories.push_back(memory);
  std::sort(memories.begin(), memories.end());
  memories.erase(std::unique(memories.begin(), memories.end()), memories.end());
  std::size_t both = 0;
  for (const Id& id : memories) {
    const Memory* memory = fold.find_memory(id);
    both += std::any_of(memory->sources.begin(), memory->sources.end(), [&](const Source& source) {
      const MessageEntry* entry = fold.find_message(source.message);
      return entry != nullptr && fold.session_by_number(entry->session) == other;
    });
  }
  return {both, memories.size()};
}

// The sessions that others told again, and how many memories have a source in both.
std::map<std::string, std::size_t> retold_sessions(const Fold& fold, const std::string& own) {
  std::map<std::string, std::size_t> all;                           // memories by session
  std::map<std::pair<std::string, std::string>, std::size_t> both;  // by the session of the first source and another
  std::size_t seen = 0;
  for (auto it = fold.memories().rbegin(); it != fold.memories().rend() && seen < kLookBack; ++it, ++seen) {
    std::vector<std::string> sessions;
    for (const Source& source : it->second.sources)
      if (const MessageEntry* entry = fold.find_message(source.message); entry != nullptr)
        if (const std::string& session = fold.session_by_number(entry->session);
            std::find(sessions.begin(), sessions.end(), session) == sessions.end())
          sessions.push_back(session);
    for (std::size_t i = 0; i < sessions.size(); ++i) {
      ++all[sessions[i]];
      if (i > 0) ++both[{sessions.front(), sessions[i]}];
    }
  }
  std::map<std::string, std::size_t> retold;
  for (const auto& [pair, count] : both)
    if (pair.second != own && count >= kStatements && 2 * count >= all[pair.second]) retold[pair.first] += count;
  return retold;
}

std::int64_t position_of(const Fold& fold, const Id& message) { return fold.find_message(message)->position; }

// Whether each counterpart stands between those of the surely met statements around it.
void judge_order(const Fold& fold, std::span<const NewMemory> incoming, Retelling& retelling) {
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    if (!retelling.statements[i]) continue;
    const std::int64_t there = position_of(fold, retelling.statements[i]->message);
    bool in_order = true;
    for (std::size_t k = 0; k < incoming.size(); ++k) {
      if (k == i || !retelling.statements[k] || retelling.statements[k]->likeness < kToldAgain) continue;
      const std::int64_t anchor = position_of(fold, retelling.statements[k]->message);
      const std::int64_t apart = incoming[i].memory.position - incoming[k].memory.position;
      if ((apart > 0 && there < anchor) || (apart < 0 && there > anchor) || (apart == 0 && there != anchor))
        in_order = false;
    }
    retelling.statements[i]->in_order = in_order;
  }
}

}  // namespace

std::optional<Retelling> find_retelling(const Fold& fold, Likenesses& likenesses, std::span<const NewMemory> incoming,
                                        const SaidIn& said) {
  if (incoming.empty()) return std::nullopt;
  const std::string& own = incoming.front().memory.session_id;
  std::vector<std::size_t> looked_at;
  const std::size_t count = std::min(kLookedAt, incoming.size());
  for (std::size_t i = 0; i < count; ++i) looked_at.push_back(i * incoming.size() / count);

  std::optional<std::map<std::string, std::size_t>> retold;
  const auto others_retold = [&](const std::string& session) {
    if (!retold) retold = retold_sessions(fold, own);
    return std::ranges::any_of(*retold, [&](const auto& one) { return one.first != session; });
  };
  const SessionEntry* found = nullptr;
  double best = 0;
  std::vector<ToldMessage> told_best;
  for (const SessionEntry* session : earlier_sessions(fold, own)) {
    std::vector<ToldMessage> told = told_in(fold, *session, likenesses);
    std::size_t met = 0;
    double likeness = 0;
    double next = 0;
    for (const std::size_t at : looked_at) {
      const auto counterpart = counterpart_of(fold, likenesses, incoming[at], told);
      if (!counterpart) continue;
      met += counterpart->likeness >= kToldAgain && counterpart->likeness - counterpart->next >= kStandsApart;
      likeness += counterpart->likeness;
      next += std::max(counterpart->next, 0.0);
    }
    const auto statements = static_cast<double>(looked_at.size());
    const double mean = likeness / statements;
    if (met == 0 || mean - next / statements < kMeanApart || (found != nullptr && mean <= best)) continue;
    const auto [both, before] = known_before(fold, own, session->id);
    const std::size_t all = looked_at.size() + before;
    const auto known = [&] {
      const auto same = std::ranges::count_if(looked_at, [&](const std::size_t at) { return said(at, session->id); });
      return 4 * (both + static_cast<std::size_t>(same)) >= all;
    };
    const bool most = met + both >= kStatements && 2 * (met + both) >= all && (mean >= kTellsMost || known());
    if (!most && (mean < kTellsAll || met < looked_at.size() || !others_retold(session->id))) continue;
    found = session;
    best = mean;
    told_best = std::move(told);
  }
  if (found == nullptr) return std::nullopt;
  Retelling retelling{.session_id = found->id, .statements = {}};
  for (const NewMemory& statement : incoming)
    retelling.statements.push_back(counterpart_of(fold, likenesses, statement, told_best));
  judge_order(fold, incoming, retelling);
  return retelling;
}

}  // namespace holdfast::memory
