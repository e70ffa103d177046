#include "memory/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class MemoryServiceTest : public ServiceTest {
 protected:
  template <typename T>
  static Code code_of(const Result<T>& result) {
    EXPECT_FALSE(result);
    return result ? Code::kInternal : result.error().code;
  }
};

TEST_F(MemoryServiceTest, ProfilesAreMadeByTheFirstWrite) {
  EXPECT_THAT(memories(), IsEmpty());
  EXPECT_EQ(status().messages, 0U);
  EXPECT_EQ(value_of(run_here(service().summary(at_, ""))), "");
  EXPECT_TRUE(value_of(run_here(service().recall(at_, {}))).candidates.empty());
  EXPECT_THAT(value_of(run_here(service().list_profiles("a", "n", "", 10))).items, IsEmpty());
  ingest({said("a ran")});
  EXPECT_THAT(value_of(run_here(service().list_profiles("a", "n", "", 10))).items, SizeIs(1));
  EXPECT_EQ(code_of(run_here(service().ingest({"a", "none", "p"}, {{said("a")}, "s", 0}, true))),
            Code::kNamespaceNotFound);
}

TEST_F(MemoryServiceTest, MemoriesComeInPages) {
  std::vector<IncomingMessage> call;
  for (int i = 0; i < 9; ++i) call.push_back(said_at(1'000 + i, "drink = value " + std::to_string(i)));
  for (int i = 0; i < 9; ++i) call.push_back(said_at(2'000 + i, "somebody did number " + std::to_string(i)));
  ingest(call);
  for (const bool superseded : {false, true}) {
    MemoryQuery query{
        .after = {}, .limit = 4, .session_id = "s", .type = {}, .superseded = superseded, .verbose = true};
    std::vector<Id> seen;
    for (;;) {
      const auto page = value_of(run_here(service().list_memories(at_, query)));
      for (const VerboseMemory& entry : page.items) {
        seen.push_back(entry.memory.id);
        ASSERT_THAT(entry.sources, SizeIs(1));
        EXPECT_EQ(entry.sources[0].content, entry.memory.content);
      }
      if (!page.more) break;
      ASSERT_THAT(page.items, SizeIs(4));
      query.after = seen.back();
    }
    EXPECT_THAT(seen, SizeIs(superseded ? 18 : 10));
    EXPECT_TRUE(std::ranges::is_sorted(seen));
  }
  MemoryQuery facts{.after = {}, .limit = 100, .session_id = "", .type = MemoryType::kFact};
  EXPECT_THAT(value_of(run_here(service().list_memories(at_, facts))).items, SizeIs(1));
}

TEST_F(MemoryServiceTest, MessagesComeInPagesThatOutliveTheirEnds) {
  for (const char* session : {"b", "a", "c"}) {
    std::vector<IncomingMessage> call;
    for (int i = 0; i < 5; ++i) call.push_back(said(std::string(session) + std::to_string(i)));
    ingest(call, session);
  }
  std::vector<std::string> seen;
  std::optional<MessageCursor> after;
  for (;;) {
    const auto page = value_of(run_here(service().list_messages(at_, "", after, 4)));
    for (const Message& message : page.items) seen.push_back(message.content);
    if (!page.more) break;
    after = MessageCursor::of(page.items.back());
    // The message the page ended at goes: the next page begins after where it was.
    value_of(run_here(service().delete_message(at_, page.items.back().id)));
  }
  EXPECT_THAT(seen,
              ElementsAre("a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "b3", "b4", "c0", "c1", "c2", "c3", "c4"));

  const auto page = value_of(run_here(service().list_messages(at_, "b", std::nullopt, 2)));
  EXPECT_TRUE(page.more);
  const MessageCursor in_b = MessageCursor::of(page.items.back());
  EXPECT_EQ(value_of(run_here(service().list_messages(at_, "b", in_b, 100))).items.front().content,
            "b3");  // b2 is gone
  value_of(run_here(service().delete_session(at_, "b")));
  EXPECT_EQ(code_of(run_here(service().list_messages(at_, "b", in_b, 100))), Code::kInvalid);
  EXPECT_EQ(code_of(run_here(service().list_messages(at_, "", in_b, 100))), Code::kInvalid);
  EXPECT_THAT(value_of(run_here(service().list_messages(at_, "never", std::nullopt, 5))).items, IsEmpty());
}

TEST_F(MemoryServiceTest, SessionsTellWhatTheyHold) {
  ingest({said_at(1'000, "a ran"), said_at(3'000, "b sat")}, "s");
  remember("c won", "t");
  const auto sessions = value_of(run_here(service().list_sessions(at_)));
  ASSERT_THAT(sessions, SizeIs(2));
  EXPECT_EQ(sessions[0].id, "s");
  EXPECT_EQ(sessions[0].messages, 2U);
  EXPECT_EQ(sessions[0].memories, 2U);
  EXPECT_EQ(sessions[0].first_at, 1'000);
  EXPECT_EQ(sessions[0].last_at, 3'000);
  EXPECT_EQ(sessions[1].id, "t");
  EXPECT_EQ(sessions[1].messages, 0U);
  EXPECT_EQ(status().sessions, 2U);
  EXPECT_GT(status().bytes, 0);
}

TEST_F(MemoryServiceTest, RememberingTwiceIsRememberingOnce) {
  const Memory first = remember("a ran", "s");
  clock_.advance(1'000);
  EXPECT_EQ(remember("A  RAN", "t").id, first.id);
  EXPECT_THAT(statements(), ElementsAre("a ran"));
}

TEST_F(MemoryServiceTest, AMessageIdIsNoMemoryIdAndTheErrorSaysSo) {
  const IngestReport report = ingest({said("a ran")});
  const auto asked = run_here(service().get_memory(at_, report.messages_stored[0]));
  EXPECT_EQ(code_of(asked), Code::kMemoryNotFound);
  EXPECT_THAT(asked.error().message, testing::HasSubstr("messages/"));
}

// With the stages that are shipped.
class BuiltinServiceTest : public ServiceTest {
 protected:
  BuiltinServiceTest() : ServiceTest({.vfs = {}, .limits = {}, .start = true, .builtin = true}) {}
};

TEST_F(BuiltinServiceTest, RememberAnswersWithAMemoryHoweverItIsWorded) {
  for (const char* text :
       {"I live in Berlin.", "I live in Berlin", "I am living in Berlin now.", "My home is in Berlin.",
        "The user lives in Berlin.", "We moved to Berlin.", "I live in Munich.", "I live in Berlin!",
        "Always answer in German.", "Please always answer in German", "Call the plumber tomorrow.",
        "The plumber has been called.", "🙂", "x"}) {
    clock_.advance(60'000);
    const auto stored = run_here(service().remember(at_, {text, "", ""}));
    EXPECT_TRUE(stored) << text << ": " << stored.error().message;
  }
}

TEST_F(BuiltinServiceTest, AValueThatComesBackIsTheCurrentOneAgain) {
  ingest({said_at(kTestStart, "I live in Berlin.")}, "one");
  ingest({said_at(kTestStart + kDayMs, "I moved to Munich.")}, "two");
  ingest({said_at(kTestStart + 2 * kDayMs, "I moved to Berlin.")}, "three");
  bool berlin = false, munich = false;
  for (const Memory& memory : memories(false)) {
    berlin |= memory.content.contains("Berlin");
    munich |= memory.content.contains("Munich");
  }
  EXPECT_TRUE(berlin);
  EXPECT_FALSE(munich);
}

TEST_F(BuiltinServiceTest, ManyReadersAndWritersOfOneProfile) {
  std::vector<std::thread> threads;
  std::atomic<bool> stop = false;
  for (int t = 0; t < 2; ++t)
    threads.emplace_back([&] {
      while (!stop) {
        RecallRequest request;
        request.query = "Where does Anna live?";
        EXPECT_TRUE(run_here(service().recall(at_, request)));
        EXPECT_TRUE(run_here(service().summary(at_, "")));
        memories();
      }
    });
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    ingest(
        {said("My sister Anna moved to street number " + n + " in Hamburg."), said("Good to know.", Role::kAssistant)},
        "s" + n, i % 2 == 0);
    if (i % 3 == 2) value_of(run_here(service().delete_session(at_, "s" + std::to_string(i - 1))));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_EQ(status().messages, 16U);
}

}  // namespace
}  // namespace holdfast::memory
