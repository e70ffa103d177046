// For the tests of the memory service: stages that do what they are told, a scheduler that is fired by hand, and a
// whole service over SQLite files of its own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "memory/profile/sqlite_catalogue.h"
#include "memory/profile/sqlite_profile_store.h"
#include "memory/service.h"

namespace holdfast::memory {

inline void PrintTo(const Tombstone& row, std::ostream* out) { *out << "tombstone " << row.hash.to_string(); }
inline void PrintTo(const Message& row, std::ostream* out) {
  *out << "message " << row.id.to_string() << " " << row.session_id << "/" << row.position << " @" << row.timestamp
       << " \"" << row.content << "\"";
}
inline void PrintTo(const ExportedMemory& row, std::ostream* out) {
  const Memory& m = row.memory;
  *out << "memory " << m.id.to_string() << " in " << m.session_id << " @" << m.created_at << "…" << m.updated_at
       << " \"" << m.content << "\" →" << (m.superseded_by ? m.superseded_by->to_string() : "") << " from";
  for (const Source& source : m.sources) *out << " " << source.message.to_string();
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    SystemRandom random;
    path_ = std::filesystem::temp_directory_path() / ("holdfast-test-" + Id::ulid(0, random).to_string());
    std::filesystem::create_directories(path_);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Spawned jobs run on the pool; those for later wait to be fired.
class ManualScheduler final : public Scheduler {
 public:
  explicit ManualScheduler(Pool& pool) : pool_(pool) {}
  void spawn(std::function<void()> job) override { pool_.post(std::move(job), Priority::kBackground); }
  void after(std::chrono::milliseconds, std::function<void()> job) override {
    const std::lock_guard lock(mutex_);
    later_.push_back(std::move(job));
    came_.notify_all();
  }
  // Runs what waits, on this thread; waits for something to wait first.
  void fire() {
    std::vector<std::function<void()>> jobs;
    {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [&] { return !later_.empty(); });
      jobs.swap(later_);
    }
    for (auto& job : jobs) job();
  }
  // Keeps firing, on another thread, for as long as `work` runs.
  void fire_during(const std::function<void()>& work) {
    std::atomic<bool> done = false;
    std::thread firing([&] {
      while (!done) {
        std::vector<std::function<void()>> jobs;
        {
          const std::lock_guard lock(mutex_);
          jobs.swap(later_);
        }
        for (auto& job : jobs) job();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    work();
    done = true;
    firing.join();
  }

 private:
  Pool& pool_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::function<void()>> later_;
};

// What happens when a message is extracted: nothing, a failure, or a stop at a gate.
class Script {
 public:
  // The next `times` extractions fail.
  void fail(int times) { failures_ = times; }
  // Extractions wait from now on, until open().
  void close() { closed_ = true; }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  // Blocks until that many extractions wait at the gate.
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  [[nodiscard]] int extractions() const { return extractions_; }
  // Extractions note that they stand in for a model.
  void miss_model(bool missed) { model_missed_ = missed; }
  [[nodiscard]] bool model_missed() const { return model_missed_; }

  [[nodiscard]] Result<> pass() {
    ++extractions_;
    {
      std::unique_lock lock(mutex_);
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !closed_; });
      --waiting_;
    }
    if (failures_.fetch_sub(1) > 0) return holdfast::fail(Code::kProviderFailed, "told to fail");
    failures_ = std::max(failures_.load(), 0);
    return {};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> closed_ = false;
  int waiting_ = 0;
  std::atomic<int> failures_ = 0;
  std::atomic<int> extractions_ = 0;
  std::atomic<bool> model_missed_ = false;
};

// Every line of a message is a statement.
class LineExtractor final : public Extractor {
 public:
  explicit LineExtractor(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  [[nodiscard]] Task<Result<std::vector<Candidate>>> extract(const StageContext& context, const Transcript& transcript,
                                                             Chunk piece) const override {
    HOLDFAST_CO_CHECK(script_->pass());
    if (script_->model_missed())
      context.trace->add_call({.stage = "extract", .model = "m", .note = std::string(kBuiltinInstead) + "timeout"});
    std::vector<Candidate> found;
    for (std::size_t i = piece.first; i < piece.last; ++i) {
      const Message& message = transcript.messages[i].message;
      if (transcript.messages[i].context) continue;
      int line = 1;
      for (std::size_t at = 0; at <= message.content.size(); ++line) {
        const std::size_t end = std::min(message.content.find('\n', at), message.content.size());
        if (end > at) {
          Candidate candidate;
          candidate.content = message.content.substr(at, end - at);
          candidate.name = message.name;
          candidate.sources = {{message.id, line, line}};
          candidate.time = message.timestamp;
          candidate.position = message.position;
          candidate.stage = "extract";
          candidate.model = "lines";
          found.push_back(std::move(candidate));
        }
        at = end + 1;
      }
    }
    co_return found;
  }
  [[nodiscard]] std::string_view model() const override { return "lines"; }

 private:
  std::shared_ptr<Script> script_;
};

class NoDetails final : public Extractor {
 public:
  [[nodiscard]] Task<Result<std::vector<Candidate>>> extract(const StageContext&, const Transcript&,
                                                             Chunk) const override {
    co_return std::vector<Candidate>{};
  }
  [[nodiscard]] std::string_view model() const override { return "none"; }
};

// Drops what begins with '?', passes everything else.
class LineVerifier final : public Verifier {
 public:
  [[nodiscard]] Task<Result<std::vector<Verdict>>> verify(const StageContext&, const Transcript&,
                                                          std::vector<Candidate> candidates) const override {
    std::vector<Verdict> verdicts;
    for (Candidate& candidate : candidates) {
      const bool drop = candidate.content.starts_with('?');
      verdicts.push_back(
          {drop ? Verdict::Kind::kDrop : Verdict::Kind::kPass, drop ? "a question" : "", std::move(candidate)});
    }
    co_return verdicts;
  }
  [[nodiscard]] std::string_view model() const override { return "lines"; }
};

// "key = value" is a fact with that topic key; everything else is an event without one.
class LineClassifier final : public Classifier {
 public:
  [[nodiscard]] Task<Result<std::vector<NewMemory>>> classify(const StageContext&, const std::string& session_id,
                                                              std::vector<Candidate> candidates,
                                                              std::span<const std::string>) const override {
    std::vector<NewMemory> memories;
    for (Candidate& candidate : candidates) {
      Memory memory;
      const std::size_t equals = candidate.content.find(" = ");
      memory.type = equals == std::string::npos ? MemoryType::kEvent : MemoryType::kFact;
      if (equals != std::string::npos) memory.topic_key = candidate.content.substr(0, equals);
      memory.summary = candidate.content.substr(0, 20);
      memory.session_id = session_id;
      memory.name = candidate.name;
      memory.created_at = memory.updated_at = candidate.time;
      memory.position = candidate.position;
      memory.sources = std::move(candidate.sources);
      memory.content = std::move(candidate.content);
      memories.push_back({std::move(memory), false});
    }
    co_return memories;
  }
  [[nodiscard]] std::string_view model() const override { return "lines"; }
};

inline ServiceStages line_stages(const std::shared_ptr<Script>& script) {
  ServiceStages stages;
  stages.full = std::make_unique<LineExtractor>(script);
  stages.detail = std::make_unique<NoDetails>();
  stages.verifier = std::make_unique<LineVerifier>();
  stages.classifier = std::make_unique<LineClassifier>();
  return stages;
}

struct ServiceInspector {
  // Null while it is not open.
  static std::shared_ptr<Profile> open_profile(MemoryService& service, const Id& id) { return service.open_.find(id); }
};

// One run of a server over a directory: pools, stores and the service, with line stages. Calls block.
class ServiceRun {
 public:
  struct Options {
    std::string vfs;
    OpenLimits limits = {};
    bool start = true;
    bool builtin = false;  // the binary's own stages
    const models::Encoder* encoder = nullptr;
    VectorOptions vectors = {};
    models::ReplyStore* replies = nullptr;
    const models::Encoder* second_encoder = nullptr;
    bool redact_messages = false;
  };

  ServiceRun(const std::string& directory, ManualClock& clock, std::shared_ptr<Script> script, const Options& options)
      : clock_(clock), stores_(directory, options.vfs), scheduler_(storage_) {
    auto catalogue = open_sqlite_catalogue(directory + "/catalogue.db", options.vfs);
    if (!catalogue) {
      error_ = catalogue.error();
      return;
    }
    catalogue_ = *std::move(catalogue);
    service_ =
        std::make_unique<MemoryService>(ServiceParts{.catalogue = *catalogue_,
                                                     .stores = stores_,
                                                     .clock = clock,
                                                     .random = random_,
                                                     .storage = storage_,
                                                     .compute = compute_,
                                                     .scheduler = scheduler_,
                                                     .open_limits = options.limits,
                                                     .on_stage = {},
                                                     .stages = options.builtin ? ServiceStages{} : line_stages(script),
                                                     .encoder = options.encoder,
                                                     .vectors = options.vectors,
                                                     .replies = options.replies,
                                                     .redact_messages = options.redact_messages,
                                                     .second_encoder = options.second_encoder});
    if (options.start) {
      service_->start();
    }
  }
  ~ServiceRun() {
    if (service_ != nullptr) scheduler_.fire_during([&] { service_->stop(); });
    compute_.stop();
    storage_.stop();
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }  // of opening
  [[nodiscard]] MemoryService& service() { return *service_; }
  [[nodiscard]] Catalogue& catalogue() { return *catalogue_; }
  [[nodiscard]] SqliteProfileStores& stores() { return stores_; }
  [[nodiscard]] ManualScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] Pool& storage() { return storage_; }

  // Ticks until nothing is under way and `done` holds; false after too many.
  [[nodiscard]] bool tick_until(const std::function<bool()>& done) {
    for (int i = 0; i < 2'000; ++i) {
      if (done() && service_->counts().work.running == 0) return true;
      scheduler_.fire();
      clock_.advance(kTickMs);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  [[nodiscard]] bool tick_until_clean() {
    return tick_until([&] { return service_->counts().work.dirty == 0; });
  }

 private:
  static constexpr TimeMs kTickMs = 250;

  ManualClock& clock_;
  SeededRandom random_{1};
  Pool storage_{"storage", 4, 10'000};
  Pool compute_{"compute", 2, 10'000};
  SqliteProfileStores stores_;
  ManualScheduler scheduler_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<MemoryService> service_;
  std::optional<Error> error_;
};

inline IncomingMessage said(std::string content, Role role = Role::kUser) { return {role, std::move(content), {}, {}}; }
inline IncomingMessage said_at(TimeMs time, std::string content, Role role = Role::kUser) {
  return {role, std::move(content), {}, time};
}

// What a result holds; a failure of the test when it holds an error.
template <typename T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result) << result.error().message << " " << result.error().cause;
  if constexpr (!std::is_void_v<T>) return result ? *std::move(result) : T{};
}

inline constexpr TimeMs kTestStart = 1'700'000'000'000;

// A test with a service, a profile to speak to, and its calls as plain functions.
class ServiceTest : public testing::Test {
 protected:
  ServiceTest() { run(); }
  explicit ServiceTest(const ServiceRun::Options& options) : options_(options) { run(); }

  void run(const ServiceRun::Options& options) {
    options_ = options;
    run();
  }
  void run() {
    run_.reset();
    run_ = std::make_unique<ServiceRun>(directory_.path(), clock_, script_, options_);
    auto made = run_here(service().create_namespace("a", "n"));
    EXPECT_TRUE(made || made.error().code == Code::kNamespaceExists);
  }
  MemoryService& service() { return run_->service(); }

  Result<IngestReport> try_ingest(std::vector<IncomingMessage> messages, std::optional<std::string> session = "s",
                                  bool wait = true) {
    return run_here(service().ingest(at_, IngestRequest{std::move(messages), std::move(session), clock_.now()}, wait));
  }
  IngestReport ingest(std::vector<IncomingMessage> messages, std::optional<std::string> session = "s",
                      bool wait = true) {
    return value_of(try_ingest(std::move(messages), std::move(session), wait));
  }
  Memory remember(std::string content, std::string session = "") {
    return value_of(run_here(service().remember(at_, {std::move(content), std::move(session), ""})));
  }
  std::vector<Memory> memories(bool superseded = true) {
    MemoryQuery query;
    query.limit = 100'000;
    query.superseded = superseded;
    std::vector<Memory> found;
    for (VerboseMemory& entry : value_of(run_here(service().list_memories(at_, query))).items)
      found.push_back(std::move(entry.memory));
    return found;
  }
  // Statements of all memories, sorted.
  std::vector<std::string> statements(bool superseded = true) {
    std::vector<std::string> found;
    for (Memory& memory : memories(superseded)) found.push_back(std::move(memory.content));
    std::ranges::sort(found);
    return found;
  }
  Memory memory_of(const std::string& content) {
    for (Memory& memory : memories())
      if (memory.content == content) return memory;
    ADD_FAILURE() << "no memory says " << content;
    return {};
  }
  std::vector<Message> messages(const std::string& session = "") {
    return value_of(run_here(service().list_messages(at_, session, std::nullopt, 100'000))).items;
  }
  std::vector<std::string> texts(const std::string& session = "") {
    std::vector<std::string> found;
    for (Message& message : messages(session)) found.push_back(std::move(message.content));
    return found;
  }
  ProfileStatus status() { return value_of(run_here(service().status(at_))); }
  void forget_memory_of(const std::string& content) {
    value_of(run_here(service().delete_memory(at_, memory_of(content).id)));
  }
  std::vector<TransferRow> exported(const Address& at) {
    const auto exporter = value_of(run_here(service().export_profile(at)));
    std::vector<TransferRow> rows;
    for (;;) {
      std::vector<TransferRow> page = value_of(exporter->next());
      if (page.empty()) return rows;
      std::ranges::move(page, std::back_inserter(rows));
    }
  }
  ImportCounts import(const Address& at, std::vector<TransferRow> rows, std::size_t rows_at_once = 7) {
    const auto importer = value_of(run_here(service().import_profile(at)));
    for (std::size_t i = 0; i < rows.size(); i += rows_at_once) {
      const auto from = rows.begin() + static_cast<std::ptrdiff_t>(i);
      const auto to = rows.begin() + static_cast<std::ptrdiff_t>(std::min(i + rows_at_once, rows.size()));
      value_of(run_here(importer->add(std::vector(from, to))));
    }
    return value_of(run_here(importer->finish()));
  }
  Id profile_id(const Address& at) {
    const NamespaceRecord in = value_of(run_->catalogue().find_namespace(at.account, at.name_space));
    const auto found = value_of(run_->catalogue().find_profile(in.id, at.profile));
    return found ? found->id : Id{};
  }

  TemporaryDirectory directory_;
  ManualClock clock_{kTestStart};
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  ServiceRun::Options options_;
  std::unique_ptr<ServiceRun> run_;
  Address at_{"a", "n", "p"};
};

}  // namespace holdfast::memory
