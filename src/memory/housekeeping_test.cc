#include "memory/housekeeping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class HousekeepingTest : public ServiceTest {
 protected:
  std::vector<Id> dirty() {
    std::vector<Id> ids;
    for (const ProfileRecord& record : value_of(run_->catalogue().dirty_profiles())) ids.push_back(record.id);
    return ids;
  }
  bool has_files(const Id& profile) { return std::filesystem::exists(run_->stores().path(profile)); }
};

TEST_F(HousekeepingTest, MarksBeforeItIsWrittenAndCleansWhenNothingIsLeft) {
  script_->close();
  std::binary_semaphore ended{0};
  start(service().ingest(at_, {{said("a ran")}, "s", clock_.now()}, true),
        [&](Result<IngestReport>) { ended.release(); });
  script_->wait_for(1);
  const Id profile = profile_id(at_);
  EXPECT_THAT(dirty(), ElementsAre(profile));
  for (int i = 0; i < 50; ++i) {
    clock_.advance(1'000);
    run_->scheduler().fire();
  }
  EXPECT_THAT(dirty(), ElementsAre(profile));  // at work
  script_->open();
  ended.acquire();
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_THAT(dirty(), IsEmpty());

  remember("b sat");
  EXPECT_THAT(dirty(), ElementsAre(profile));
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_THAT(dirty(), IsEmpty());
}

TEST_F(HousekeepingTest, AReadMarksNothing) {
  ingest({said("a ran")});
  ASSERT_TRUE(run_->tick_until_clean());
  status();
  memories();
  exported(at_);
  EXPECT_EQ(service().counts().work.dirty, 0U);
  EXPECT_THAT(dirty(), IsEmpty());
}

TEST_F(HousekeepingTest, ADeletedProfilesFilesGoOnceNobodyUsesIt) {
  ingest({said("a ran")});
  ASSERT_TRUE(run_->tick_until_clean());
  const Id profile = profile_id(at_);
  auto exporter = value_of(run_here(service().export_profile(at_)));
  value_of(run_here(service().delete_profile(at_)));
  EXPECT_THAT(messages(), IsEmpty());  // at once
  for (int i = 0; i < 20; ++i) {
    clock_.advance(1'000);
    run_->scheduler().fire();
  }
  EXPECT_TRUE(has_files(profile));
  EXPECT_THAT(value_of(run_->catalogue().condemned(10)), ElementsAre(profile));

  // A profile made anew under the name has nothing to do with it.
  ingest({said("b sat")});
  EXPECT_NE(profile_id(at_), profile);
  exporter.reset();
  ASSERT_TRUE(run_->tick_until([&] { return value_of(run_->catalogue().condemned(10)).empty(); }));
  EXPECT_FALSE(has_files(profile));
  EXPECT_TRUE(has_files(profile_id(at_)));
  EXPECT_THAT(texts(), ElementsAre("b sat"));
}

TEST_F(HousekeepingTest, ADeletedNamespaceTakesItsProfilesAlong) {
  ingest({said("a ran")});
  at_.profile = "q";
  ingest({said("a ran")});
  value_of(run_here(service().delete_namespace("a", "n")));
  ASSERT_TRUE(run_->tick_until(
      [&] { return value_of(run_->catalogue().condemned(10)).empty() && service().counts().work.dirty == 0; }));
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory_.path()))
    if (!file.path().filename().string().starts_with("catalogue")) ++files;
  EXPECT_EQ(files, 0U);
}

TEST_F(HousekeepingTest, ARestartTakesUpWhatWasLeft) {
  script_->fail(1);
  ASSERT_FALSE(try_ingest({said("a ran"), said("b sat")}));
  options_.start = false;
  run();
  EXPECT_EQ(status().jobs_pending, 1U);
  EXPECT_THAT(statements(), IsEmpty());
  options_.start = true;
  run();
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_EQ(status().jobs_pending, 0U);
  EXPECT_THAT(statements(), ElementsAre("a ran", "b sat"));
  EXPECT_THAT(dirty(), IsEmpty());
}

