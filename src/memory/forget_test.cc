#include "memory/forget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ForgetTest : public ServiceTest {
 protected:
  static Id message(const std::string& content, const std::string& session = "s") {
    return message_id(session, Role::kUser, content, "");
  }
  void forget_message_of(const std::string& content, const std::string& session = "s") {
    value_of(run_here(service().delete_message(at_, message(content, session))));
  }
  void forget_session_of(const std::string& session) { value_of(run_here(service().delete_session(at_, session))); }
};

TEST_F(ForgetTest, AMemoryTakesItsMessagesAlong) {
  ingest({said("a ran"), said("b sat")});
  forget_memory_of("a ran");
  EXPECT_THAT(statements(), ElementsAre("b sat"));
  EXPECT_THAT(texts(), ElementsAre("b sat"));
}

TEST_F(ForgetTest, AMessageThatOthersNeedStays) {
  ingest({said("a ran\nb sat"), said("c won")});
  forget_memory_of("a ran");
  EXPECT_THAT(statements(), ElementsAre("b sat", "c won"));
  EXPECT_THAT(texts(), ElementsAre("a ran\nb sat", "c won"));
  forget_memory_of("b sat");
  EXPECT_THAT(texts(), ElementsAre("c won"));
}

TEST_F(ForgetTest, WhatIsForgottenDoesNotComeBackFromAnySession) {
  ingest({said("a ran"), said("b sat")});
  forget_memory_of("a ran");
  const IngestReport same = ingest({said("a ran"), said("b sat")});
  EXPECT_EQ(same.messages_buried, 1U);
  EXPECT_THAT(texts(), ElementsAre("b sat"));
  const IngestReport other = ingest({said("A  ran"), said("c won")}, "another");
  EXPECT_THAT(other.messages_stored, SizeIs(2));  // another message, with the same statement
  ASSERT_THAT(other.placed.dropped, SizeIs(1));
  EXPECT_EQ(other.placed.dropped[0].content, "A  ran");
  EXPECT_THAT(statements(), ElementsAre("b sat", "c won"));
}

TEST_F(ForgetTest, RememberBringsBackAndUnburies) {
  ingest({said("a ran")});
  forget_memory_of("a ran");
  const Memory back = remember("a ran");
  EXPECT_EQ(back.content, "a ran");
  EXPECT_THAT(statements(), ElementsAre("a ran"));
  // It may be stated again now; and it goes out and comes in with an export.
  const IngestReport again = ingest({said("a ran")}, "another");
  EXPECT_THAT(again.placed.confirmed, ElementsAre(back.id));
  const Address copy{"a", "n", "copy"};
  import(copy, exported(at_));
  EXPECT_EQ(exported(copy), exported(at_));
  EXPECT_TRUE(std::ranges::none_of(exported(copy), [](const TransferRow& row) {
    const Tombstone* tombstone = std::get_if<Tombstone>(&row);
    return tombstone != nullptr && tombstone->hash == statement_hash("a ran");
  }));
}

