// The memory service: every call of the contract, in the product's own terms, over any store and any clock.
//
// It knows neither HTTP nor JSON. Calls may be made from any thread; each moves to a pool by itself before it blocks,
// and goes on there. Tasks are never cancelled: what was begun is finished even when nobody waits for it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "memory/housekeeping.h"
#include "memory/ingest/ingest.h"
#include "memory/profile/catalogue.h"
#include "memory/profile/open_profiles.h"
#include "memory/recall/recall.h"
#include "memory/transfer.h"
#include "memory/vectors/maker.h"
#include "models/encoder.h"
#include "models/reply_store.h"

namespace holdfast::memory {

// Where a profile is: names as given in the path, valid by the contract's rules.
struct Address {
  std::string account;
  std::string name_space;
  std::string profile;
};

// A memory with what `verbose` adds.
struct VerboseMemory {
  Memory memory;
  std::optional<Id> supersedes;  // the newest of those it replaced
  std::vector<Message> sources;  // parallel to memory.sources; forgotten ones are left out of both
};

struct MemoryQuery {
  std::optional<Id> after;  // ids greater than this
  std::size_t limit = 20;
  std::string session_id;  // "" for all
  std::optional<MemoryType> type;
  bool superseded = false;  // superseded ones too
  bool verbose = false;
};

template <typename T>
struct Page {
  std::vector<T> items;
  bool more = false;
};

// Where a page of messages ended: good across restarts, and when that message is gone.
struct MessageCursor {
  Id session;  // hash of its id
  std::int64_t position = 0;
  Id message;

  [[nodiscard]] static MessageCursor of(const Message& message);
};

struct SessionInfo {
  std::string id;
  std::size_t messages = 0, memories = 0;
  TimeMs first_at = 0, last_at = 0;
};

struct ProfileStatus {
  std::size_t messages = 0, memories = 0, sessions = 0, jobs_pending = 0, vectors_pending = 0;
  std::int64_t bytes = 0;                     // on disk
  std::vector<models::StageUsage> used = {};  // what models were asked for it, by stage and model
};

struct RememberRequest {
  std::string content;     // kept verbatim
  std::string session_id;  // "" for none
  std::string name;
};

// Who answers for each stage that may ask a model; where there is none, the binary itself.
struct ServiceStages {
  std::unique_ptr<Extractor> full = {};
  std::unique_ptr<Extractor> detail = {};
  std::unique_ptr<Verifier> verifier = {};
  std::unique_ptr<Classifier> classifier = {};
  std::unique_ptr<QueryAnalyser> analyser = {};
  std::unique_ptr<Synthesiser> synthesiser = {};
};

// Built once at start; everything must outlive the service.
struct ServiceParts {
  Catalogue& catalogue;
  ProfileStores& stores;
  const Clock& clock;
  Random& random;
  Pool& storage;         // blocking work: disks
  Pool& compute;         // the cores: extraction, search
  Scheduler& scheduler;  // background work
  OpenLimits open_limits = {};
  std::function<void(const StageTime&)> on_stage = {};  // told about each finished stage, for metrics; thread-safe
  ServiceStages stages = {};
  const models::Encoder* encoder = nullptr;           // null: everything works on words alone
  VectorOptions vectors = {};                         // for an encoder
  models::ReplyStore* replies = nullptr;              // what language models answered; null: there are none
  std::optional<std::int64_t> recall_budget_us = {};  // how long one recall may wait for models; none: no bound
  bool redact_messages = false;                       // keys and passwords, before a message is stored
  // Another encoder that is at hand, as the embedded one is beside an embedding server. Questions are asked with it
  // where an earlier run has left its vectors, until `encoder` has made most of its own; and the learned heads of
  // ingest go by it when they know it and not `encoder`. Null: until then questions go by words, and those heads by
  // cues.
  const models::Encoder* second_encoder = nullptr;
};

class MemoryService {
 public:
  explicit MemoryService(ServiceParts parts);
  ~MemoryService();
  MemoryService(const MemoryService&) = delete;
  MemoryService& operator=(const MemoryService&) = delete;

  // Takes up what an earlier run left: pending jobs, purges, deleted profiles. Returns at once.
  void start();
  // Before the last requests are waited for, and before models are stopped: none waits for room in the backlog any
  // more, and a job that a model is cut off from is left for the next start.
  void prepare_stop();
  // Finishes background work that has begun, begins none, and waits for it. Called before the pools are stopped.
  void stop();

