#include "dev/dialogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace holdfast::dev {
namespace {

TEST(Dialogue, SaysTheSameForTheSameSeed) {
  const Session a = Dialogue(7).session(3);
  const Session b = Dialogue(7).session(3);
  const Session c = Dialogue(8).session(3);
  ASSERT_EQ(a.lines.size(), 50u);
  EXPECT_EQ(a.lines[17].text, b.lines[17].text);
  EXPECT_NE(a.lines[17].text, c.lines[17].text);
  EXPECT_EQ(Dialogue(7).question(3), Dialogue(7).question(3));
}

TEST(Dialogue, LeavesNoSlotOpenAndHasAChatsLength) {
  const Dialogue dialogue(1);
  std::size_t words = 0;
  std::set<std::string> texts;
  for (std::size_t number = 0; number < 40; ++number) {
    EXPECT_EQ(dialogue.question(number).find('{'), std::string::npos);
    for (const Line& line : dialogue.session(number).lines) {
      EXPECT_EQ(line.text.find_first_of("{}"), std::string::npos) << line.text;
      words += 1 + static_cast<std::size_t>(std::ranges::count(line.text, ' '));
      texts.insert(line.text);
    }
  }
  EXPECT_GE(words, 2000u * 22);
  EXPECT_LE(words, 2000u * 30);
  EXPECT_GE(texts.size(), 1990u);
}

TEST(Dialogue, SpeakersTakeTurnsAndTimeGoesOn) {
  const Session session = Dialogue(1).session(0, 10);
  ASSERT_EQ(session.lines.size(), 10u);
  for (std::size_t i = 1; i < session.lines.size(); ++i) {
    EXPECT_NE(session.lines[i].name, session.lines[i - 1].name);
    EXPECT_NE(session.lines[i].first, session.lines[i - 1].first);
    EXPECT_GT(session.lines[i].time, session.lines[i - 1].time);
  }
}

}  // namespace
}  // namespace holdfast::dev