TEST_F(ForgetTest, AForgottenMiddleIsBridged) {
  ingest({said_at(1'000, "drink = milk"), said_at(2'000, "drink = tea"), said_at(3'000, "drink = coffee")});
  forget_memory_of("drink = tea");
  EXPECT_EQ(memory_of("drink = milk").superseded_by, memory_of("drink = coffee").id);
  EXPECT_THAT(statements(false), ElementsAre("drink = coffee"));
}

TEST_F(ForgetTest, AForgottenHeadDoesNotReviveWhatItReplaced) {
  ingest({said_at(1'000, "drink = milk"), said_at(2'000, "drink = tea")});
  const Id head = memory_of("drink = tea").id;
  forget_memory_of("drink = tea");
  EXPECT_THAT(statements(false), IsEmpty());
  EXPECT_EQ(memory_of("drink = milk").superseded_by, head);
  forget_memory_of("drink = milk");
  EXPECT_THAT(statements(), IsEmpty());
}

TEST_F(ForgetTest, AMessageTakesAlongWhatOnlyItStates) {
  ingest({said("a ran\nb sat")});
  ingest({said("b sat")}, "t");
  forget_message_of("a ran\nb sat");
  EXPECT_THAT(statements(), ElementsAre("b sat"));
  EXPECT_THAT(memory_of("b sat").sources, ElementsAre(Source{message("b sat", "t"), 1, 1}));
  EXPECT_EQ(memory_of("b sat").session_id, "t");
  // Buried with it is what nobody else states.
  ingest({said("A ran\nB sat")}, "u");
  EXPECT_THAT(statements(), ElementsAre("b sat"));
  EXPECT_THAT(memory_of("b sat").sources, SizeIs(2));
}

// One of two statements of a message goes, the other stays with another source: its link over the gap and its lost
// source are one change.
TEST_F(ForgetTest, AMemoryCanLoseASourceAndItsSuccessorAtOnce) {
  ingest({said_at(1'000, "drink = milk\ndrink = tea")}, "s");
  ingest({said_at(1'500, "drink = milk")}, "t");
  ingest({said_at(2'000, "drink = coffee")}, "u");
  const Id milk = memory_of("drink = milk").id;
  const Id tea = memory_of("drink = tea").id;
  const bool milk_first = memory_of("drink = milk").superseded_by == tea;
  ASSERT_TRUE(milk_first || memory_of("drink = tea").superseded_by == milk);
  forget_message_of("drink = milk\ndrink = tea");
  EXPECT_THAT(statements(), ElementsAre("drink = coffee", "drink = milk"));
  EXPECT_THAT(memory_of("drink = milk").sources, ElementsAre(Source{message("drink = milk", "t"), 1, 1}));
  EXPECT_EQ(memory_of("drink = milk").superseded_by, memory_of("drink = coffee").id);
}

TEST_F(ForgetTest, ASessionGoesButForWhatOthersState) {
  ingest({said("a ran"), said("b sat")}, "s");
  ingest({said("b sat"), said("c won")}, "t");
  remember("d hid", "s");
  EXPECT_EQ(memory_of("b sat").session_id, "s");
  forget_session_of("s");
  EXPECT_THAT(statements(), ElementsAre("b sat", "c won"));
  EXPECT_EQ(memory_of("b sat").session_id, "t");
  EXPECT_THAT(memory_of("b sat").sources, ElementsAre(Source{message("b sat", "t"), 1, 1}));
  EXPECT_EQ(status().sessions, 1U);
  EXPECT_THAT(texts(), ElementsAre("b sat", "c won"));
  EXPECT_TRUE(run_here(service().delete_session(at_, "s")));
  EXPECT_TRUE(run_here(service().delete_session(at_, "never")));
}

TEST_F(ForgetTest, WhatWasRememberedInASessionStaysWhenAnotherStatesIt) {
  remember("a ran", "s");
  ingest({said("a ran")}, "t");
  EXPECT_THAT(statements(), ElementsAre("a ran"));
  forget_session_of("s");
  EXPECT_THAT(statements(), ElementsAre("a ran"));
  EXPECT_EQ(memory_of("a ran").session_id, "t");
}

TEST_F(ForgetTest, ASessionsChainsAreRelinked) {
  ingest({said_at(1'000, "drink = milk")}, "s");
  ingest({said_at(2'000, "drink = tea"), said_at(3'000, "drink = water")}, "t");
  ingest({said_at(4'000, "drink = coffee")}, "u");
  forget_session_of("t");
  EXPECT_EQ(memory_of("drink = milk").superseded_by, memory_of("drink = coffee").id);
}

TEST_F(ForgetTest, TellsWhatIsNotThere) {
  const auto memory = run_here(service().delete_memory(at_, message("never")));
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, Code::kMemoryNotFound);
  const auto none = run_here(service().delete_message(at_, message("never")));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::kMessageNotFound);
  const auto nowhere = run_here(service().delete_memory({"a", "none", "p"}, message("never")));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Code::kNamespaceNotFound);
}

TEST_F(ForgetTest, LeavesNoTextInTheFiles) {
  ingest({said("an unmistakable phrase"), said("b sat")});
  forget_memory_of("an unmistakable phrase");
  ASSERT_TRUE(run_->tick_until_clean());
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    EXPECT_FALSE(bytes.contains("unmistakable")) << file.path();
  }
  EXPECT_THAT(statements(), ElementsAre("b sat"));
}

}  // namespace
}  // namespace holdfast::memory
