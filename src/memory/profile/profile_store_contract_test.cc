// What every ProfileStore promises. An implementation joins by a line in INSTANTIATE_TEST_SUITE_P.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>

#include "memory/profile/log_testing.h"
#include "memory/profile/profile_store.h"
#include "memory/profile/sqlite_profile_store.h"
#include "storage/power_cut/power_cut_disk.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What the suite needs of an implementation.
class Rig {
 public:
  virtual ~Rig() = default;
  // As a server that starts finds them.
  [[nodiscard]] virtual std::unique_ptr<ProfileStores> stores() = 0;
  // Every byte that the implementation keeps, to look for texts in.
  [[nodiscard]] virtual std::string bytes() const = 0;
};

class SqliteInMemory final : public Rig {
 public:
  std::unique_ptr<ProfileStores> stores() override { return std::make_unique<SqliteProfileStores>("/d", disk_.vfs()); }
  std::string bytes() const override {
    std::string all;
    for (const std::string& name : disk_.files()) all += *disk_.contents(name);
    return all;
  }

 private:
  storage::PowerCutDisk disk_;
};

class SqliteOnDisk final : public Rig {
 public:
  SqliteOnDisk() { std::filesystem::create_directories(directory_); }
  ~SqliteOnDisk() override { std::filesystem::remove_all(directory_); }
  std::unique_ptr<ProfileStores> stores() override {
    return std::make_unique<SqliteProfileStores>(directory_.string());
  }
  std::string bytes() const override {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  }

 private:
  static std::string unique_name() {
    SystemRandom random;
    return "holdfast-test-" + Id::ulid(0, random).to_string();
  }
  const std::filesystem::path directory_ = std::filesystem::temp_directory_path() / unique_name();
};

std::vector<Id> ids_of(const std::vector<std::uint64_t>& numbers) {
  std::vector<Id> ids;
  for (const std::uint64_t n : numbers) ids.push_back(BatchMaker::id(n));
  return ids;
}

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Rig>()> make;
};

class ProfileStoreContract : public testing::TestWithParam<Implementation> {
 protected:
  ProfileStoreContract() { reopen(); }

  void reopen() {
    store_.reset();
    stores_ = rig_->stores();
    auto opened = stores_->open(kProfile);
    if (!opened) throw std::runtime_error(opened.error().message + " " + opened.error().cause);
    store_ = *std::move(opened);
  }

  void append(const Batch& batch) {
    const Commit before = store_->head();
    const auto head = store_->append(batch, before);
    ASSERT_TRUE(head) << head.error().message << head.error().cause;
    ASSERT_EQ(*head, before + 1);
    ASSERT_EQ(store_->head(), before + 1);
  }

  Model whole() const {
    Model model;
    EXPECT_EQ(store_->read(0, model), store_->head());
    return model;
  }

  std::vector<std::string> seen_since(Commit since) const {
    Recorder recorder;
    EXPECT_EQ(store_->read(since, recorder), store_->head());
    return recorder.seen;
  }

