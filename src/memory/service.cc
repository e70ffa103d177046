#include "memory/service.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "language/secrets.h"
#include "memory/heads/heads_know.h"

namespace holdfast::memory {
namespace {

constexpr int kOpenAttempts = 4;           // to open a profile that is deleted meanwhile
constexpr std::uint32_t kMaxAttempts = 5;  // of a job; then something in its messages breaks it every time

Result<std::vector<NamespaceRecord>> one_more(const Catalogue& catalogue, const std::string& account,
                                              NamespaceQuery query) {
  ++query.limit;
  return catalogue.list_namespaces(account, query);
}

WantedVectors wanted_vectors(const ServiceParts& parts) {
  if (parts.encoder == nullptr) return {};
  WantedVectors wanted{.model = std::string(parts.encoder->model()),
                       .dimensions = parts.encoder->dimensions(),
                       .messages = parts.vectors.messages};
  if (parts.second_encoder != nullptr) {
    wanted.before = parts.second_encoder->model();
    wanted.dimensions_before = parts.second_encoder->dimensions();
  }
  return wanted;
}

ServiceParts with_builtin_stages(ServiceParts parts) {
  ServiceStages& stages = parts.stages;
  const models::Encoder* encoder =
      parts.second_encoder != nullptr && !heads_know(parts.encoder) ? parts.second_encoder : parts.encoder;
  if (stages.full == nullptr) stages.full = builtin_extractor(encoder);
  if (stages.detail == nullptr) stages.detail = builtin_detail_extractor(encoder);
  if (stages.verifier == nullptr) stages.verifier = builtin_verifier(encoder);
  if (stages.classifier == nullptr) stages.classifier = builtin_classifier(encoder);
  if (stages.analyser == nullptr) stages.analyser = builtin_query_analyser(encoder);
  if (stages.synthesiser == nullptr) stages.synthesiser = builtin_synthesiser(encoder);
  return parts;
}

template <typename T>
Page<T> cut(std::vector<T> items, std::size_t limit) {
  Page<T> page{std::move(items), false};
  if (page.items.size() > limit) {
    page.items.resize(limit);
    page.more = true;
  }
  return page;
}

}  // namespace

MemoryService::MemoryService(ServiceParts parts)
    : parts_(with_builtin_stages(std::move(parts))),
      open_(parts_.stores, parts_.storage, parts_.open_limits, wanted_vectors(parts_)),
      ingest_stages_{*parts_.stages.full, *parts_.stages.detail, *parts_.stages.verifier, *parts_.stages.classifier,
                     parts_.compute,      parts_.clock,          parts_.encoder,          &stopping_},
      recall_stages_{*parts_.stages.analyser, *parts_.stages.synthesiser, parts_.clock,
                     parts_.encoder,          parts_.recall_budget_us,    parts_.second_encoder},
      housekeeping_(
          parts_.catalogue, parts_.stores, open_, parts_.scheduler, parts_.clock,
          [this](std::shared_ptr<Profile> profile, Id job) { return resume_job(std::move(profile), job); },
          [this](const std::shared_ptr<Profile>& profile) { return make_vectors(profile); },
          [this](const Id& profile) {
            if (vectors_ != nullptr) vectors_->forget(profile);
          },
          [this](const Id& profile, bool whole) -> Result<> {
            if (parts_.replies == nullptr) return {};
            return whole ? parts_.replies->forget(profile.to_string())
                         : parts_.replies->forget_replies(profile.to_string());
          }),
      vectors_(parts_.encoder == nullptr
                   ? nullptr
                   : std::make_unique<VectorMaker>(*parts_.encoder, parts_.storage, parts_.compute, parts_.scheduler,
                                                   parts_.clock, parts_.vectors, [this] { housekeeping_.wake(); })) {}

MemoryService::~MemoryService() = default;

void MemoryService::start() { housekeeping_.start(); }

void MemoryService::prepare_stop() {
  stopping_ = true;
  if (vectors_ != nullptr) vectors_->let_all_in();
}

void MemoryService::stop() {
  housekeeping_.stop();
  if (vectors_ != nullptr) vectors_->stop();
}

bool MemoryService::make_vectors(const std::shared_ptr<Profile>& profile) {
  return vectors_ != nullptr && vectors_->wake(profile);
}

MemoryService::Counts MemoryService::counts() const {
  return Counts{open_.counts(), parts_.storage.queued(), parts_.compute.queued(), housekeeping_.counts(),
                vectors_ == nullptr ? VectorMaker::Counts{} : vectors_->counts()};
}

void MemoryService::report(const std::vector<StageTime>& stages) const {
  if (parts_.on_stage)
    for (const StageTime& stage : stages) parts_.on_stage(stage);
}

// Namespaces.

Task<Result<NamespaceRecord>> MemoryService::create_namespace(std::string account, std::string name) {
  co_await parts_.storage.turn();
  const TimeMs now = parts_.clock.now();
  NamespaceRecord record{ids_.next(now, parts_.random), std::move(account), std::move(name), now, now};
  HOLDFAST_CO_CHECK(parts_.catalogue.create_namespace(record));
  co_return record;
}

Task<Result<NamespaceRecord>> MemoryService::get_namespace(std::string account, std::string name) {
  co_await parts_.storage.turn();
  co_return parts_.catalogue.find_namespace(account, name);
}

Task<Result<Page<NamespaceRecord>>> MemoryService::list_namespaces(std::string account, NamespaceQuery query) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(std::vector<NamespaceRecord> found, one_more(parts_.catalogue, account, query));
  co_return cut(std::move(found), query.limit);
}

