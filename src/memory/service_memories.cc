// The calls on one profile's memories, messages and sessions.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "memory/forget.h"
#include "memory/ingest/known_topics.h"
#include "memory/service.h"
#include "memory/summary.h"

namespace holdfast::memory {
namespace {

VerboseMemory with_predecessor(const Fold& fold, const Memory& memory) {
  VerboseMemory verbose{memory, std::nullopt, {}};
  if (const std::vector<Id> before = fold.predecessors(memory.id); !before.empty()) verbose.supersedes = before.back();
  return verbose;
}

// Fetches the source messages of all of them at once.
Result<> add_sources(const Profile& profile, std::vector<VerboseMemory>& memories) {
  std::set<Id> wanted;
  for (const VerboseMemory& entry : memories)
    for (const Source& source : entry.memory.sources) wanted.insert(source.message);
  const std::vector<Id> ids(wanted.begin(), wanted.end());
  HOLDFAST_TRY(std::vector<Message> texts, profile.messages(ids));
  std::map<Id, const Message*> by_id;
  for (const Message& message : texts) by_id.emplace(message.id, &message);
  for (VerboseMemory& entry : memories) {
    std::erase_if(entry.memory.sources, [&](const Source& source) { return !by_id.contains(source.message); });
    for (const Source& source : entry.memory.sources) entry.sources.push_back(*by_id.at(source.message));
  }
  return {};
}

bool wanted(const Memory& memory, const MemoryQuery& query) {
  return (query.superseded || memory.current()) &&
         (query.session_id.empty() || memory.session_id == query.session_id) &&
         (!query.type || memory.type == *query.type);
}

Page<VerboseMemory> select(const Fold& fold, const MemoryQuery& query) {
  Page<VerboseMemory> page;
  auto it = query.after ? fold.memories().upper_bound(*query.after) : fold.memories().begin();
  for (; it != fold.memories().end(); ++it) {
    if (!wanted(it->second, query)) continue;
    if (page.items.size() == query.limit) {
      page.more = true;
      break;
    }
    page.items.push_back(with_predecessor(fold, it->second));
  }
  return page;
}

// Everything that hangs together with a memory by supersession, oldest first.
std::vector<VerboseMemory> chain_of(const Fold& fold, const Id& id) {
  std::set<Id> seen;
  std::vector<Id> open{id};
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    const Memory* memory = fold.find_memory(next);
    if (memory == nullptr || !seen.insert(next).second) continue;
    if (memory->superseded_by) open.push_back(*memory->superseded_by);
    for (const Id& before : fold.predecessors(next)) open.push_back(before);
  }
  std::vector<VerboseMemory> chain;
  for (const Id& one : seen) chain.push_back(with_predecessor(fold, *fold.find_memory(one)));
  std::ranges::sort(chain, [](const VerboseMemory& a, const VerboseMemory& b) {
    return std::tie(a.memory.created_at, a.memory.position, a.memory.id) <
           std::tie(b.memory.created_at, b.memory.position, b.memory.id);
  });
  return chain;
}

Id session_hash(std::string_view session_id) { return Id::from_digest(sha256(session_id)); }

// Ids of a page of messages, in order; one more than the limit when there are more.
Result<std::vector<Id>> select_messages(const Fold& fold, const std::string& session_id,
                                        const std::optional<MessageCursor>& after, std::size_t limit) {
  std::vector<Id> ids;
  auto session = session_id.empty() ? fold.sessions().begin() : fold.sessions().find(session_id);
  std::pair<std::int64_t, Id> last(-1, Id{});
  if (after) {
    while (session != fold.sessions().end() && session_hash(session->first) != after->session)
      session = session_id.empty() ? std::next(session) : fold.sessions().end();
    if (session == fold.sessions().end())
      return fail(Code::kInvalid, "the cursor's session is gone: start again without a cursor", "/cursor");
    last = {after->position, after->message};
  }
  for (; session != fold.sessions().end() && ids.size() <= limit; ++session) {
    for (auto it = session->second.messages.upper_bound(last); it != session->second.messages.end(); ++it) {
      ids.push_back(it->second);
      if (ids.size() > limit) break;
    }
    last = {-1, Id{}};
    if (!session_id.empty()) break;
  }
  return ids;
}

Memory to_remember(const RememberRequest& request, const Fold& fold, TimeMs now) {
  Memory memory;
  memory.content = request.content;
  memory.session_id = request.session_id;
  memory.name = request.name;
  memory.created_at = memory.updated_at = now;
  if (const SessionEntry* session = fold.find_session(request.session_id)) memory.position = session->next_position();
  return memory;
}

}  // namespace

