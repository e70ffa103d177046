#include "memory/ingest/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> units(std::string_view body) {
  std::vector<std::string> texts;
  for (const Unit& unit : units_of(body).units) texts.push_back(unit.text);
  return texts;
}

TEST(Units, AStatementMayLookLikeAQuestion) {
  EXPECT_THAT(units("So do my boys. Chidi is 13 now."), ElementsAre("So do my boys. Chidi is 13 now."));
  EXPECT_THAT(units("Did the Wicklow 140 on thursday with the crew."), ElementsAre(HasSubstr("Wicklow 140")));
  EXPECT_THAT(units("I told her in march, she was fine?!"), ElementsAre(HasSubstr("told her in march")));
  EXPECT_THAT(units("I come on the 23rd and stay till the 28th, ok?"),
              ElementsAre("I come on the 23rd and stay till the 28th"));
  EXPECT_THAT(units("The brake is fine, your guy (Hamid?) did it in five minutes."), ElementsAre(HasSubstr("Hamid")));
}

TEST(Units, WhatIsToldBeforeAQuestionStays) {
  EXPECT_THAT(units("I've been using Reaper on a 2019 MacBook and the export is slow, is there a way to speed it up?"),
              ElementsAre("I've been using Reaper on a 2019 MacBook and the export is slow"));
}

TEST(Units, AnswersToAdviceAndCalculationsTellNothing) {
  for (const char* text : {"I'll make sure to keep it short.", "I will definitely try that approach.",
                           "Getting tips on networking would be great.", "I want to make sure it works well.",
                           "So 0.9 * 0.01 + 0.05 * 0.99 = 0.0585 is what I get."})
    EXPECT_THAT(units(text), IsEmpty()) << text;
  EXPECT_THAT(units("I'll make the dentist appointment for Tilda on Monday."), ElementsAre(HasSubstr("dentist")));
}

TEST(Units, APlanOfAMachinePastedBackIsLeftOut) {
  EXPECT_THAT(
      units("We start in May with two developers.\n**Goals**\n- **Speed:** cut the build time\n- **Quality:** add "
            "tests\n- **Team:** hire one more"),
      ElementsAre("We start in May with two developers."));
}

TEST(Units, AQuestionIsNone) {
  EXPECT_THAT(units("did the tests pass"), IsEmpty());
  EXPECT_THAT(units("Is the port 8080, right?"), IsEmpty());
  EXPECT_THAT(units("were you there?!"), IsEmpty());
}

TEST(Units, ANameInQuotationMarksStaysWithWhatItNames) {
  EXPECT_THAT(units("I'm streaming again on Fridays at 8. \"dimkaplays\". 41 followers so far"),
              ElementsAre(HasSubstr("dimkaplays")));
}

TEST(Units, ARemarkInBracketsTellsOnlyBesideSomething) {
  EXPECT_THAT(units("Wow! [shares a photo: a bowl of soup]"), IsEmpty());
  EXPECT_THAT(units("I cooked pho on Sunday. [shares a photo: a bowl of soup]"),
              ElementsAre(HasSubstr("a bowl of soup")));
}

TEST(Units, WhatGoesOnInAnItemKeepsItsLabel) {
  const std::vector<std::string> found = units(
      "Steering 10 Feb\n- self-hosted: two of the three customers complained about the end of support in writing. "
      "Decision: the end date moves to 31 Dec 2026, because of their notice periods\n- data room: opened to bidders "
      "on the 6th, all eleven of them have signed by now");
  ASSERT_GE(found.size(), 3U);
  for (const std::string& unit : found)
    if (unit.find("31 Dec") != std::string::npos) EXPECT_THAT(unit, HasSubstr("self-hosted: "));
}

}  // namespace
}  // namespace holdfast::memory
