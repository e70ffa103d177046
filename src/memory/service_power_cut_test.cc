// A whole server whose power goes off, again and again: what was acknowledged is there, what was forgotten is gone.
//
// That this disk shows a missing sync is shown where it is made: storage/power_cut/power_cut_test.cc plants one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "memory/testing.h"
#include "memory/vectors/encoder_testing.h"
#include "storage/power_cut/power_cut_disk.h"

namespace holdfast::memory {
namespace {

using testing::IsEmpty;

struct Saying {
  Address at;
  Id id;
  std::string content;
};

// What a client knows at the time of the cut.
struct Known {
  std::vector<Saying> stored;     // acknowledged
  std::set<Id> extracted;         // of these, by calls that waited
  std::vector<Saying> forgotten;  // acknowledged
  std::set<Id> in_doubt;          // asked to be forgotten, without an answer
};

class PowerCutRun {
 public:
  explicit PowerCutRun(std::uint64_t seed) : random_(seed) {}

  // Lives until the power goes off, or for a while.
  void live() {
    disk_.power_off_after(20 + random_.below(900));
    ServiceRun run("/d", clock_, script_, options());
    if (run.error()) return;
    static_cast<void>(run_here(run.service().create_namespace("a", "n")));
    for (int step = 0; step < 40 && !disk_.is_off(); ++step) {
      clock_.advance(300);
      switch (random_.below(8)) {
        case 0:
          forget(run.service());
          break;
        case 1:
          run.scheduler().fire();
          break;
        default:
          say(run.service());
          break;
      }
    }
  }

  void cut_and_check() {
    disk_.cut(random_);
    script_->fail(0);
    ServiceRun run("/d", clock_, script_, options());
    ASSERT_FALSE(run.error()) << run.error()->message << run.error()->cause;
    for (const Saying& saying : known_.stored) expect_there(run.service(), saying);
    for (const Saying& saying : known_.forgotten) expect_gone(run.service(), saying);

    ASSERT_TRUE(run.tick_until_clean());
    if (!run_here(run.service().get_namespace("a", "n"))) {
      EXPECT_THAT(known_.stored, IsEmpty());
      return;
    }
    for (const ProfileRecord& profile : value_of(run_here(run.service().list_profiles("a", "n", "", 100))).items)
      expect_sound(run.service(), {"a", "n", profile.name});
    for (const Saying& saying : known_.forgotten) {
      const auto again =
          value_of(run_here(run.service().ingest(saying.at, {{said(saying.content)}, "s", clock_.now()}, true)));
      EXPECT_EQ(again.messages_buried, 1U);
    }
    for (const Saying& saying : known_.stored) {
      if (known_.in_doubt.contains(saying.id)) continue;
      const auto again =
          value_of(run_here(run.service().ingest(saying.at, {{said(saying.content)}, "s", clock_.now()}, true)));
      EXPECT_EQ(again.messages_known, 1U) << saying.content;
      EXPECT_FALSE(again.job) << saying.content;  // its job was taken up
    }
  }

  [[nodiscard]] const Known& known() const { return known_; }

 private:
  [[nodiscard]] ServiceRun::Options options() const { return {.vfs = disk_.vfs(), .limits = {}, .encoder = &encoder_}; }

  void say(MemoryService& service) {
    const Address at{"a", "n", "p" + std::to_string(random_.below(2))};
    const bool wait = random_.below(3) != 0;
    if (random_.below(6) == 0) script_->fail(1);
    IngestRequest request{{}, "s", clock_.now()};
    std::vector<Saying> sayings;
    for (auto n = 1 + random_.below(3); n > 0; --n) {
      const std::string content = "somebody did number " + std::to_string(said_++);
      request.messages.push_back(said(content));
      sayings.push_back({at, message_id("s", Role::kUser, content, ""), content});
    }
    const auto report = run_here(service.ingest(at, std::move(request), wait));
    if (!report) return;  // stored or not: nobody was told
    for (const Saying& saying : sayings) {
      known_.stored.push_back(saying);
      if (wait) known_.extracted.insert(saying.id);
    }
  }

