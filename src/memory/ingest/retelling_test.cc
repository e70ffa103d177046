#include "memory/ingest/retelling.h"

#include <gtest/gtest.h>

#include "base/task.h"
#include "memory/ingest/ingest_testing.h"
#include "memory/vectors/encoder_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::say;

// Sessions in which each message left a memory of its own words.
class Sessions : public ::testing::Test {
 protected:
  std::shared_ptr<const EncodedText> encoded(const std::string& text) {
    std::vector<models::EncoderInput> inputs{{text, {}, true}};
    auto encodings = run_here(encoder_.encode(std::move(inputs)));
    return std::make_shared<const EncodedText>(encoded_text(text, std::move(encodings->front())));
  }

  std::vector<NewMemory> read(const std::string& session, const std::vector<std::string>& texts) {
    std::vector<NewMemory> memories;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      Message message = say(texts[i]);
      message.session_id = session;
      message.position = static_cast<std::int64_t>(i);
      message.id = message_id(session, message.role, message.content, message.name);
      fold_.message(message);
      NewMemory entry;
      entry.memory.content = texts[i];
      entry.memory.session_id = session;
      entry.memory.position = message.position;
      entry.memory.created_at = message.timestamp;
      entry.memory.sources = {{message.id, 1, 1}};
      entry.memory.id = memory_id(entry.memory.type, texts[i], &message.id, message.timestamp);
      entry.vectors = encoded(texts[i]);
      memories.push_back(std::move(entry));
    }
    return memories;
  }

  void tell(const std::string& session, const std::vector<std::string>& texts) {
    for (const NewMemory& entry : read(session, texts)) {
      fold_.memory(entry.memory);
      likenesses_.add(entry.memory.id, entry.vectors);
    }
  }

  HashEncoder encoder_;
  Fold fold_;
  Likenesses likenesses_{nullptr, {}};
};

constexpr auto kNothingSaid = [](std::size_t, const std::string&) { return false; };
constexpr auto kFirstSaid = [](std::size_t at, const std::string& session) { return at == 0 && session == "first"; };

TEST_F(Sessions, MostOfItToldBeforeIsARetelling) {
  tell("other", {"Guitar lessons cost forty euros", "Ana lives upstairs"});
  tell("first", {"The boat sleeps six people", "Ragna keeps the crane keys", "Guests pay daily fees"});
  const std::vector<NewMemory> again =
      read("again", {"The boat sleeps six", "Regatta starts in June against Hollmoor", "Ragna keeps crane keys"});
  const auto retelling = find_retelling(fold_, likenesses_, again, kFirstSaid);
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->session_id, "first");
  ASSERT_TRUE(retelling->statements[0] && retelling->statements[1] && retelling->statements[2]);
  EXPECT_EQ(fold_.find_message(retelling->statements[0]->message)->position, 0);
  EXPECT_EQ(fold_.find_message(retelling->statements[2]->message)->position, 1);
  EXPECT_TRUE(retelling->statements[0]->near());
  EXPECT_FALSE(retelling->statements[1]->near());
  EXPECT_TRUE(retelling->statements[2]->in_order);
}

TEST_F(Sessions, OneOrFewOfManyIsNone) {
  tell("first", {"The boat sleeps six people", "Ragna keeps the crane keys"});
  EXPECT_FALSE(find_retelling(fold_, likenesses_, read("a", {"The boat sleeps six"}), kFirstSaid));
  EXPECT_FALSE(find_retelling(
      fold_, likenesses_,
      read("b", {"The boat sleeps six", "Regatta starts June", "Yasmin teaches beginners", "Diesel got expensive"}),
      kFirstSaid));
  EXPECT_FALSE(find_retelling(fold_, likenesses_, {}, kFirstSaid));
}

// Two statements somewhat like those of another session: people speak of one thing for long.
TEST_F(Sessions, SomeOfItMustBeKnownToBeTheSame) {
  tell("first", {"The boat sleeps six people", "Ragna keeps the crane keys"});
  const std::vector<NewMemory> like = read("like", {"The boat sleeps cats", "Ragna keeps the boat"});
  EXPECT_FALSE(find_retelling(fold_, likenesses_, like, kNothingSaid));
  EXPECT_TRUE(find_retelling(fold_, likenesses_, like, kFirstSaid));
}

// Where other sessions were told again, one statement does.
TEST_F(Sessions, AfterOtherRetellingsOneStatementIsEnough) {
  tell("first", {"The boat sleeps six people", "Ragna keeps the crane keys"});
  tell("second", {"Guests pay thirty euros daily"});
  const std::vector<NewMemory> third = read("third", {"Guests pay thirty euros"});
  EXPECT_FALSE(find_retelling(fold_, likenesses_, third, kNothingSaid));
  const std::vector<NewMemory> again = read("again", {"The boat sleeps six", "Ragna keeps crane keys"});
  std::vector<Memory> both;
  for (const auto& [id, memory] : fold_.memories()) both.push_back(memory);
  for (Memory& memory : both)
    for (const NewMemory& entry : again)
      if (memory.session_id == "first" && memory.position == entry.memory.position) {
        memory.sources.push_back(entry.memory.sources.front());
        fold_.memory(memory);
      }
  const auto retelling = find_retelling(fold_, likenesses_, third, kNothingSaid);
  ASSERT_TRUE(retelling);
  EXPECT_EQ(retelling->session_id, "second");
}

}  // namespace
}  // namespace holdfast::memory