Task<Result<>> MemoryService::delete_namespace(std::string account, std::string name) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_CHECK(parts_.catalogue.delete_namespace(account, name));
  housekeeping_.wake();
  co_return Result<>{};
}

Task<Result<Page<ProfileRecord>>> MemoryService::list_profiles(std::string account, std::string name, std::string after,
                                                               std::size_t limit) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const NamespaceRecord in, parts_.catalogue.find_namespace(account, name));
  HOLDFAST_CO_TRY(std::vector<ProfileRecord> found, parts_.catalogue.list_profiles(in.id, after, limit + 1));
  co_return cut(std::move(found), limit);
}

// Finding and opening profiles. These block: on the storage pool only.

Result<std::optional<ProfileRecord>> MemoryService::find(const Address& at) const {
  HOLDFAST_TRY(const NamespaceRecord in, parts_.catalogue.find_namespace(at.account, at.name_space));
  return parts_.catalogue.find_profile(in.id, at.profile);
}

Result<MemoryService::Writing> MemoryService::open_to_write(const Address& at, bool create) {
  for (int attempt = 0; attempt < kOpenAttempts; ++attempt) {
    HOLDFAST_TRY(const NamespaceRecord in, parts_.catalogue.find_namespace(at.account, at.name_space));
    HOLDFAST_TRY(std::optional<ProfileRecord> found, parts_.catalogue.find_profile(in.id, at.profile));
    if (!found) {
      if (!create) return fail(Code::kProfileNotFound, "profile not found");
      const TimeMs now = parts_.clock.now();
      HOLDFAST_TRY(
          found, parts_.catalogue.ensure_profile(ProfileRecord{Id::ulid(now, parts_.random), in.id, at.profile, now}));
    }
    HOLDFAST_TRY(std::shared_ptr<Profile> profile, open_found(*found));
    if (profile == nullptr) continue;
    HOLDFAST_TRY(Housekeeping::Work work, housekeeping_.begin(found->id));
    return Writing{std::move(profile), std::move(work)};
  }
  return std::unexpected(Error{.code = Code::kOverloaded,
                               .message = "the profile is being deleted and made anew: try again",
                               .retry_after_seconds = 1});
}

Result<std::shared_ptr<Profile>> MemoryService::open_found(const ProfileRecord& record) {
  HOLDFAST_TRY(std::shared_ptr<Profile> profile, open_.open(record.id));
  HOLDFAST_TRY(const std::optional<ProfileRecord> still,
               parts_.catalogue.find_profile(record.namespace_id, record.name));
  if (still && still->id == record.id) {
    make_vectors(profile);  // an earlier run, or another model, may have left some
    return profile;
  }
  // Deleted since it was found, and perhaps its files with it: opening made new ones that nobody else would remove.
  profile.reset();
  if (open_.close(record.id)) HOLDFAST_CHECK(parts_.stores.destroy(record.id));
  return std::shared_ptr<Profile>();
}

Result<std::shared_ptr<Profile>> MemoryService::open_to_read(const Address& at) {
  HOLDFAST_TRY(const std::optional<ProfileRecord> found, find(at));
  if (!found) return std::shared_ptr<Profile>();
  return open_found(*found);
}

// Deleting.

Task<Result<>> MemoryService::delete_profile(Address at) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const NamespaceRecord in, parts_.catalogue.find_namespace(at.account, at.name_space));
  HOLDFAST_CO_TRY([[maybe_unused]] const bool existed, parts_.catalogue.delete_profile(in.id, at.profile));
  housekeeping_.wake();
  co_return Result<>{};
}

// Ingest.