  static Id id(std::uint64_t n) {  // in the order of their numbers
    Id id;
    id.bytes[0] = static_cast<std::uint8_t>(n);
    return id;
  }
  static Message message(std::uint64_t n, std::string session, std::int64_t position, std::string content = "hello") {
    return {id(n), std::move(session), Role::kUser, "", std::move(content), 1'000, position};
  }

  static Memory memory(std::uint64_t n) {
    Memory memory;
    memory.id = id(n);
    return memory;
  }
  static Job job(std::uint64_t n) {
    Job job;
    job.id = id(n);
    return job;
  }
  static Batch batch_of(std::vector<Message> messages, std::vector<Id> deleted = {}) {
    Batch batch;
    batch.messages = std::move(messages);
    batch.deleted_messages = std::move(deleted);
    return batch;
  }

  const Id kProfile = BatchMaker::id(1'000);
  std::unique_ptr<Rig> rig_ = GetParam().make();
  std::unique_ptr<ProfileStores> stores_;
  std::unique_ptr<ProfileStore> store_;
};

TEST_P(ProfileStoreContract, StartsEmpty) {
  EXPECT_EQ(store_->head(), 0);
  EXPECT_THAT(seen_since(0), IsEmpty());
  EXPECT_EQ(store_->needs_purge(), false);
  EXPECT_EQ(store_->purge(), 0);
  EXPECT_GT(store_->size().open_files, 0);
  reopen();
  EXPECT_EQ(store_->head(), 0);
}

TEST_P(ProfileStoreContract, GivesBackEveryField) {
  BatchMaker maker(1);
  for (int i = 0; i < 20; ++i) {
    Batch batch;
    batch.messages = {maker.message()};
    batch.memories = {maker.memory()};
    batch.tombstones = {{BatchMaker::id(7)}};
    batch.jobs = {maker.job()};
    append(batch);
    const Model model = whole();
    EXPECT_EQ(model.messages.at(batch.messages[0].id), batch.messages[0]);
    EXPECT_EQ(model.memories.at(batch.memories[0].id), batch.memories[0]);
    EXPECT_EQ(model.tombstones.at(BatchMaker::id(7)), batch.tombstones[0]);
    EXPECT_EQ(model.jobs.at(batch.jobs[0].id), batch.jobs[0]);
  }
  EXPECT_GT(store_->size().bytes_on_disk, 0);
}

TEST_P(ProfileStoreContract, VisitsInOrder) {
  Batch first;
  first.messages = {message(9, "b", 0), message(3, "a", 10), message(2, "a", 9), message(1, "a", 10),
                    message(4, "B", 0)};
  first.memories = {memory(2), memory(1)};
  first.tombstones = {{id(6)}, {id(5)}};
  first.jobs = {job(8), job(7)};
  append(first);
  const auto rows =
      ElementsAre("message " + id(4).to_string(), "message " + id(2).to_string(), "message " + id(1).to_string(),
                  "message " + id(3).to_string(), "message " + id(9).to_string(), "memory " + id(1).to_string(),
                  "memory " + id(2).to_string(), "tombstone " + id(5).to_string(), "tombstone " + id(6).to_string(),
                  "job " + id(7).to_string(), "job " + id(8).to_string());
  EXPECT_THAT(seen_since(0), rows);

  Batch second;
  second.deleted_messages = {id(9), id(2)};
  second.deleted_memories = {id(1)};
  second.deleted_tombstones = {id(6), id(5)};
  second.deleted_jobs = {id(8)};
  second.messages = {message(10, "z", 0), message(3, "a", 1)};
  append(second);
  EXPECT_THAT(seen_since(1),
              ElementsAre("message " + id(3).to_string(), "message " + id(10).to_string(),
                          "deleted message " + id(2).to_string(), "deleted message " + id(9).to_string(),
                          "deleted memory " + id(1).to_string(), "deleted tombstone " + id(5).to_string(),
                          "deleted tombstone " + id(6).to_string(), "deleted job " + id(8).to_string()));
  EXPECT_THAT(seen_since(2), IsEmpty());
  EXPECT_THAT(seen_since(0), ElementsAre("message " + id(4).to_string(), "message " + id(3).to_string(),
                                         "message " + id(1).to_string(), "message " + id(10).to_string(),
                                         "memory " + id(2).to_string(), "job " + id(7).to_string()));
}

TEST_P(ProfileStoreContract, RefusesAnotherHead) {
  append(batch_of({message(1, "a", 0)}));
  for (const Commit wrong : {0, 2}) {
    const auto refused = store_->append(batch_of({message(2, "a", 1)}, {id(1)}), wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kConflict);
  }
  EXPECT_EQ(store_->head(), 1);
  EXPECT_THAT(seen_since(0), ElementsAre("message " + id(1).to_string()));
}

TEST_P(ProfileStoreContract, TwoWritersCannotBothWin) {
  auto other = stores_->open(kProfile);
  ASSERT_TRUE(other);
  append(batch_of({message(1, "a", 0)}));
  const auto refused = (*other)->append(batch_of({message(2, "a", 1)}), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  Recorder caught_up;
  EXPECT_EQ((*other)->read(0, caught_up), 1);
  EXPECT_EQ((*other)->append(batch_of({message(2, "a", 1)}), 1), 2);
  EXPECT_EQ(seen_since(1).size(), 1U);
}

TEST_P(ProfileStoreContract, AnEmptyBatchIsNoCommit) {
  append(batch_of({message(1, "a", 0)}));
  EXPECT_EQ(store_->append({}, 1), 1);
  EXPECT_EQ(store_->head(), 1);
}

TEST_P(ProfileStoreContract, ReplacesRowsWhole) {
  append(batch_of({message(1, "a", 0, "first")}));
  append(batch_of({message(2, "a", 1)}));
  append(batch_of({message(1, "b", 5, "second"), message(1, "c", 6, "third")}));
  EXPECT_EQ(whole().messages.at(id(1)), message(1, "c", 6, "third"));
  EXPECT_THAT(seen_since(2), ElementsAre("message " + id(1).to_string()));
  EXPECT_EQ(seen_since(0).size(), 2U);
  const Model before = whole();
  append(batch_of({message(1, "c", 6, "third")}));
  EXPECT_EQ(whole(), before);
}

// Every ingest ends a job: if that called for a purge, every ingest would write the file anew.
TEST_P(ProfileStoreContract, EndedJobsAndTombstonesCallForNoPurge) {
  Batch begun = batch_of({message(1, "a", 0)});
  Job job;
  job.id = id(9);
  begun.jobs.push_back(job);
  begun.tombstones.push_back(Tombstone{id(8)});
  append(begun);
  Batch ended;
  ended.deleted_jobs.push_back(id(9));
  ended.deleted_tombstones.push_back(id(8));
  append(ended);
  EXPECT_EQ(store_->needs_purge(), false);
}

TEST_P(ProfileStoreContract, DeletesAndBringsBack) {
  append(batch_of({message(1, "a", 0)}, {id(5)}));
  EXPECT_EQ(store_->needs_purge(), false);
  append(batch_of({}, {id(1), id(1)}));
  EXPECT_EQ(store_->needs_purge(), true);
  EXPECT_THAT(seen_since(0), IsEmpty());
  EXPECT_THAT(seen_since(1), ElementsAre("deleted message " + id(1).to_string()));
  EXPECT_THAT(*store_->messages(std::vector{id(1)}), IsEmpty());

  append(batch_of({}, {id(1)}));  // gone already: no news
  EXPECT_THAT(seen_since(2), IsEmpty());
  append(batch_of({message(1, "a", 0)}));
  EXPECT_THAT(seen_since(1), ElementsAre("message " + id(1).to_string()));
  append(batch_of({message(1, "a", 7)}, {id(1)}));  // both at once: the row stays
  EXPECT_EQ(whole().messages.at(id(1)).position, 7);
  EXPECT_THAT(seen_since(4), ElementsAre("message " + id(1).to_string()));
}

TEST_P(ProfileStoreContract, VectorsGoWithTheirOwner) {
  const VectorKey of_message{OwnerKind::kMessage, id(1)};
  const VectorKey of_memory{OwnerKind::kMemory, id(1)};  // the same id: two owners all the same
  Batch batch = batch_of({message(1, "a", 0)});
  batch.memories = {memory(1)};
  batch.vectors = {{of_memory, "m", std::string("\0x", 2)}, {of_message, "m", "old"}};
  append(batch);
  EXPECT_THAT(seen_since(0),
              ElementsAre("message " + id(1).to_string(), "memory " + id(1).to_string(),
                          "vectors of memory " + id(1).to_string(), "vectors of message " + id(1).to_string()));
  Batch again;
  again.vectors = {{of_message, "n", "new"}};
  append(again);
  EXPECT_EQ(whole().vector_rows.at(of_message), again.vectors[0]);
  EXPECT_EQ(whole().vector_rows.at(of_memory), batch.vectors[0]);
  EXPECT_THAT(seen_since(1), ElementsAre("vectors of message " + id(1).to_string()));

  append(batch_of({message(1, "a", 0)}, {id(1)}));  // gone and back at once: its vectors stay away
  EXPECT_THAT(seen_since(2),
              ElementsAre("message " + id(1).to_string(), "deleted vectors of message " + id(1).to_string()));
  Batch superseded;
  superseded.deleted_vectors = {of_memory, of_message};
  append(superseded);
  EXPECT_THAT(seen_since(3), ElementsAre("deleted vectors of memory " + id(1).to_string()));
  EXPECT_THAT(whole().vector_rows, IsEmpty());
  EXPECT_EQ(store_->needs_purge(), true);  // of the message
  EXPECT_EQ(store_->purge(), 1);
  append(again);
  append(superseded);
  EXPECT_EQ(store_->needs_purge(), false);  // vectors alone call for none
}

TEST_P(ProfileStoreContract, ReadsTextsByIdInTheOrderAsked) {
  append(batch_of({message(1, "a", 0, "one"), message(2, "a", 1, "two"), message(3, "a", 2, "three")}));
  const auto found = store_->messages(std::vector{id(3), id(9), id(1), id(3)});
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(message(3, "a", 2, "three"), message(1, "a", 0, "one"), message(3, "a", 2, "three")));
  EXPECT_THAT(*store_->messages({}), IsEmpty());
}

// Replicas that catch up now and then, a server that restarts: all see what the batches say.
TEST_P(ProfileStoreContract, ReadingInStepsIsReadingWhole) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    store_.reset();
    ASSERT_TRUE(stores_->destroy(kProfile));
    reopen();
    BatchMaker maker(seed);
    Model expected;
    std::vector<std::pair<Commit, Model>> replicas(3);
    for (int step = 0; step < 40; ++step) {
      const Batch batch = maker.next();
      append(batch);
      expected.apply(batch);
      auto& [commit, model] = replicas[maker.random().below(3)];
      commit = *store_->read(commit, model);
      ASSERT_EQ(model, expected) << "seed " << seed << " step " << step;
      if (maker.random().below(10) == 0) reopen();
      if (maker.random().below(10) == 0) ASSERT_TRUE(store_->purge());
    }
    EXPECT_EQ(whole(), expected);
    const Commit head = store_->head();
    reopen();
    EXPECT_EQ(store_->head(), head);
    EXPECT_EQ(whole(), expected);
  }
}