  void forget(MemoryService& service) {
    if (known_.stored.empty()) return;
    const std::size_t n = random_.below(known_.stored.size());
    const Saying saying = known_.stored[n];
    if (run_here(service.delete_message(saying.at, saying.id))) {
      known_.stored.erase(known_.stored.begin() + static_cast<std::ptrdiff_t>(n));
      known_.forgotten.push_back(saying);
    } else {
      known_.in_doubt.insert(saying.id);
    }
  }

  std::set<std::string> statements(MemoryService& service, const Address& at) {
    MemoryQuery query;
    query.limit = 10'000;
    query.superseded = true;
    std::set<std::string> found;
    for (const VerboseMemory& entry : value_of(run_here(service.list_memories(at, query))).items)
      found.insert(entry.memory.content);
    return found;
  }

  void expect_there(MemoryService& service, const Saying& saying) {
    if (known_.in_doubt.contains(saying.id)) return;
    const auto message = run_here(service.get_message(saying.at, saying.id));
    ASSERT_TRUE(message) << saying.content << " was acknowledged and is lost";
    EXPECT_EQ(message->content, saying.content);
    if (known_.extracted.contains(saying.id)) EXPECT_TRUE(statements(service, saying.at).contains(saying.content));
  }
  void expect_gone(MemoryService& service, const Saying& saying) {
    EXPECT_FALSE(run_here(service.get_message(saying.at, saying.id))) << saying.content << " is back";
    EXPECT_FALSE(statements(service, saying.at).contains(saying.content)) << saying.content << " is back";
  }

  // No job and no vector is left to be done, every message has been read, and what goes out can come in.
  void expect_sound(MemoryService& service, const Address& at) {
    EXPECT_EQ(value_of(run_here(service.status(at))).jobs_pending, 0U);
    EXPECT_EQ(value_of(run_here(service.status(at))).vectors_pending, 0U);
    const std::set<std::string> all = statements(service, at);
    const std::vector<TransferRow> rows = exported(service, at);
    std::set<Id> messages;
    for (const TransferRow& row : rows) {
      if (const Message* message = std::get_if<Message>(&row)) {
        EXPECT_EQ(message->id, message_id(message->session_id, message->role, message->content, message->name));
        EXPECT_TRUE(all.contains(message->content)) << message->content;
        messages.insert(message->id);
      }
    }
    for (const TransferRow& row : rows)
      if (const ExportedMemory* memory = std::get_if<ExportedMemory>(&row))
        for (const Source& source : memory->memory.sources) EXPECT_TRUE(messages.contains(source.message));
    const Address copy{"a", "n", "copy of " + at.profile};
    const auto importer = value_of(run_here(service.import_profile(copy)));
    value_of(run_here(importer->add(rows)));
    value_of(run_here(importer->finish()));
    EXPECT_EQ(exported(service, copy), rows);
  }
  static std::vector<TransferRow> exported(MemoryService& service, const Address& at) {
    const auto exporter = value_of(run_here(service.export_profile(at)));
    std::vector<TransferRow> rows;
    for (auto page = value_of(exporter->next()); !page.empty(); page = value_of(exporter->next()))
      std::ranges::move(page, std::back_inserter(rows));
    return rows;
  }

  const HashEncoder encoder_;
  storage::PowerCutDisk disk_;
  SeededRandom random_;
  ManualClock clock_{kTestStart};
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  Known known_;
  int said_ = 0;
};

TEST(ServicePowerCut, KeepsWhatItAcknowledged) {
  std::size_t stored = 0, forgotten = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    PowerCutRun run(seed);
    run.live();
    ASSERT_NO_FATAL_FAILURE(run.cut_and_check());
    if (testing::Test::HasFailure()) return;
    stored += run.known().stored.size();
    forgotten += run.known().forgotten.size();
  }
  EXPECT_GT(stored, 500U);  // the runs were worth their while
  EXPECT_GT(forgotten, 50U);
}

}  // namespace
}  // namespace holdfast::memory
