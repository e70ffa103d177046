// Histories made by chance: whatever was done to a profile, its log says the same to everybody who reads it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "memory/testing.h"
#include "storage/power_cut/power_cut_disk.h"

namespace holdfast::memory {
namespace {

// A server in memory, two of its profiles, and somebody who does this and that to them.
class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed) {
    restart();
    value_of(run_here(service().create_namespace("a", "n")));
  }

  MemoryService& service() { return run_->service(); }
  ServiceRun& server() { return *run_; }
  Random& random() { return random_; }
  [[nodiscard]] static Address at(std::uint64_t n) { return {"a", "n", n == 0 ? "p" : "q"}; }

  void restart() {
    run_.reset();
    run_ = std::make_unique<ServiceRun>("/d", clock_, script_,
                                        ServiceRun::Options{.vfs = disk_.vfs(), .limits = {}, .start = false});
    ASSERT_FALSE(run_->error());
  }

  // Does one thing, and says what.
  std::string step() {
    clock_.advance(static_cast<TimeMs>(random_.below(5'000)));
    const Address where = at(random_.below(3) == 0 ? 1 : 0);
    const auto profile = open(where);
    switch (random_.below(profile == nullptr ? 2 : 10)) {
      case 0:
      case 1:
        return ingest(where);
      case 2:
        return ingest(where);
      case 3:
        return remember(where);
      case 4:
        return forget_memory(where, *profile);
      case 5:
        return forget_message(where, *profile);
      case 6:
        return random_.below(3) == 0 ? forget_session(where) : ingest(where);
      case 7:
        return import(where);
      case 8:
        return random_.below(3) == 0 ? (restart(), "restart") : remember(where);
      default:
        return purge(where);
    }
  }

  std::shared_ptr<Profile> open(const Address& where) {
    static_cast<void>(run_here(service().status(where)));
    const Id id = id_of(where);
    return id.is_zero() ? nullptr : ServiceInspector::open_profile(service(), id);
  }
  Id id_of(const Address& where) {
    const NamespaceRecord in = value_of(run_->catalogue().find_namespace(where.account, where.name_space));
    const auto found = value_of(run_->catalogue().find_profile(in.id, where.profile));
    return found ? found->id : Id{};
  }
  std::vector<TransferRow> exported(const Address& where) {
    const auto exporter = value_of(run_here(service().export_profile(where)));
    std::vector<TransferRow> rows;
    for (auto page = value_of(exporter->next()); !page.empty(); page = value_of(exporter->next()))
      std::ranges::move(page, std::back_inserter(rows));
    return rows;
  }
  void import_rows(const Address& where, std::vector<TransferRow> rows) {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random_.below(i)]);
    const auto importer = value_of(run_here(service().import_profile(where)));
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(random_.below(rows.size() + 1));
    value_of(run_here(importer->add(std::vector(rows.begin(), middle))));
    value_of(run_here(importer->add(std::vector(middle, rows.end()))));
    if (random_.below(8) != 0) {
      value_of(run_here(importer->finish()));
      return;
    }
    // Broken off: sent again whole.
    const auto again = value_of(run_here(service().import_profile(where)));
    value_of(run_here(again->add(rows)));
    value_of(run_here(again->finish()));
  }

 private:
  // Few enough that they meet again.
  std::string statement() {
    static const std::vector<std::string> kKeys = {"drink", "color", "pet", "home town"};
    static const std::vector<std::string> kValues = {"tea", "blue", "dog", "Bonn", "amber"};
    if (random_.below(2) == 0) return kKeys[random_.below(4)] + " = " + kValues[random_.below(5)];
    return "somebody did number " + std::to_string(random_.below(12));
  }
  std::string session() { return "session " + std::to_string(random_.below(3)); }

  std::string ingest(const Address& where) {
    IngestRequest request;
    for (auto n = 1 + random_.below(4); n > 0; --n) {
      IncomingMessage message = said(statement(), random_.below(3) == 0 ? Role::kAssistant : Role::kUser);
      while (random_.below(3) == 0) message.content += "\n" + statement();
      if (random_.below(4) == 0) message.name = "Ada";
      if (random_.below(2) == 0) message.timestamp = kTestStart - static_cast<TimeMs>(random_.below(50'000));
      request.messages.push_back(std::move(message));
    }
    if (random_.below(5) != 0) request.session_id = session();
    request.arrived_at = clock_.now();
    if (random_.below(6) == 0) script_->fail(1);
    static_cast<void>(run_here(service().ingest(where, std::move(request), true)));
    script_->fail(0);
    return "ingest";
  }
  std::string remember(const Address& where) {
    value_of(run_here(service().remember(where, {statement(), random_.below(2) == 0 ? session() : "", ""})));
    return "remember";
  }
  std::string forget_memory(const Address& where, const Profile& profile) {
    std::vector<Id> ids;
    for (const auto& [id, _] : profile.view().fold().memories()) ids.push_back(id);
    if (ids.empty()) return "nothing";
    value_of(run_here(service().delete_memory(where, ids[random_.below(ids.size())])));
    return "forget memory";
  }
  std::string forget_message(const Address& where, const Profile& profile) {
    std::set<Id> ids;
    for (const auto& [id, _] : profile.view().fold().messages()) ids.insert(id);
    if (ids.empty()) return "nothing";
    value_of(run_here(service().delete_message(
        where, *std::next(ids.begin(), static_cast<std::ptrdiff_t>(random_.below(ids.size()))))));
    return "forget message";
  }
  std::string forget_session(const Address& where) {
    value_of(run_here(service().delete_session(where, session())));
    return "forget session";
  }
  std::string import(const Address& where) {
    import_rows(where, exported(at(where.profile == "p" ? 1 : 0)));
    return "import";
  }
  std::string purge(const Address& where) {
    value_of(value_of(run_->stores().open(id_of(where)))->purge());
    return "purge";
  }

  storage::PowerCutDisk disk_;
  SeededRandom random_;
  ManualClock clock_{kTestStart};
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  std::unique_ptr<ServiceRun> run_;
};

// What holds for every profile at every time.
void expect_sound(const Fold& fold) {
  for (const auto& [id, memory] : fold.memories()) {
    EXPECT_FALSE(fold.buried(statement_hash(memory.content))) << memory.content;
    for (const Source& source : memory.sources) EXPECT_NE(fold.find_message(source.message), nullptr) << memory.content;
    std::set<Id> seen{id};
    for (const Memory* at = &memory; at != nullptr && at->superseded_by; at = fold.find_memory(*at->superseded_by))
      ASSERT_TRUE(seen.insert(*at->superseded_by).second) << "a circle of versions at " << memory.content;
  }
  for (const auto& [id, _] : fold.messages()) EXPECT_FALSE(fold.buried(id));
  std::map<std::string, int> current;
  for (const auto& [_, memory] : fold.memories())
    if (!memory.topic_key.empty() && memory.current()) EXPECT_EQ(++current[memory.topic_key], 1) << memory.topic_key;
}

// Somebody else who follows the log of a profile, now and then.
struct Replica {
  std::unique_ptr<ProfileStore> store;
  Fold fold;
  Commit commit = 0;

  void catch_up(History& history, const Id& id) {
    if (store == nullptr) store = value_of(history.server().stores().open(id));
    commit = value_of(store->read(commit, fold));
  }
};

class HistoryTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(HistoryTest, EveryReaderOfALogSeesTheSame) {
  constexpr std::uint64_t kHistories = 30;
  for (std::uint64_t seed = GetParam() * kHistories; seed < (GetParam() + 1) * kHistories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(seed);
    std::map<std::string, Replica> replicas;
    for (int step = 0; step < 25; ++step) {
      const std::string did = history.step();
      SCOPED_TRACE("step " + std::to_string(step) + ": " + did);
      if (did == "restart") replicas.clear();
      for (const std::uint64_t n : {0U, 1U}) {
        const auto profile = history.open(History::at(n));
        if (profile == nullptr) continue;
        expect_sound(profile->view().fold());
        const Digest digest = profile->view().fold().digest();
        Fold fresh;
        value_of(value_of(history.server().stores().open(profile->id()))->read(0, fresh));
        ASSERT_EQ(fresh.digest(), digest);
        ASSERT_EQ(fresh.bytes(), profile->view().fold().bytes());
        if (history.random().below(3) != 0) continue;
        Replica& replica = replicas[History::at(n).profile];
        replica.catch_up(history, profile->id());
        ASSERT_EQ(replica.fold.digest(), digest);
      }
      if (testing::Test::HasFailure()) return;
    }
    replicas.clear();
    const auto rows = history.exported(History::at(0));
    const Address copy{"a", "n", "copy"};
    history.import_rows(copy, rows);
    ASSERT_EQ(history.exported(copy), rows);
    history.import_rows(History::at(0), rows);
    ASSERT_EQ(history.exported(History::at(0)), rows);
  }
}

INSTANTIATE_TEST_SUITE_P(, HistoryTest, testing::Range<std::uint64_t>(0, 8));

}  // namespace
}  // namespace holdfast::memory