// Rows come and go in a mixed order, so that pages are split and joined; some are larger than a page.
TEST_P(ProfileStoreContract, PurgeLeavesNoText) {
  const auto secret = [](std::uint64_t n) { return fmt::format("secret-{:05}-{:05}", n, n * 7); };
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    store_.reset();
    ASSERT_TRUE(stores_->destroy(kProfile));
    reopen();
    SeededRandom random(seed);
    std::vector<std::uint64_t> live, gone;
    std::uint64_t next = 0;
    for (int step = 0; step < 40; ++step) {
      Batch batch;
      for (const std::uint64_t keep_in_ten = random.below(3) == 0 ? random.below(10) : 10; const std::uint64_t n : live)
        if (random.below(10) >= keep_in_ten) gone.push_back(n);
      std::erase_if(live, [&](std::uint64_t n) { return std::ranges::find(gone, n) != gone.end(); });
      batch.deleted_messages = batch.deleted_memories = ids_of(gone);
      for (auto rows = random.below(60); rows > 0; --rows) {
        const std::uint64_t n = next++;
        const std::size_t filler = random.below(30) == 0 ? 6'000 : random.below(300);
        batch.messages.push_back({BatchMaker::id(n), "session-" + secret(n), Role::kUser, secret(n),
                                  secret(n) + std::string(filler, 'x') + secret(n), 0, static_cast<std::int64_t>(n)});
        Memory row;
        row.id = BatchMaker::id(n);
        row.content = row.summary = row.topic_key = row.session_id = secret(n);
        row.keywords = row.queries = {secret(n)};
        batch.memories.push_back(std::move(row));
        batch.vectors.push_back({{OwnerKind::kMessage, BatchMaker::id(n)}, "m", secret(n)});
        batch.vectors.push_back({{OwnerKind::kMemory, BatchMaker::id(n)}, "m", secret(n) + std::string(filler, 'v')});
        live.push_back(n);
      }
      if (!batch.empty()) append(batch);
    }
    const auto before = seen_since(1);
    const Model model = whole();
    EXPECT_EQ(store_->needs_purge(), true);
    EXPECT_EQ(store_->purge(), static_cast<std::int64_t>(2 * gone.size()));
    EXPECT_EQ(store_->needs_purge(), false);
    const std::string bytes = rig_->bytes();
    for (const std::uint64_t n : live) EXPECT_THAT(bytes, HasSubstr(secret(n)));
    for (const std::uint64_t n : gone) EXPECT_FALSE(bytes.contains(secret(n))) << "seed " << seed << " row " << n;
    EXPECT_EQ(seen_since(1), before);
    EXPECT_EQ(whole(), model);
  }
}

