#include "memory/ingest/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "memory/heads/heads_know.h"
#include "memory/ingest/encode_contents.h"
#include "memory/ingest/known_topics.h"
#include "memory/ingest/merge.h"
#include "memory/vectors/make.h"

namespace holdfast::memory {
namespace {

// Rows of finished jobs are kept for a day, for the clients that ask for them. Job ids sort by time, so looking at the
// oldest few with every call keeps up.
void forget_finished_jobs(const Fold& fold, TimeMs now, Batch& batch) {
  constexpr std::size_t kAtOnce = 4;
  std::size_t seen = 0;
  for (const auto& [id, job] : fold.jobs()) {
    if (++seen > kAtOnce) return;
    if (job.state != Job::State::kPending && job.finished_at + kDayMs < now) batch.deleted_jobs.push_back(id);
  }
}

// T1: which of a call's messages are new, which wait, which are known; the new ones and the job are committed.
Result<IngestReport> commit_messages(Profile::Turn& turn, std::vector<Message> messages, const std::string& session_id,
                                     TimeMs arrived_at) {
  const Fold& fold = turn.fold();
  IngestReport report;
  report.session_id = session_id;
  const SessionEntry* session = fold.find_session(session_id);
  std::int64_t position = session == nullptr ? 0 : session->next_position();

  Batch batch;
  Job job;
  for (Message& message : messages) {
    if (fold.buried(message.id)) {
      ++report.messages_buried;
    } else if (fold.find_message(message.id) != nullptr) {
      ++report.messages_known;
      // Seen, but perhaps never extracted: a crash or a failure lies between. Known means extracted.
      if (fold.waits_for_extraction(message.id)) job.messages.push_back(message.id);
    } else {
      message.position = position++;
      job.messages.push_back(message.id);
      report.messages_stored.push_back(message.id);
      batch.messages.push_back(std::move(message));
    }
  }
  if (job.messages.empty()) return report;
  forget_finished_jobs(fold, arrived_at, batch);

  Sha256 hash;
  for (const Id& id : job.messages) hash.add(id.bytes);
  job.id = Id::ulid(arrived_at, hash.finish());
  job.session_id = session_id;
  job.created_at = arrived_at;
  report.job = job.id;
  batch.jobs.push_back(std::move(job));
  HOLDFAST_CHECK(turn.commit(batch));
  return report;
}

struct JobInput {
  std::string session_id;
  std::vector<Id> messages;   // to extract, and those before them for context, in order
  std::vector<bool> context;  // parallel
};

// What a job needs, gathered under the read lock; the texts are fetched afterwards.
std::optional<JobInput> gather_input(const Profile& profile, const Id& job_id) {
  const Profile::View view = profile.view();
  const Fold& fold = view.fold();
  const Job* job = fold.find_job(job_id);
  if (job == nullptr || job->state != Job::State::kPending) return std::nullopt;
  JobInput input;
  input.session_id = job->session_id;
  const std::unordered_set<Id> wanted(job->messages.begin(), job->messages.end());
  if (const SessionEntry* session = fold.find_session(job->session_id)) {
    // A message's neighbours help to understand it ("yes, do that"), so the two before each run come along.
    std::vector<std::pair<Id, bool>> run;  // the last known messages before the next wanted one
    for (const auto& [_, id] : session->messages) {
      if (!wanted.contains(id)) {
        run.emplace_back(id, true);
        if (run.size() > kChunkOverlap) run.erase(run.begin());
        continue;
      }
      run.emplace_back(id, false);
      for (const auto& [message, context] : run) {
        input.messages.push_back(message);
        input.context.push_back(context);
      }
      run.clear();
    }
  }
  return input;
}

// A source may have been forgotten while its job ran; what then has no source left is not stored.
std::vector<NewMemory> without_lost_sources(const Fold& fold, std::vector<NewMemory> memories) {
  std::erase_if(memories, [&](NewMemory& entry) {
    std::erase_if(entry.memory.sources, [&](const Source& s) { return fold.find_message(s.message) == nullptr; });
    return entry.memory.sources.empty();
  });
  return memories;
}

// The contents' vectors by content: ids are given in the write turn.
using Contents = std::unordered_map<std::string, std::shared_ptr<const EncodedText>>;

Contents contents_of(const std::vector<NewMemory>& memories) {
  Contents contents;
  for (const NewMemory& entry : memories)
    if (entry.vectors != nullptr) contents.emplace(entry.memory.content, entry.vectors);
  return contents;
}

// Rows of what is stored and current, in the commit that stores it; the queries' vectors follow in the background.
void add_vectors(const models::Encoder& encoder, const Fold& fold, const Contents& contents, Batch& batch) {
  for (const Memory& memory : batch.memories) {
    const auto content = contents.find(memory.content);
    if (content == contents.end() || !memory.current() || fold.find_memory(memory.id) != nullptr) continue;
    batch.vectors.push_back({.key = {OwnerKind::kMemory, memory.id},
                             .model = std::string(encoder.model()),
                             .data = pack(memory_vectors(encoder, memory, *content->second))});
  }
}

// T2: what the job found out, and that it is done.
Result<Placed> commit_memories(Profile::Turn& turn, const Profile& profile, const models::Encoder* encoder,
                               const Id& job_id, std::vector<NewMemory> memories, std::size_t dropped, bool keep_row,
                               TimeMs now) {
  const Fold& fold = turn.fold();
  Batch batch;
  const Contents contents = contents_of(memories);
  const MessageReader read = [&](std::span<const Id> ids) {
    return profile.messages(ids).value_or(std::vector<Message>());
  };
  Placed placed = place(fold, without_lost_sources(fold, std::move(memories)), false, batch, &turn.index(),
                        encoder == nullptr ? std::span<const float>() : encoder->token_mean(), read);
  if (encoder != nullptr) add_vectors(*encoder, fold, contents, batch);
  if (const Job* job = fold.find_job(job_id); job != nullptr && keep_row) {
    Job done = *job;
    done.state = Job::State::kDone;
    done.messages.clear();
    done.finished_at = now;
    done.detail = fmt::format("memories: {} stored, {} confirmed, {} superseded, {} dropped", placed.stored.size(),
                              placed.confirmed.size(), placed.superseded.size(), dropped + placed.dropped.size());
    batch.jobs.push_back(std::move(done));
  } else {
    batch.deleted_jobs.push_back(job_id);
  }
  HOLDFAST_CHECK(turn.commit(batch));
  return placed;
}

// Whether a builtin stage stood in for a model.
bool model_was_missed(const Trace& trace) {
  const std::vector<StageTime> stages = trace.stages();
  return std::ranges::any_of(stages, [](const StageTime& stage) {
    return stage.call && stage.note.find(kBuiltinInstead) != std::string::npos;
  });
}

constexpr std::size_t kFullInFlight = 4;
constexpr std::size_t kDetailInFlight = 2;

Task<Result<std::vector<Candidate>>> extract_all(const Extractor& extractor, const StageContext& context,
                                                 const Transcript& transcript, std::vector<Chunk> chunks,
                                                 std::size_t in_flight) {
  auto lists = co_await gather<Result<std::vector<Candidate>>>(
      chunks.size(), in_flight, [&](std::size_t i) { return extractor.extract(context, transcript, chunks[i]); });
  std::vector<Candidate> all;
  for (auto& list : lists) {
    HOLDFAST_CO_TRY(std::vector<Candidate> found, std::move(list));
    std::ranges::move(found, std::back_inserter(all));
  }
  co_return all;
}

// The full and the detail pass, side by side where a stage waits for a model.
Task<Result<std::vector<std::vector<Candidate>>>> extract_side_by_side(const IngestStages& stages,
                                                                       const StageContext& context,
                                                                       const Transcript& transcript, Trace& trace) {
  const auto full = [&]() -> Task<Result<std::vector<Candidate>>> {
    const Trace::Span span(trace, "extract", std::string(stages.full.model()));
    co_return co_await extract_all(stages.full, context, transcript, chunk(transcript), kFullInFlight);
  };
  const auto detail = [&]() -> Task<Result<std::vector<Candidate>>> {
    const Trace::Span span(trace, "detail", std::string(stages.detail.model()));
    co_return co_await extract_all(stages.detail, context, transcript, detail_windows(transcript), kDetailInFlight);
  };
  auto passes =
      co_await gather<Result<std::vector<Candidate>>>(2, 2, [&](std::size_t i) { return i == 0 ? full() : detail(); });
  std::vector<std::vector<Candidate>> lists;
  for (auto& pass : passes) {
    HOLDFAST_CO_TRY(lists.emplace_back(), std::move(pass));
  }
  co_return lists;
}

}  // namespace

std::string derive_session_id(const std::vector<IncomingMessage>& messages) {
  const auto user = std::ranges::find(messages, Role::kUser, &IncomingMessage::role);
  const IncomingMessage& first = user == messages.end() ? messages.front() : *user;
  Sha256 hash;
  hash.add_field("session").add_field(to_string(first.role)).add_field(first.content).add_field(first.name);
  if (first.timestamp) hash.add_field(format_iso(*first.timestamp));
  return Id::from_digest(hash.finish()).to_string();
}

std::vector<Message> identify(const IngestRequest& request, const std::string& session_id) {
  std::vector<Message> messages;
  messages.reserve(request.messages.size());
  std::unordered_set<Id> seen;
  TimeMs time = request.arrived_at;
  for (const IncomingMessage& incoming : request.messages) {
    time = incoming.timestamp.value_or(time);
    const Id id = message_id(session_id, incoming.role, incoming.content, incoming.name);
    if (!seen.insert(id).second) continue;
    messages.push_back(Message{id, session_id, incoming.role, incoming.name, incoming.content, time, 0});
  }
  return messages;
}

Task<Result<IngestReport>> accept(std::shared_ptr<Profile> profile, IngestRequest request) {
  const std::string session_id = request.session_id.value_or(derive_session_id(request.messages));
  std::vector<Message> messages = identify(request, session_id);
  auto committed = co_await Profile::turn(profile, [&](Profile::Turn& turn) {
    return commit_messages(turn, std::move(messages), session_id, request.arrived_at);
  });
  co_return committed;
}

Task<Result<IngestReport>> run_job(const IngestStages& stages, std::shared_ptr<Profile> profile, Id job,
                                   bool keep_row) {
  IngestReport report;
  report.job = job;
  Trace trace(stages.clock);
  const std::optional<JobInput> input = gather_input(*profile, job);
  if (!input) co_return report;
  report.session_id = input->session_id;

  HOLDFAST_CO_TRY(std::vector<Message> texts, profile->messages(input->messages));
  std::unordered_map<Id, bool> is_context;
  for (std::size_t i = 0; i < input->messages.size(); ++i) is_context.emplace(input->messages[i], input->context[i]);
  std::vector<bool> flags;
  for (const Message& message : texts) flags.push_back(is_context.at(message.id));

  co_await stages.compute.turn(Priority::kBackground);
  const Transcript transcript = make_transcript(input->session_id, std::move(texts), flags);

  const StageContext context{.profile = profile->id().to_string(), .trace = &trace};
  HOLDFAST_CO_TRY(std::vector<std::vector<Candidate>> lists,
                  co_await extract_side_by_side(stages, context, transcript, trace));
  std::vector<Candidate> candidates;
  {
    const Trace::Span span(trace, "merge");
    candidates = memory::merge(std::move(lists), report.dropped);
  }
  {
    const Trace::Span span(trace, "verify", std::string(stages.verifier.model()));
    HOLDFAST_CO_TRY(std::vector<Verdict> verdicts,
                    co_await stages.verifier.verify(context, transcript, std::move(candidates)));
    candidates.clear();
    for (Verdict& verdict : verdicts) {
      if (verdict.kind == Verdict::Kind::kDrop) {
        report.dropped.push_back(
            Dropped{verdict.candidate.content, verdict.reason, "verify", std::string(stages.verifier.model())});
      } else {
        candidates.push_back(std::move(verdict.candidate));
      }
    }
  }
  std::vector<NewMemory> memories;
  {
    const Trace::Span span(trace, "classify", std::string(stages.classifier.model()));
    const std::vector<std::string> keys = related_topic_keys(profile->view().fold(), candidates);
    HOLDFAST_CO_TRY(memories,
                    co_await stages.classifier.classify(context, input->session_id, std::move(candidates), keys));
  }
  // How alike memories are is for the learned heads. Where those do not know the encoder, nothing here needs vectors:
  // they are made in the background, and no answer waits for a server of embeddings.
  if (heads_know(stages.encoder) && !memories.empty()) {
    const Trace::Span span(trace, "encode", std::string(stages.encoder->model()));
    co_await encode_contents(*stages.encoder, stages.compute, memories);
  }
  if (stages.stopping != nullptr && *stages.stopping && model_was_missed(trace)) {
    co_return std::unexpected(Error{.code = Code::kOverloaded,
                                    .message = "the server is stopping: the messages are stored, and what they say is "
                                               "read after the next start",
                                    .retry_after_seconds = 5});
  }
  {
    const Trace::Span span(trace, "commit");
    auto placed = co_await Profile::turn(profile, [&](Profile::Turn& turn) {
      return commit_memories(turn, *profile, stages.encoder, job, std::move(memories), report.dropped.size(), keep_row,
                             stages.clock.now());
    });
    HOLDFAST_CO_TRY(report.placed, std::move(placed));
  }
  report.stages = trace.stages();
  co_return report;
}

}  // namespace holdfast::memory