TEST_F(HousekeepingTest, ARestartOpensOnlyWhatHasWorkLeft) {
  for (int i = 0; i < 5; ++i) {
    at_.profile = "p" + std::to_string(i);
    ingest({said("a ran")});
  }
  ASSERT_TRUE(run_->tick_until_clean());
  run();
  for (int i = 0; i < 5; ++i) {
    run_->scheduler().fire();
    clock_.advance(10'000);
  }
  EXPECT_EQ(service().counts().open.opened, 0U);
}

TEST_F(HousekeepingTest, StopWaitsForWhatRuns) {
  script_->close();
  ingest({said("a ran")}, "s", false);
  script_->wait_for(1);
  std::atomic<bool> stopped = false;
  std::thread stopping([&] {
    run_->scheduler().fire_during([&] { service().stop(); });
    stopped = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(stopped);
  script_->open();
  stopping.join();
  EXPECT_THAT(statements(), ElementsAre("a ran"));
  EXPECT_EQ(service().counts().work.running, 0U);
}

TEST_F(HousekeepingTest, AfterStopNothingIsBegun) {
  script_->fail(1);
  ASSERT_FALSE(try_ingest({said("a ran")}));
  run_->scheduler().fire_during([&] { service().stop(); });
  const int before = script_->extractions();
  clock_.advance(1'000'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(script_->extractions(), before);
  EXPECT_EQ(status().jobs_pending, 1U);
}

TEST_F(HousekeepingTest, TellsHowOldTheOldestJobIs) {
  script_->close();
  ingest({said("a ran")}, "s", false);
  script_->wait_for(1);
  clock_.advance(7'000);
  EXPECT_EQ(service().counts().work.running, 1U);
  EXPECT_EQ(service().counts().work.oldest_ms, 7'000);
  script_->open();
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_EQ(service().counts().work.oldest_ms, 0);
}

// A profile is deleted, and its files are removed, between its being found and its being opened.
class RacingCatalogue final : public Catalogue {
 public:
  explicit RacingCatalogue(Catalogue& inner) : inner_(inner) {}
  std::function<void()> after_find;

  Result<std::optional<ProfileRecord>> find_profile(const Id& in, std::string_view name) const override {
    auto found = inner_.find_profile(in, name);
    if (found && *found && after_find) std::exchange(const_cast<RacingCatalogue*>(this)->after_find, nullptr)();
    return found;
  }
  Result<> create_namespace(const NamespaceRecord& r) override { return inner_.create_namespace(r); }
  Result<NamespaceRecord> find_namespace(std::string_view a, std::string_view n) const override {
    return inner_.find_namespace(a, n);
  }
  Result<std::vector<NamespaceRecord>> list_namespaces(std::string_view a, const NamespaceQuery& q) const override {
    return inner_.list_namespaces(a, q);
  }
  Result<> delete_namespace(std::string_view a, std::string_view n) override { return inner_.delete_namespace(a, n); }
  Result<ProfileRecord> ensure_profile(const ProfileRecord& r) override { return inner_.ensure_profile(r); }
  Result<std::vector<ProfileRecord>> list_profiles(const Id& in, std::string_view after, std::size_t n) const override {
    return inner_.list_profiles(in, after, n);
  }
  Result<bool> delete_profile(const Id& in, std::string_view name) override { return inner_.delete_profile(in, name); }
  Result<> mark_dirty(const Id& p) override { return inner_.mark_dirty(p); }
  Result<> mark_clean(const Id& p) override { return inner_.mark_clean(p); }
  Result<std::vector<ProfileRecord>> dirty_profiles() const override { return inner_.dirty_profiles(); }
  Result<std::vector<Id>> condemned(std::size_t n) const override { return inner_.condemned(n); }
  Result<> release(const Id& p) override { return inner_.release(p); }
  Result<> add_token(const TokenRecord& r) override { return inner_.add_token(r); }
  Result<std::vector<TokenRecord>> list_tokens() const override { return inner_.list_tokens(); }
  Result<> revoke_token(const Id& id) override { return inner_.revoke_token(id); }

 private:
  Catalogue& inner_;
};

TEST_F(HousekeepingTest, AProfileDeletedWhileItIsFoundLeavesNoFiles) {
  SystemRandom random;
  Pool storage("storage", 2, 100), compute("compute", 1, 100);
  ManualScheduler scheduler(storage);
  RacingCatalogue catalogue(run_->catalogue());
  MemoryService racing({.catalogue = catalogue,
                        .stores = run_->stores(),
                        .clock = clock_,
                        .random = random,
                        .storage = storage,
                        .compute = compute,
                        .scheduler = scheduler,
                        .open_limits = {},
                        .on_stage = {},
                        .stages = line_stages(script_)});
  ingest({said("a ran")});
  const Id first = profile_id(at_);
  const auto delete_it = [&] {
    value_of(run_here(service().delete_profile(at_)));
    ASSERT_TRUE(run_->tick_until([&] { return value_of(run_->catalogue().condemned(10)).empty(); }));
    EXPECT_FALSE(has_files(first));
  };
  catalogue.after_find = delete_it;
  const auto written = run_here(racing.ingest(at_, {{said("b sat")}, "s", clock_.now()}, true));
  ASSERT_TRUE(written);
  EXPECT_NE(profile_id(at_), first);
  EXPECT_FALSE(has_files(first));
  EXPECT_THAT(texts(), ElementsAre("b sat"));

  catalogue.after_find = [&] { value_of(run_here(service().delete_profile(at_))); };
  const auto read = run_here(racing.status(at_));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->messages, 0U);
  storage.stop();
  compute.stop();
}

}  // namespace
}  // namespace holdfast::memory
