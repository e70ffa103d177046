#include "memory/ingest/antecedent.h"

#include <gtest/gtest.h>

#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::say;

Transcript dialogue(std::vector<std::pair<std::string, std::string>> turns) {
  std::vector<Message> messages;
  for (auto& [name, content] : turns) {
    Message message = say(std::move(content), "2026-03-02", messages.size() % 2 == 0 ? Role::kUser : Role::kAssistant,
                          std::move(name));
    message.position = static_cast<std::int64_t>(messages.size());
    message.id = message_id("s", message.role, message.content, message.name);
    messages.push_back(std::move(message));
  }
  return make_transcript("s", std::move(messages), {});
}

// The last message with its pronoun named, or as it is.
std::string named(std::vector<std::pair<std::string, std::string>> turns) {
  const std::string text = turns.back().second;
  const Transcript transcript = dialogue(std::move(turns));
  const auto meant = antecedent_of(transcript, transcript.messages.size() - 1, text);
  return meant ? with_antecedent(text, meant->who) : text;
}

TEST(Antecedent, IsThePersonNamedBefore) {
  EXPECT_EQ(named({{"Ravi", "How's Silke?"}, {"Cas", "She's back in Bremen"}}), "Silke's back in Bremen");
  EXPECT_EQ(named({{"Ravi", "does Bruno sleep?"}, {"Cas", "he does 5 hours"}}), "Bruno does 5 hours");
  EXPECT_EQ(named({{"Cas", "Henri retired."}, {"Ravi", "oh! what now"}, {"Cas", "his class begins in May"}}),
            "Henri's class begins in May");
}

TEST(Antecedent, IsTheRelativeAsTheSpeakerWouldSay) {
  EXPECT_EQ(named({{"Ravi", "and your sister?"}, {"Cas", "she moved to Ghent"}}), "my sister moved to Ghent");
  EXPECT_EQ(named({{"Ravi", "my brother got a job"}, {"Cas", "so he starts in May?"}}),
            "so Ravi's brother starts in May?");
  EXPECT_EQ(named({{"Ravi", "my son Elias is ill"}, {"Cas", "he was at the party"}}), "Elias was at the party");
}

TEST(Antecedent, IsNotGuessed) {
  for (const auto& [before, text] : {std::pair<const char*, const char*>{"Anna and Ben are here", "he is tall"},
                                     {"were you in Lisbon?", "she liked it"},
                                     {"How's Cas doing?", "she left"},
                                     {"your brother?", "she is well"},
                                     {"How's Silke?", "Marta is fine, she works"},
                                     {"no idea", "he left"}}) {
    EXPECT_EQ(named({{"Ravi", before}, {"Cas", text}}), text) << before;
  }
}

TEST(Antecedent, BecomesASourceOfWhatIsKept) {
  ingest_testing::Profile profile;
  profile.ingest("s", {say("How's Silke doing?", "2026-03-02T09:00:00Z", Role::kUser, "Ravi"),
                       say("She works at the aquarium in Bremen since January.", "2026-03-02T09:01:00Z",
                           Role::kAssistant, "Cas")});
  const Memory* memory = profile.find("Silke works at the aquarium");
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(memory->sources.size(), 2U);
}

}  // namespace
}  // namespace holdfast::memory
