#include "memory/profile/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "memory/profile/log_testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Id id(std::uint8_t n) {  // in the order of their numbers
  Id id;
  id.bytes[0] = n;
  return id;
}

Message message(std::uint8_t n, std::string session, std::int64_t position, TimeMs time = 1'000) {
  return {id(n), std::move(session), Role::kUser, "", "hello", time, position};
}

Memory memory(std::uint8_t n, std::string topic = "", TimeMs created_at = 0) {
  Memory memory;
  memory.id = id(n);
  memory.content = "statement " + std::to_string(n);
  memory.topic_key = std::move(topic);
  memory.created_at = created_at;
  return memory;
}

TEST(Fold, KeepsSessionsForAsLongAsTheyHoldAnything) {
  Fold fold;
  fold.message(message(1, "b", 5, 300));
  fold.message(message(2, "b", 4, 100));
  fold.message(message(3, "a", 0, 200));
  Memory kept = memory(9);
  kept.session_id = "b";
  fold.memory(kept);

  const SessionEntry* b = fold.find_session("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->messages.begin()->second, id(2));
  EXPECT_EQ(b->first_at(), 100);
  EXPECT_EQ(b->last_at(), 300);
  EXPECT_EQ(b->next_position(), 6);
  EXPECT_EQ(fold.session_by_number(fold.find_message(id(3))->session), "a");

  fold.deleted_message(id(1));
  EXPECT_EQ(b->last_at(), 100);
  EXPECT_EQ(b->next_position(), 5);
  fold.deleted_message(id(2));
  ASSERT_NE(fold.find_session("b"), nullptr);  // for its memory
  EXPECT_EQ(fold.find_session("b")->next_position(), 0);
  fold.deleted_memory(id(9));
  EXPECT_EQ(fold.find_session("b"), nullptr);
  EXPECT_THAT(fold.sessions(), SizeIs(1));
}

TEST(Fold, MovesAMessageThatComesAgain) {
  Fold fold;
  fold.message(message(1, "a", 0));
  fold.message(message(1, "b", 7));
  EXPECT_EQ(fold.find_session("a"), nullptr);
  EXPECT_EQ(fold.find_message(id(1))->position, 7);
  EXPECT_THAT(fold.messages(), SizeIs(1));
}

TEST(Fold, OrdersTheVersionsOfATopic) {
  Fold fold;
  fold.memory(memory(1, "user city", 300));
  fold.memory(memory(2, "user city", 100));
  fold.memory(memory(3, "user pet", 100));
  Memory same_time = memory(4, "user city", 100);
  same_time.position = -1;
  fold.memory(same_time);
  std::vector<Id> order;
  for (const Memory* version : fold.versions("user city")) order.push_back(version->id);
  EXPECT_THAT(order, ElementsAre(id(4), id(2), id(1)));
  EXPECT_THAT(fold.topic_keys_with("user"), ElementsAre("user city", "user pet"));
  EXPECT_THAT(fold.topic_keys_with("city"), ElementsAre("user city"));

  for (const Id& row : {id(1), id(2), id(4)}) fold.deleted_memory(row);
  EXPECT_THAT(fold.versions("user city"), IsEmpty());
  EXPECT_THAT(fold.topic_keys_with("city"), IsEmpty());
  EXPECT_THAT(fold.topic_keys_with("user"), ElementsAre("user pet"));
}

TEST(Fold, AMemoryThatChangesItsTopicLeavesTheOldOne) {
  Fold fold;
  fold.memory(memory(1, "user city"));
  fold.memory(memory(1, "home town"));
  EXPECT_THAT(fold.topic_keys_with("city"), IsEmpty());
  EXPECT_THAT(fold.versions("home town"), SizeIs(1));
}

TEST(Fold, FindsStatementsWhateverTheirCaseCurrentOnesFirst) {
  Fold fold;
  Memory old = memory(1);
  old.content = "The user lives in  Bonn";
  old.superseded_by = id(9);
  Memory now = memory(2);
  now.content = "the user LIVES in Bonn ";
  fold.memory(old);
  EXPECT_EQ(fold.find_statement(statement_hash("The user lives in Bonn"))->id, id(1));
  fold.memory(now);
  EXPECT_EQ(fold.find_statement(statement_hash("The user lives in Bonn"))->id, id(2));
  EXPECT_THAT(fold.statements(statement_hash("The user lives in Bonn")), ElementsAre(id(1), id(2)));
  fold.deleted_memory(id(2));
  fold.deleted_memory(id(1));
  EXPECT_EQ(fold.find_statement(statement_hash("The user lives in Bonn")), nullptr);
}

TEST(Fold, FollowsSourcesAndPredecessors) {
  Fold fold;
  Memory first = memory(1, "", 200), second = memory(2, "", 100), head = memory(3, "", 300);
  first.superseded_by = second.superseded_by = id(3);
  first.sources = {{id(50), 1, 1}, {id(51), 1, 1}};
  head.sources = {{id(50), 2, 2}};
  for (const Memory& one : {first, second, head}) fold.memory(one);
  EXPECT_THAT(fold.predecessors(id(3)), ElementsAre(id(2), id(1)));
  EXPECT_THAT(fold.memories_from(id(50)), ElementsAre(id(1), id(3)));

  first.superseded_by.reset();
  first.sources = {{id(51), 1, 1}};
  fold.memory(first);
  EXPECT_THAT(fold.predecessors(id(3)), ElementsAre(id(2)));
  EXPECT_THAT(fold.memories_from(id(50)), ElementsAre(id(3)));
  fold.deleted_memory(id(3));  // what it superseded still says so
  EXPECT_THAT(fold.predecessors(id(3)), ElementsAre(id(2)));
}

TEST(Fold, KnowsWhatWaits) {
  Fold fold;
  Job one, two;
  one.id = id(1);
  one.messages = {id(10), id(11)};
  two.id = id(2);
  two.messages = {id(11)};
  fold.job(one);
  fold.job(two);
  EXPECT_EQ(fold.pending_jobs(), 2U);
  one.state = Job::State::kDone;
  fold.job(one);
  EXPECT_EQ(fold.pending_jobs(), 1U);
  EXPECT_FALSE(fold.waits_for_extraction(id(10)));
  EXPECT_TRUE(fold.waits_for_extraction(id(11)));
  fold.deleted_job(id(2));
  EXPECT_FALSE(fold.waits_for_extraction(id(11)));
  EXPECT_EQ(fold.pending_jobs(), 0U);
  EXPECT_NE(fold.find_job(id(1)), nullptr);
}

// Each field of a row counts for the digest, and so does which list a text is in.
TEST(Fold, DigestTellsFoldsApart) {
  const auto digest_of = [](const std::function<void(Memory&)>& change) {
    Memory row = memory(1, "topic");
    row.keywords = {"a", "b"};
    row.queries = {"c"};
    row.sources = {{id(5), 1, 2}};
    change(row);
    Fold fold;
    fold.memory(row);
    return fold.digest();
  };
  const std::vector<std::function<void(Memory&)>> changes = {
      [](Memory&) {},
      [](Memory& m) { m.content += "!"; },
      [](Memory& m) { m.summary = "s"; },
      [](Memory& m) { m.type = MemoryType::kTask; },
      [](Memory& m) { m.session_id = "s"; },
      [](Memory& m) { m.name = "Ada"; },
      [](Memory& m) { m.created_at = 1; },
      [](Memory& m) { m.updated_at = 1; },
      [](Memory& m) { m.position = 1; },
      [](Memory& m) { m.topic_key = ""; },
      [](Memory& m) { m.keywords = {"b", "a"}; },
      [](Memory& m) { m.keywords = {"a"}, m.queries = {"b", "c"}; },
      [](Memory& m) { m.queries = {}, m.derivations = {"c"}; },
      [](Memory& m) { m.sources.clear(); },
      [](Memory& m) { m.sources[0].line_to = 3; },
      [](Memory& m) { m.superseded_by = id(2); },
  };
  std::set<Digest> seen;
  for (const auto& change : changes) seen.insert(digest_of(change));
  EXPECT_EQ(seen.size(), changes.size());
}

Batch all_deleted(const Model& model) {
  Batch batch;
  for (const auto& [row, _] : model.messages) batch.deleted_messages.push_back(row);
  for (const auto& [row, _] : model.memories) batch.deleted_memories.push_back(row);
  for (const auto& [row, _] : model.tombstones) batch.deleted_tombstones.push_back(row);
  for (const auto& [row, _] : model.jobs) batch.deleted_jobs.push_back(row);
  return batch;
}

void feed(const Batch& batch, ChangeVisitor& visitor) {
  for (const Id& row : batch.deleted_messages) visitor.deleted_message(row);
  for (const Id& row : batch.deleted_memories) visitor.deleted_memory(row);
  for (const Id& row : batch.deleted_tombstones) visitor.deleted_tombstone(row);
  for (const Id& row : batch.deleted_jobs) visitor.deleted_job(row);
  for (const Message& row : batch.messages) visitor.message(row);
  for (const Memory& row : batch.memories) visitor.memory(row);
  for (const Tombstone& row : batch.tombstones) visitor.tombstone(row);
  for (const Job& row : batch.jobs) visitor.job(row);
}

void feed(const Model& model, ChangeVisitor& visitor) {
  for (const auto& [_, row] : model.messages) visitor.message(row);
  for (const auto& [_, row] : model.memories) visitor.memory(row);
  for (const auto& [_, row] : model.tombstones) visitor.tombstone(row);
  for (const auto& [_, row] : model.jobs) visitor.job(row);
}

// However a fold came to be what it is, it equals one that was fed the rows as they are.
TEST(Fold, HistoriesThatEndAlikeAreEqual) {
  const std::size_t empty_bytes = Fold().bytes();
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    BatchMaker maker(seed);
    Fold followed;
    Model model;
    for (int step = 0; step < 30; ++step) {
      const Batch batch = maker.next();
      feed(batch, followed);
      feed(batch, model);
      Fold fresh;
      feed(model, fresh);
      ASSERT_EQ(followed.digest(), fresh.digest()) << "seed " << seed << " step " << step;
      ASSERT_EQ(followed.bytes(), fresh.bytes()) << "seed " << seed << " step " << step;
      ASSERT_EQ(followed.pending_jobs(), fresh.pending_jobs());
      for (std::uint64_t n = 0; n < 40; ++n) {
        const Id row = BatchMaker::id(n);
        ASSERT_EQ(followed.waits_for_extraction(row), fresh.waits_for_extraction(row));
        ASSERT_EQ(followed.memories_from(row), fresh.memories_from(row));
        ASSERT_EQ(followed.predecessors(row), fresh.predecessors(row));
      }
    }
    feed(all_deleted(model), followed);
    EXPECT_EQ(followed.bytes(), empty_bytes) << "seed " << seed;
    EXPECT_EQ(followed.digest(), Fold().digest());
    EXPECT_THAT(followed.sessions(), IsEmpty());
  }
}

}  // namespace
}  // namespace holdfast::memory