MessageCursor MessageCursor::of(const Message& message) {
  return MessageCursor{session_hash(message.session_id), message.position, message.id};
}

Task<Result<Memory>> MemoryService::remember(Address at, RememberRequest request) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const Writing writing, open_to_write(at, true));
  const TimeMs now = parts_.clock.now();
  Candidate candidate;
  candidate.content = request.content;
  candidate.name = request.name;
  candidate.time = now;
  const std::vector<std::string> keys = related_topic_keys(writing.profile->view().fold(), {&candidate, 1});
  Trace trace(parts_.clock);
  const StageContext context{.profile = writing.profile->id().to_string(), .trace = &trace};
  HOLDFAST_CO_TRY(std::vector<NewMemory> classified, co_await parts_.stages.classifier->classify(
                                                         context, request.session_id, {std::move(candidate)}, keys));
  report(trace.stages());
  auto stored = co_await Profile::turn(writing.profile, [&](Profile::Turn& turn) -> Result<Memory> {
    const Fold& fold = turn.fold();
    NewMemory entry{to_remember(request, fold, now), false};
    if (!classified.empty()) {
      const Memory& as = classified.front().memory;
      entry.closes = classified.front().closes;
      entry.guessed_topic = classified.front().guessed_topic;
      entry.memory.type = as.type;
      entry.memory.summary = as.summary;
      entry.memory.topic_key = as.topic_key;
      entry.memory.keywords = as.keywords;
      entry.memory.queries = as.queries;
    }
    const Id statement = statement_hash(request.content);
    Batch batch;
    if (fold.buried(statement)) batch.deleted_tombstones.push_back(statement);
    const Placed placed = place(fold, {std::move(entry)}, true, batch);
    HOLDFAST_CHECK(turn.commit(batch));
    const Memory* memory = !placed.stored.empty()      ? fold.find_memory(placed.stored.front())
                           : !placed.confirmed.empty() ? fold.find_memory(placed.confirmed.front())
                                                       : fold.find_statement(statement);
    if (memory == nullptr) return fail(Code::kInternal, "the memory was not stored");
    return *memory;
  });
  make_vectors(writing.profile);
  co_return stored;
}

Task<Result<Page<VerboseMemory>>> MemoryService::list_memories(Address at, MemoryQuery query) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile == nullptr) co_return Page<VerboseMemory>{};
  Page<VerboseMemory> page = select(profile->view().fold(), query);
  if (query.verbose) HOLDFAST_CO_CHECK(add_sources(*profile, page.items));
  co_return page;
}

Task<Result<VerboseMemory>> MemoryService::get_memory(Address at, Id id) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile == nullptr) co_return fail(Code::kMemoryNotFound, "memory not found");
  std::vector<VerboseMemory> found;
  {
    const Profile::View view = profile->view();
    const Memory* memory = view.fold().find_memory(id);
    if (memory == nullptr) {
      co_return fail(Code::kMemoryNotFound, view.fold().find_message(id) == nullptr
                                                ? "memory not found"
                                                : "memory not found: this is a message's id, see …/messages/{id}");
    }
    found.push_back(with_predecessor(view.fold(), *memory));
  }
  HOLDFAST_CO_CHECK(add_sources(*profile, found));
  co_return std::move(found.front());
}

Task<Result<std::vector<VerboseMemory>>> MemoryService::history(Address at, Id id) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  std::vector<VerboseMemory> chain;
  if (profile != nullptr) chain = chain_of(profile->view().fold(), id);
  if (chain.empty()) co_return fail(Code::kMemoryNotFound, "memory not found");
  HOLDFAST_CO_CHECK(add_sources(*profile, chain));
  co_return chain;
}

