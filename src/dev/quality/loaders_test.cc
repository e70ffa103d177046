#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dev/quality/corpus.h"
#include "dev/quality/testing.h"

namespace holdfast::dev::quality {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TimeMs at(std::string_view iso) { return *parse_iso(iso); }

TEST(Locomo, SpeakersDatesPhotosAndEvidence) {
  const Folder folder;
  const std::string file = folder.write("two.json", R"([{}, {"conversation": {
      "speaker_a": "Ada", "speaker_b": "Bo",
      "session_1_date_time": "12:05 am on 3 March, 2024",
      "session_1": [{"speaker": "Ada", "dia_id": "D1:1", "text": "I bought a kayak."},
                    {"speaker": "Bo", "dia_id": "D1:2", "text": "Look!", "blip_caption": "a red kayak"}],
      "session_2_date_time": "1:30 pm on 4 March, 2024",
      "session_2": [{"speaker": "Bo", "dia_id": "D2:1", "text": "How was it?"}]},
    "qa": [{"question": "What did Ada buy?", "answer": "a kayak", "category": 4, "evidence": ["D1:1; D1:2", "D2:1", "D9:9"]},
           {"question": "How old is Bo?", "answer": 30, "category": 2},
           {"question": "What did Bo buy?", "adversarial_answer": "a kayak", "category": 5, "evidence": ["D1:1"]}]}])");
  const auto loaded = load_locomo(file, {.from = 1, .to = 1});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->size(), 1U);
  const Conversation& conversation = loaded->front();
  EXPECT_EQ(conversation.id, "locomo-1");
  ASSERT_EQ(conversation.batches.size(), 2U);
  ASSERT_EQ(conversation.batches[0].messages.size(), 2U);
  EXPECT_EQ(conversation.batches[0].session, "s1");
  EXPECT_EQ(conversation.batches[0].messages[0].role, memory::Role::kUser);
  EXPECT_EQ(conversation.batches[0].messages[0].content, "Ada: I bought a kayak.");
  EXPECT_EQ(conversation.batches[0].messages[0].timestamp, at("2024-03-03T00:05:00Z"));
  EXPECT_EQ(conversation.batches[0].messages[1].role, memory::Role::kAssistant);
  EXPECT_EQ(conversation.batches[0].messages[1].content, "Bo: Look! [shares a photo: a red kayak]");
  EXPECT_EQ(conversation.batches[1].messages[0].timestamp, at("2024-03-04T13:30:00Z"));
  ASSERT_EQ(conversation.questions.size(), 3U);
  EXPECT_THAT(conversation.questions[0].evidence,
              ElementsAre(Turn{"s1", "Ada: I bought a kayak."}, Turn{"s1", "Bo: Look! [shares a photo: a red kayak]"},
                          Turn{"s2", "Bo: How was it?"}));
  EXPECT_THAT(conversation.questions[0].sessions, ElementsAre("s1", "s2"));
  EXPECT_FALSE(conversation.questions[0].apart);
  EXPECT_EQ(conversation.questions[1].gold, "30");
  EXPECT_THAT(conversation.questions[1].evidence, IsEmpty());
  EXPECT_TRUE(conversation.questions[2].apart);
  EXPECT_TRUE(conversation.questions[2].unanswerable);
}

TEST(Locomo, SaysWhatIsWrong) {
  const Folder folder;
  EXPECT_FALSE(load_locomo(folder.path("none.json"), {}));
  EXPECT_FALSE(load_locomo(folder.write("broken.json", "[{"), {}));
  EXPECT_FALSE(load_locomo(folder.write("object.json", "{}"), {}));
  const auto undated = load_locomo(
      folder.write("undated.json", R"([{"conversation": {"session_1": [], "session_1_date_time": "noon"}}])"), {});
  ASSERT_FALSE(undated);
  EXPECT_THAT(undated.error().message, ::testing::HasSubstr("noon"));
}

TEST(Beam, TurnsAnchorsAndQuestionsByCategory) {
  const Folder folder;
  folder.write("1/chat.json", R"([{"batch_number": 1, "turns": [
      [{"role": "user", "id": 0, "content": " Plan my week. ->-> 1,1"}, {"role": "assistant", "id": 1, "content": "Gladly."}],
      [{"role": "user", "id": 2, "time_anchor": "April-02-2024", "content": "The budget is 300."},
       {"role": "assistant", "id": 3, "content": "Noted."}]]},
    {"batch_number": 2, "turns": [[{"role": "user", "id": 4, "content": "It is 350 now."}]]}])");
  folder.write("1/probing_questions.json", R"({
      "knowledge_update": [{"question": "What is the budget?", "answer": "350",
                            "source_chat_ids": {"original_info": [2], "updated_info": [4, 99]}}],
      "abstention": [{"question": "Who is the caterer?", "ideal_response": "It was not said."}],
      "event_ordering": [{"question": "In which order?", "ideal_answer": "Plan, budget"}]})");
  const auto loaded = load_beam(folder.path(), {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->size(), 1U);
  const Conversation& chat = loaded->front();
  ASSERT_EQ(chat.batches.size(), 2U);
  EXPECT_EQ(chat.batches[0].session, "b1");
  ASSERT_EQ(chat.batches[0].messages.size(), 4U);
  EXPECT_EQ(chat.batches[0].messages[0].content, "Plan my week.");
  EXPECT_EQ(chat.batches[0].messages[0].timestamp, std::nullopt);
  EXPECT_EQ(chat.batches[0].messages[3].timestamp, at("2024-04-02"));
  EXPECT_EQ(chat.batches[1].messages[0].timestamp, std::nullopt);
  ASSERT_EQ(chat.questions.size(), 3U);
  EXPECT_THAT(chat.questions[0].evidence, ElementsAre(Turn{"b1", "The budget is 300."}, Turn{"b2", "It is 350 now."}));
  EXPECT_THAT(chat.questions[0].newest, ElementsAre(Turn{"b2", "It is 350 now."}));
  EXPECT_TRUE(chat.questions[1].unanswerable);
  EXPECT_EQ(chat.questions[2].gold, "Plan, budget");
  EXPECT_FALSE(load_beam(folder.path("nowhere"), {}));
}