  // Namespaces. kNamespaceNotFound, kNamespaceExists.
  Task<Result<NamespaceRecord>> create_namespace(std::string account, std::string name);
  Task<Result<NamespaceRecord>> get_namespace(std::string account, std::string name);
  Task<Result<Page<NamespaceRecord>>> list_namespaces(std::string account, NamespaceQuery query);
  Task<Result<>> delete_namespace(std::string account, std::string name);
  Task<Result<Page<ProfileRecord>>> list_profiles(std::string account, std::string name, std::string after,
                                                  std::size_t limit);

  // Profiles. All may answer kNamespaceNotFound, kCorrupt, kNewerSchema, kDiskFull, kIo, kOverloaded.
  Task<Result<>> delete_profile(Address at);
  Task<Result<>> delete_session(Address at, std::string session_id);
  // With `wait`, answers after T2; without, after T1 while the job goes on. Either waits, half a minute at most, while
  // too many texts lack vectors (VectorOptions::backlog).
  Task<Result<IngestReport>> ingest(Address at, IngestRequest request, bool wait);
  Task<Result<Memory>> remember(Address at, RememberRequest request);
  Task<Result<RecallAnswer>> recall(Address at, RecallRequest request);
  Task<Result<Page<VerboseMemory>>> list_memories(Address at, MemoryQuery query);
  Task<Result<VerboseMemory>> get_memory(Address at, Id id);              // kMemoryNotFound
  Task<Result<Memory>> delete_memory(Address at, Id id);                  // kMemoryNotFound
  Task<Result<std::vector<VerboseMemory>>> history(Address at, Id id);    // kMemoryNotFound
  Task<Result<std::string>> summary(Address at, std::string session_id);  // "" for the most recent
  // In the order of (session id, position, id). kInvalid when the cursor's session is gone.
  Task<Result<Page<Message>>> list_messages(Address at, std::string session_id, std::optional<MessageCursor> after,
                                            std::size_t limit);
  Task<Result<Message>> get_message(Address at, Id id);              // kMessageNotFound
  Task<Result<Message>> delete_message(Address at, Id id);           // kMessageNotFound
  Task<Result<std::vector<SessionInfo>>> list_sessions(Address at);  // by id
  Task<Result<ProfileStatus>> status(Address at);
  Task<Result<Job>> get_job(Address at, Id id);  // kJobNotFound

  // Export pulls rows from the exporter; import pushes rows into the importer. See transfer.h.
  Task<Result<std::shared_ptr<Exporter>>> export_profile(Address at);
  Task<Result<std::shared_ptr<Importer>>> import_profile(Address at);

  struct Counts {
    OpenProfiles::Counts open;
    std::size_t storage_queued = 0, compute_queued = 0;
    Housekeeping::Counts work;
    VectorMaker::Counts vectors;  // nothing without an encoder
  };
  [[nodiscard]] Counts counts() const;

 private:
  friend struct ServiceInspector;  // of the tests: sees the open profiles

  // An open profile, marked as one that may have work left for as long as this is held.
  struct Writing {
    std::shared_ptr<Profile> profile;
    Housekeeping::Work work;
  };

  Result<std::optional<ProfileRecord>> find(const Address& at) const;
  Result<Writing> open_to_write(const Address& at, bool create);
  Result<std::shared_ptr<Profile>> open_to_read(const Address& at);          // null when it was never written
  Result<std::shared_ptr<Profile>> open_found(const ProfileRecord& record);  // null when it is there no longer
  Task<Result<>> resume_job(std::shared_ptr<Profile> profile, Id job);
  Task<Result<IngestReport>> run(std::shared_ptr<Profile> profile, Id job, bool keep_row);
  bool make_vectors(const std::shared_ptr<Profile>& profile);  // in the background; whether there are any to make
  void report(const std::vector<StageTime>& stages) const;

  ServiceParts parts_;
  std::atomic<bool> stopping_{false};
  UlidSource ids_;
  OpenProfiles open_;
  IngestStages ingest_stages_;
  RecallStages recall_stages_;
  Housekeeping housekeeping_;
  std::unique_ptr<VectorMaker> vectors_;  // null without an encoder
};

}  // namespace holdfast::memory