TEST_P(ProfileStoreContract, DestroyedProfilesStartAnew) {
  append(batch_of({message(1, "a", 0, "a word to look for")}));
  store_.reset();
  ASSERT_TRUE(stores_->destroy(kProfile));
  ASSERT_TRUE(stores_->destroy(kProfile));
  EXPECT_THAT(rig_->bytes(), Not(HasSubstr("a word to look for")));
  reopen();
  EXPECT_EQ(store_->head(), 0);
  EXPECT_THAT(seen_since(0), IsEmpty());
}

TEST_P(ProfileStoreContract, ProfilesAreApart) {
  append(batch_of({message(1, "a", 0)}));
  auto other = stores_->open(BatchMaker::id(1'001));
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->head(), 0);
}

TEST_P(ProfileStoreContract, ReadersSeeWholeCommitsOnly) {
  constexpr int kCommits = 60;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    Commit last = 0;
    while (!done) {
      Model model;
      const auto head = store_->read(0, model);
      ASSERT_TRUE(head) << head.error().cause;
      EXPECT_GE(*head, last);
      EXPECT_EQ(static_cast<Commit>(model.messages.size()), *head * 3);
      EXPECT_EQ(static_cast<Commit>(model.memories.size()), *head);
      last = *head;
    }
  });
  for (std::uint64_t i = 0; i < kCommits; ++i) {
    Batch batch = batch_of({message(3 * i, "a", 0), message(3 * i + 1, "a", 1), message(3 * i + 2, "a", 2)});
    batch.memories = {memory(i)};
    append(batch);
    EXPECT_EQ(store_->messages(std::vector{id(3 * i)})->size(), 1U);
  }
  done = true;
  reader.join();
}

INSTANTIATE_TEST_SUITE_P(
    , ProfileStoreContract,
    testing::Values(Implementation{"SqliteInMemory", [] { return std::make_unique<SqliteInMemory>(); }},
                    Implementation{"SqliteOnDisk", [] { return std::make_unique<SqliteOnDisk>(); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace holdfast::memory