TEST(LongMemEval, TurnsThatAnswerSessionsAndAbstention) {
  const Folder folder;
  const std::string file = folder.write("few.json", R"([
    {"question_id": "q1", "question_type": "single-session-user", "question": "Where did I park?", "answer": "Level 3",
     "question_date": "2024/05/02 (Thu) 18:00", "haystack_session_ids": ["one", "two"],
     "haystack_dates": ["2024/05/01 (Wed) 09:30", "2024/05/02 (Thu) 08:15"],
     "haystack_sessions": [[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": ""}],
                           [{"role": "user", "content": "I parked on level 3.", "has_answer": true},
                            {"role": "assistant", "content": "Noted.", "has_answer": false}]],
     "answer_session_ids": ["two"]},
    {"question_id": "q2_abs", "question_type": "temporal-reasoning", "question": "When did I fly?", "answer": "Not said",
     "question_date": "unknown", "haystack_session_ids": [], "haystack_dates": [], "haystack_sessions": [],
     "answer_session_ids": ["two"]}])");
  const auto loaded = load_longmemeval(file, {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->size(), 2U);
  const Conversation& first = loaded->front();
  ASSERT_EQ(first.batches.size(), 2U);
  ASSERT_EQ(first.batches[0].messages.size(), 1U);  // an empty message is none
  EXPECT_EQ(first.batches[0].messages[0].timestamp, at("2024-05-01T09:30:00Z"));
  EXPECT_EQ(first.batches[1].session, "two");
  const Question& question = first.questions.at(0);
  EXPECT_THAT(question.evidence, ElementsAre(Turn{"two", "I parked on level 3."}));
  EXPECT_THAT(question.sessions, ElementsAre("two"));
  EXPECT_EQ(question.today, at("2024-05-02T18:00:00Z"));
  EXPECT_EQ(question.category, "single-session-user");
  EXPECT_FALSE(question.unanswerable);
  EXPECT_TRUE(loaded->back().questions.at(0).unanswerable);
  EXPECT_EQ(loaded->back().questions.at(0).today, std::nullopt);
  EXPECT_EQ(load_longmemeval(file, {.from = 1})->size(), 1U);
}

TEST(Corpus, MergedConversationsKeepTheirSessionsApart) {
  Conversation a{.id = "a", .batches = {}, .questions = {}};
  a.batches = {{.session = "s1", .messages = {}}};
  a.questions.push_back({.id = "0",
                         .text = "?",
                         .category = "x",
                         .evidence = {{"s1", "said"}},
                         .newest = {},
                         .sessions = {"s1"},
                         .gold = {},
                         .today = {}});
  Conversation b = a;
  b.id = "b";
  const Conversation all = merged({a, b});
  ASSERT_EQ(all.batches.size(), 2U);
  EXPECT_EQ(all.batches[1].session, "c1-s1");
  EXPECT_THAT(all.questions[0].evidence, ElementsAre(Turn{"c0-s1", "said"}));
  EXPECT_THAT(all.questions[1].sessions, ElementsAre("c1-s1"));
  EXPECT_EQ(all.questions[1].id, "b/0");
}

TEST(Corpus, LongSessionsGoInSeveralCallsAndEmptyMessagesInNone) {
  Conversation conversation{.id = "c", .batches = {}, .questions = {}};
  std::vector<memory::IncomingMessage> messages;
  for (const char* const text : {"a", "", "b", "c"})
    messages.push_back({.role = memory::Role::kUser, .content = text, .name = {}, .timestamp = {}});
  add_batches(conversation, "s", messages, 2);
  ASSERT_EQ(conversation.batches.size(), 2U);
  EXPECT_EQ(conversation.batches[0].messages[1].content, "b");
  EXPECT_EQ(conversation.batches[1].messages[0].content, "c");
  EXPECT_EQ(fitting(std::string(40'000, 'x')).size(), 30'000U);
}

}  // namespace
}  // namespace holdfast::dev::quality
