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
  EXPECT_THAT(units("I cooked pho on Sunday. [shares a photo: a bowl of soup]"), ElementsAre(HasSubstr("a bowl of soup")));
}

TEST(Units, WhatGoesOnInAnItemKeepsItsLabel) {
  const std::vector<std::string> found =
      units("Steering 10 Feb\n- self-hosted: two of the three customers complained about the end of support in writing. "
            "Decision: the end date moves to 31 Dec 2026, because of their notice periods\n- data room: opened to bidders "
            "on the 6th, all eleven of them have signed by now");
  ASSERT_GE(found.size(), 3U);
  for (const std::string& unit : found)
    if (unit.find("31 Dec") != std::string::npos) EXPECT_THAT(unit, HasSubstr("self-hosted: "));
}

}  // namespace
}  // namespace holdfast::memory