Task<Result<Memory>> MemoryService::delete_memory(Address at, Id id) {
  co_await parts_.storage.turn();
  Result<Writing> writing = open_to_write(at, false);
  if (!writing && writing.error().code == Code::kProfileNotFound)
    co_return fail(Code::kMemoryNotFound, "memory not found");
  HOLDFAST_CO_CHECK(writing);
  auto deleted = co_await Profile::turn(writing->profile, [&](Profile::Turn& turn) -> Result<Memory> {
    const Memory* memory = turn.fold().find_memory(id);
    if (memory == nullptr) return fail(Code::kMemoryNotFound, "memory not found");
    Memory copy = *memory;
    HOLDFAST_CHECK(turn.commit(forget_memory(turn.fold(), id)));
    return copy;
  });
  housekeeping_.wake();
  co_return deleted;
}

Task<Result<>> MemoryService::delete_session(Address at, std::string session_id) {
  co_await parts_.storage.turn();
  Result<Writing> writing = open_to_write(at, false);
  if (!writing && writing.error().code == Code::kProfileNotFound) co_return Result<>{};
  HOLDFAST_CO_CHECK(writing);
  auto deleted = co_await Profile::turn(writing->profile, [&](Profile::Turn& turn) -> Result<> {
    return turn.commit(forget_session(turn.fold(), session_id));
  });
  housekeeping_.wake();
  co_return deleted;
}

Task<Result<std::string>> MemoryService::summary(Address at, std::string session_id) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile == nullptr) co_return std::string();
  co_return summarise(profile->view().fold(), session_id, parts_.clock.now());
}

Task<Result<Page<Message>>> MemoryService::list_messages(Address at, std::string session_id,
                                                         std::optional<MessageCursor> after, std::size_t limit) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  Page<Message> page;
  if (profile == nullptr) co_return page;
  HOLDFAST_CO_TRY(std::vector<Id> ids, select_messages(profile->view().fold(), session_id, after, limit));
  page.more = ids.size() > limit;
  if (page.more) ids.resize(limit);
  HOLDFAST_CO_TRY(page.items, profile->messages(ids));
  co_return page;
}

Task<Result<Message>> MemoryService::get_message(Address at, Id id) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile == nullptr) co_return fail(Code::kMessageNotFound, "message not found");
  HOLDFAST_CO_TRY(std::vector<Message> found, profile->messages(std::span(&id, 1)));
  if (found.empty()) co_return fail(Code::kMessageNotFound, "message not found");
  co_return std::move(found.front());
}

Task<Result<Message>> MemoryService::delete_message(Address at, Id id) {
  HOLDFAST_CO_TRY(Message message, co_await get_message(at, id));
  HOLDFAST_CO_TRY(const Writing writing, open_to_write(at, false));
  auto deleted = co_await Profile::turn(writing.profile, [&](Profile::Turn& turn) -> Result<> {
    if (turn.fold().find_message(id) == nullptr) return fail(Code::kMessageNotFound, "message not found");
    return turn.commit(forget_message(turn.fold(), id));
  });
  HOLDFAST_CO_CHECK(std::move(deleted));
  housekeeping_.wake();
  co_return message;
}

Task<Result<std::vector<SessionInfo>>> MemoryService::list_sessions(Address at) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  std::vector<SessionInfo> sessions;
  if (profile == nullptr) co_return sessions;
  const Profile::View view = profile->view();
  for (const auto& [id, entry] : view.fold().sessions())
    sessions.push_back(
        SessionInfo{id, entry.messages.size(), entry.memories.size(), entry.first_at(), entry.last_at()});
  co_return sessions;
}

Task<Result<ProfileStatus>> MemoryService::status(Address at) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  ProfileStatus status;
  if (profile == nullptr) co_return status;
  {
    const Profile::View view = profile->view();
    const Fold& fold = view.fold();
    status.messages = fold.messages().size();
    status.memories = fold.memories().size();
    status.sessions = fold.sessions().size();
    status.jobs_pending = fold.pending_jobs();
    status.vectors_pending = view.index().embeddings().waiting();
  }
  status.bytes = profile->stored().bytes_on_disk;
  if (parts_.replies != nullptr) {
    HOLDFAST_CO_TRY(status.used, parts_.replies->usage(profile->id().to_string()));
  }
  co_return status;
}

}  // namespace holdfast::memory