Task<Result<IngestReport>> MemoryService::ingest(Address at, IngestRequest request, bool wait) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(Writing writing, open_to_write(at, true));
  if (parts_.redact_messages)
    for (IncomingMessage& message : request.messages) message.content = language::redact_secrets(message.content);
  HOLDFAST_CO_TRY(IngestReport accepted, co_await accept(writing.profile, std::move(request)));
  if (!accepted.job) co_return accepted;
  make_vectors(writing.profile);
  if (!wait) {
    // The claim keeps stop() waiting for it; `writing` keeps the profile marked dirty until the job has ended.
    struct Running {
      std::optional<Housekeeping::Claim> claim;  // goes last
      Writing writing;
    };
    auto claim = housekeeping_.claim(writing.profile->id(), *accepted.job);
    if (claim) {
      const std::shared_ptr<Profile> profile = writing.profile;
      auto running = std::make_shared<Running>(Running{std::move(claim), std::move(writing)});
      holdfast::start(run(profile, *accepted.job, true), [this, running](Result<IngestReport> done) {
        make_vectors(running->writing.profile);
        if (done) return;
        log::warning("a job failed; it is tried again", {{"error", done.error().message}});
        housekeeping_.wake();
      });
    }
    if (vectors_ != nullptr) co_await vectors_->wait_for_room();
    co_return accepted;
  }
  // Somebody may run it already: the same messages came twice at once, or a sweep was quicker. Then it is waited for.
  {
    const Housekeeping::Claim claim = co_await housekeeping_.wait_for_claim(writing.profile->id(), *accepted.job);
    HOLDFAST_CO_TRY(IngestReport done, co_await run(writing.profile, *accepted.job, false));
    accepted.placed = std::move(done.placed);
    accepted.dropped = std::move(done.dropped);
    accepted.stages = std::move(done.stages);
  }
  if (make_vectors(writing.profile)) co_await vectors_->wait_for_room();
  co_return accepted;
}

Task<Result<IngestReport>> MemoryService::run(std::shared_ptr<Profile> profile, Id job, bool keep_row) {
  auto done = co_await run_job(ingest_stages_, std::move(profile), job, keep_row);
  if (done) report(done->stages);
  co_return done;
}

Task<Result<>> MemoryService::resume_job(std::shared_ptr<Profile> profile, Id id) {
  // Counted before it is begun, so that a job that takes the process down with it is not begun for ever.
  auto begun = co_await Profile::turn(profile, [&](Profile::Turn& turn) -> Result<bool> {
    const Job* pending = turn.fold().find_job(id);
    if (pending == nullptr || pending->state != Job::State::kPending) return false;
    Batch batch;
    Job job = *pending;
    const bool again = job.attempts < kMaxAttempts;
    if (again) {
      ++job.attempts;
    } else {
      job.state = Job::State::kFailed;
      job.finished_at = parts_.clock.now();
      job.detail = "given up after " + std::to_string(kMaxAttempts) + " attempts; its messages are kept and searchable";
      log::error("a job is given up", {{"profile", profile->id().to_string()}, {"job", id.to_string()}});
    }
    batch.jobs.push_back(std::move(job));
    HOLDFAST_CHECK(turn.commit(batch));
    return again;
  });
  HOLDFAST_CO_TRY(const bool go, std::move(begun));
  if (!go) co_return Result<>{};
  HOLDFAST_CO_TRY([[maybe_unused]] IngestReport done, co_await run(std::move(profile), id, true));
  co_return Result<>{};
}

Task<Result<Job>> MemoryService::get_job(Address at, Id id) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(const std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile != nullptr) {
    const Profile::View view = profile->view();
    if (const Job* job = view.fold().find_job(id)) co_return *job;
  }
  co_return fail(Code::kJobNotFound, "job not found");
}

// Recall.

Task<Result<RecallAnswer>> MemoryService::recall(Address at, RecallRequest request) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(std::shared_ptr<Profile> profile, open_to_read(at));
  if (profile == nullptr) co_return RecallAnswer{};
  co_await parts_.compute.turn(Priority::kQuery);
  HOLDFAST_CO_TRY(RecallAnswer answer, co_await memory::recall(recall_stages_, std::move(profile), std::move(request)));
  report(answer.stages);
  co_return answer;
}

// Transfer.

Task<Result<std::shared_ptr<Exporter>>> MemoryService::export_profile(Address at) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(std::shared_ptr<Profile> profile, open_to_read(at));
  co_return std::make_shared<Exporter>(std::move(profile));
}

Task<Result<std::shared_ptr<Importer>>> MemoryService::import_profile(Address at) {
  co_await parts_.storage.turn();
  HOLDFAST_CO_TRY(Writing writing, open_to_write(at, true));
  struct Held {
    Writing writing;
    Importer importer;
  };
  const std::shared_ptr<Profile> profile = writing.profile;
  auto held = std::make_shared<Held>(Held{std::move(writing), Importer(profile)});
  co_return std::shared_ptr<Importer>(held, &held->importer);
}

}  // namespace holdfast::memory
