#include "memory/ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// --- identity --------------------------------------------------------------------------------------------------------

TEST(SessionId, ComesFromTheFirstUserMessage) {
  const std::string id = derive_session_id({said("hello", Role::kAssistant), said("hi"), said("more")});
  EXPECT_EQ(id, derive_session_id({said("hi")}));
  EXPECT_EQ(id, derive_session_id({said("hi"), said("another end", Role::kAssistant)}));
  EXPECT_NE(id, derive_session_id({said("Hi")}));
  EXPECT_NE(id, derive_session_id({said_at(5, "hi")}));
  EXPECT_NE(derive_session_id({said_at(5, "hi")}), derive_session_id({said_at(6, "hi")}));
  EXPECT_EQ(derive_session_id({said("a", Role::kSystem), said("b", Role::kAssistant)}),
            derive_session_id({said("a", Role::kSystem)}));
  IncomingMessage named = said("hi");
  named.name = "Ada";
  EXPECT_NE(id, derive_session_id({named}));
  EXPECT_LE(id.size(), 64U);
}

TEST(Identify, ATimestampIsTheMessagesOrThatOfTheOneBefore) {
  const IngestRequest request{{said("a"), said_at(500, "b"), said("c"), said_at(300, "d"), said("e")}, "s", 9'000};
  std::vector<TimeMs> times;
  for (const Message& message : identify(request, "s")) times.push_back(message.timestamp);
  EXPECT_THAT(times, ElementsAre(9'000, 500, 500, 300, 300));
}

TEST(Identify, EqualMessagesOfACallAreOne) {
  IncomingMessage named = said("a");
  named.name = "Ada";
  const IngestRequest request{
      {said("a"), said("b"), said("a"), said("a", Role::kAssistant), named, said_at(7, "a")}, "s", 9'000};
  const auto messages = identify(request, "s");
  ASSERT_THAT(messages, SizeIs(4));
  EXPECT_EQ(messages[0].timestamp, 9'000);  // the first of them
  EXPECT_EQ(messages[2].role, Role::kAssistant);
  EXPECT_EQ(messages[3].name, "Ada");
  EXPECT_NE(messages[0].id, identify(request, "t")[0].id);
}

// --- the pipeline ----------------------------------------------------------------------------------------------------

class IngestTest : public ServiceTest {};

TEST_F(IngestTest, StoresMessagesAndWhatTheySay) {
  const IngestReport report = ingest({said_at(1'000, "a ran\n? unsure"), said_at(2'000, "b sat", Role::kAssistant)});
  EXPECT_EQ(report.session_id, "s");
  EXPECT_THAT(report.messages_stored, SizeIs(2));
  EXPECT_THAT(report.placed.stored, SizeIs(2));
  ASSERT_THAT(report.dropped, SizeIs(1));
  EXPECT_EQ(report.dropped[0].reason, "a question");
  EXPECT_EQ(report.dropped[0].stage, "verify");
  std::set<std::string> stages;
  for (const StageTime& stage : report.stages) stages.insert(stage.stage);
  EXPECT_THAT(stages, ElementsAre("classify", "commit", "detail", "extract", "merge", "verify"));

  EXPECT_THAT(texts(), ElementsAre("a ran\n? unsure", "b sat"));
  EXPECT_THAT(statements(), ElementsAre("a ran", "b sat"));
  const Memory memory = memory_of("b sat");
  EXPECT_EQ(memory.created_at, 2'000);
  EXPECT_EQ(memory.session_id, "s");
  EXPECT_THAT(memory.sources, ElementsAre(Source{report.messages_stored[1], 1, 1}));
  EXPECT_EQ(status().jobs_pending, 0U);
}

TEST_F(IngestTest, TheSameAgainIsNoCommit) {
  const IngestReport first = ingest({said("a ran"), said("b sat")});
  const Commit head = value_of(run_->stores().open(profile_id(at_)))->head();
  clock_.advance(kDayMs);
  const IngestReport again = ingest({said("a ran"), said("b sat")});
  EXPECT_EQ(again.messages_known, 2U);
  EXPECT_THAT(again.messages_stored, IsEmpty());
  EXPECT_FALSE(again.job);
  EXPECT_EQ(value_of(run_->stores().open(profile_id(at_)))->head(), head);
  EXPECT_THAT(messages(), SizeIs(2));
  EXPECT_EQ(messages()[0].timestamp, kTestStart);
}

TEST_F(IngestTest, AGrownCopyWithoutASessionStoresItsGrowth) {
  const IngestReport first = ingest({said("a ran"), said("b sat", Role::kAssistant)}, std::nullopt);
  clock_.advance(60'000);
  const IngestReport grown = ingest({said("a ran"), said("b sat", Role::kAssistant), said("c won")}, std::nullopt);
  EXPECT_EQ(grown.session_id, first.session_id);
  EXPECT_EQ(grown.messages_known, 2U);
  EXPECT_THAT(grown.messages_stored, SizeIs(1));
  const auto all = messages();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[2].content, "c won");
  EXPECT_EQ(all[2].position, 2);
  EXPECT_EQ(all[2].timestamp, kTestStart + 60'000);
}

TEST_F(IngestTest, WhatIsKnownIsReadAlongButNotReadAgain) {
  ingest({said("a ran"), said("b sat"), said("c won")});
  const IngestReport more = ingest({said("d hid")});
  EXPECT_THAT(more.placed.stored, SizeIs(1));
  EXPECT_THAT(more.placed.confirmed, IsEmpty());
  EXPECT_THAT(statements(), ElementsAre("a ran", "b sat", "c won", "d hid"));
}

TEST_F(IngestTest, AFailingStageIsAnErrorThatLosesNothing) {
  script_->fail(1);
  const auto failed = try_ingest({said("a ran"), said("b sat")});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kProviderFailed);
  EXPECT_THAT(texts(), ElementsAre("a ran", "b sat"));
  EXPECT_THAT(statements(), IsEmpty());
  EXPECT_EQ(status().jobs_pending, 1U);

  // Seen is not known: the same call again extracts them.
  const IngestReport again = ingest({said("a ran"), said("b sat")});
  EXPECT_EQ(again.messages_known, 2U);
  EXPECT_THAT(again.placed.stored, SizeIs(2));
  EXPECT_TRUE(run_->tick_until_clean());
  EXPECT_EQ(status().jobs_pending, 0U);
  EXPECT_THAT(statements(), ElementsAre("a ran", "b sat"));
}

TEST_F(IngestTest, AJobThatFailedIsTakenUpLaterAndLater) {
  script_->fail(5);
  ASSERT_FALSE(try_ingest({said("a ran")}));
  std::vector<TimeMs> tries;
  ASSERT_TRUE(run_->tick_until([&] {
    while (tries.size() + 1 < static_cast<std::size_t>(script_->extractions())) tries.push_back(clock_.now());
    return status().jobs_pending == 0;
  }));
  EXPECT_THAT(statements(), ElementsAre("a ran"));
  ASSERT_THAT(tries, SizeIs(5));
  EXPECT_GE(tries[1] - tries[0], 1'000);
  EXPECT_GE(tries[2] - tries[1], 2'000);
  EXPECT_GE(tries[3] - tries[2], 4'000);
  EXPECT_GE(tries[4] - tries[3], 8'000);
}

TEST_F(IngestTest, AJobIsGivenUpAfterFiveTries) {
  script_->fail(1'000'000);
  ASSERT_FALSE(try_ingest({said("a ran")}));
  ASSERT_TRUE(run_->tick_until([&] {
    clock_.advance(5'000);
    return status().jobs_pending == 0;
  }));
  EXPECT_EQ(script_->extractions(), 6);  // the call's own, and five
  EXPECT_THAT(texts(), ElementsAre("a ran"));
  const auto profile =
      value_of(Profile::open(profile_id(at_), value_of(run_->stores().open(profile_id(at_))), run_->storage()));
  const Profile::View view = profile->view();
  ASSERT_THAT(view.fold().jobs(), SizeIs(1));
  const Job& job = view.fold().jobs().begin()->second;
  EXPECT_EQ(job.state, Job::State::kFailed);
  EXPECT_EQ(job.attempts, 5U);
  EXPECT_THAT(job.detail, testing::HasSubstr("given up"));
}

TEST_F(IngestTest, AClientThatGoesAwayChangesNothing) {
  script_->close();
  std::binary_semaphore ended{0};
  start(service().ingest(at_, {{said("a ran")}, "s", clock_.now()}, true),
        [&](Result<IngestReport>) { ended.release(); });
  script_->wait_for(1);
  EXPECT_THAT(texts(), ElementsAre("a ran"));  // committed before anything was asked
  EXPECT_EQ(status().jobs_pending, 1U);
  script_->open();
  ended.acquire();
  EXPECT_THAT(statements(), ElementsAre("a ran"));
}

TEST_F(IngestTest, WhatIsForgottenWhileItIsReadIsNotRemembered) {
  script_->close();
  std::optional<IngestReport> report;
  std::binary_semaphore ended{0};
  start(service().ingest(at_, {{said("a ran"), said("b sat")}, "s", clock_.now()}, true),
        [&](Result<IngestReport> done) {
          report = value_of(std::move(done));
          ended.release();
        });
  script_->wait_for(1);
  value_of(run_here(service().delete_message(at_, message_id("s", Role::kUser, "a ran", ""))));
  script_->open();
  ended.acquire();
  EXPECT_THAT(report->placed.stored, SizeIs(1));
  EXPECT_THAT(statements(), ElementsAre("b sat"));
  EXPECT_THAT(texts(), ElementsAre("b sat"));
}

TEST_F(IngestTest, ASessionForgottenWhileItIsReadStaysForgotten) {
  script_->close();
  std::binary_semaphore ended{0};
  start(service().ingest(at_, {{said("a ran"), said("b sat")}, "s", clock_.now()}, true),
        [&](Result<IngestReport> done) {
          EXPECT_THAT(value_of(std::move(done)).placed.stored, IsEmpty());
          ended.release();
        });
  script_->wait_for(1);
  value_of(run_here(service().delete_session(at_, "s")));
  script_->open();
  ended.acquire();
  EXPECT_THAT(statements(), IsEmpty());
  EXPECT_EQ(status().jobs_pending, 0U);
  EXPECT_EQ(status().sessions, 0U);
}

TEST_F(IngestTest, AnAsynchronousJobIsSeenUntilADayHasPassed) {
  script_->close();
  const IngestReport report = ingest({said("a ran")}, "s", false);
  ASSERT_TRUE(report.job);
  script_->wait_for(1);
  EXPECT_EQ(value_of(run_here(service().get_job(at_, *report.job))).state, Job::State::kPending);
  script_->open();
  ASSERT_TRUE(run_->tick_until([&] { return status().jobs_pending == 0; }));
  const Job done = value_of(run_here(service().get_job(at_, *report.job)));
  EXPECT_EQ(done.state, Job::State::kDone);
  EXPECT_GE(done.finished_at, kTestStart);
  EXPECT_THAT(done.messages, IsEmpty());
  EXPECT_THAT(statements(), ElementsAre("a ran"));

  clock_.set(done.finished_at + kDayMs);
  ingest({said("b sat")});
  EXPECT_TRUE(run_here(service().get_job(at_, *report.job)));
  clock_.advance(1);
  ingest({said("c won")});
  const auto gone = run_here(service().get_job(at_, *report.job));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Code::kJobNotFound);
}

TEST_F(IngestTest, AnAsynchronousJobThatFailsIsTakenUp) {
  script_->fail(2);
  const IngestReport report = ingest({said("a ran")}, "s", false);
  ASSERT_TRUE(run_->tick_until([&] {
    clock_.advance(500);  // less than a day in all
    return status().jobs_pending == 0;
  }));
  EXPECT_EQ(value_of(run_here(service().get_job(at_, *report.job))).state, Job::State::kDone);
  EXPECT_THAT(statements(), ElementsAre("a ran"));
}

// Both calls bring the same messages: the one that comes second waits until the first has read them.
TEST_F(IngestTest, AnAnswerComesAfterWhatItAnswers) {
  script_->close();
  std::atomic<int> answered = 0;
  std::binary_semaphore ended{0};
  const auto call = [&] {
    start(service().ingest(at_, {{said("a ran")}, "s", clock_.now()}, true), [&](Result<IngestReport> done) {
      EXPECT_TRUE(done);
      if (++answered == 2) ended.release();
    });
  };
  call();
  script_->wait_for(1);
  call();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  EXPECT_EQ(answered, 0);
  script_->open();
  ended.acquire();
  EXPECT_EQ(script_->extractions(), 1);
  EXPECT_THAT(statements(), ElementsAre("a ran"));
}

TEST_F(IngestTest, ManyCallsWithTheSameMessagesStoreEachOnce) {
  std::vector<std::thread> threads;
  std::atomic<std::size_t> stored = 0, known = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      std::vector<IncomingMessage> call;
      for (int i = 0; i < 12; ++i) call.push_back(said("statement " + std::to_string((i + t) % 12)));
      const IngestReport report = ingest(call, "s", t % 4 != 3);
      stored += report.messages_stored.size();
      known += report.messages_known;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored, 12U);
  EXPECT_EQ(stored + known, 96U);
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_THAT(messages(), SizeIs(12));
  EXPECT_THAT(statements(), SizeIs(12));
  std::set<std::int64_t> positions;
  for (const Message& message : messages()) positions.insert(message.position);
  EXPECT_THAT(positions, SizeIs(12));
}

TEST_F(IngestTest, TenThousandCharactersAndMoreAreReadInPieces) {
  std::vector<IncomingMessage> call;
  for (int i = 0; i < 40; ++i) call.push_back(said("statement " + std::to_string(i) + " " + std::string(1'000, 'x')));
  const IngestReport report = ingest(call);
  EXPECT_THAT(report.placed.stored, SizeIs(40));
  EXPECT_GE(script_->extractions(), 4);
}

TEST_F(IngestTest, ANewerVersionOfATopicSupersedesTheOlder) {
  ingest({said_at(2'000, "drink = tea")});
  ingest({said_at(3'000, "drink = coffee")});
  ingest({said_at(1'000, "drink = milk")});  // told late
  EXPECT_THAT(statements(false), ElementsAre("drink = coffee"));
  EXPECT_EQ(memory_of("drink = milk").superseded_by, memory_of("drink = tea").id);
  EXPECT_EQ(memory_of("drink = tea").superseded_by, memory_of("drink = coffee").id);
  std::vector<std::string> history;
  for (const VerboseMemory& entry : value_of(run_here(service().history(at_, memory_of("drink = tea").id))))
    history.push_back(entry.memory.content);
  EXPECT_THAT(history, ElementsAre("drink = milk", "drink = tea", "drink = coffee"));
}

}  // namespace
}  // namespace holdfast::memory
