// What sort of value a question wants, and where texts have one.
#include "memory/recall/asked_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

AskedValue wanted(const std::string& text) {
  const Question question(text);
  return asked_value(question, kind_of(question));
}

std::vector<std::string> values(const std::string& asked, const std::string& text) {
  std::vector<std::string> found;
  for (const FoundValue& value : values_in(text, wanted(asked), testing::ask(asked), testing::at("2026-03-02")))
    found.push_back(text.substr(value.begin, value.end - value.begin));
  return found;
}

TEST(AskedValue, IsToldByTheWording) {
  EXPECT_EQ(wanted("When is the regatta?"), AskedValue::kDate);
  EXPECT_EQ(wanted("What is Mia's birthday?"), AskedValue::kDate);
  EXPECT_EQ(wanted("At what time does the ferry leave?"), AskedValue::kTimeOfDay);
  EXPECT_EQ(wanted("How long did the regatta last?"), AskedValue::kDuration);
  EXPECT_EQ(wanted("How many boats are there?"), AskedValue::kCount);
  EXPECT_EQ(wanted("How old is Mia?"), AskedValue::kAge);
  EXPECT_EQ(wanted("How often does the ferry run?"), AskedValue::kFrequency);
  EXPECT_EQ(wanted("What was the result of the regatta?"), AskedValue::kCount);
  EXPECT_EQ(wanted("On which days is the harbour open?"), AskedValue::kDate);
  EXPECT_EQ(wanted("What did the mast cost?"), AskedValue::kMoney);
  EXPECT_EQ(wanted("How much was paid for the mast?"), AskedValue::kMoney);
  EXPECT_EQ(wanted("Which version of the chart plotter runs?"), AskedValue::kVersion);
  EXPECT_EQ(wanted("What is the phone number of the harbour?"), AskedValue::kPhone);
  EXPECT_EQ(wanted("What is the number of the berth?"), AskedValue::kCount);
  EXPECT_EQ(wanted("Which port does the server listen on?"), AskedValue::kNumber);
  EXPECT_EQ(wanted("What is Mia's e-mail address?"), AskedValue::kEmail);
  EXPECT_EQ(wanted("What is the name of the boat?"), AskedValue::kName);
  EXPECT_EQ(wanted("Who sails the boat?"), AskedValue::kPerson);
  EXPECT_EQ(wanted("Where is the boat?"), AskedValue::kPlace);
  EXPECT_EQ(wanted("Why was the regatta moved?"), AskedValue::kReason);
  EXPECT_EQ(wanted("Which sail do we use?"), AskedValue::kAnything);
}

TEST(AskedValue, IsFoundInText) {
  EXPECT_THAT(values("What did the mast cost?", "The mast was 1,900 EUR on 3 May, after 3 weeks"),
              ElementsAre("1,900 EUR"));
  EXPECT_THAT(values("How many boats are there?", "12 boats, since May 3"), ElementsAre("12"));
  EXPECT_THAT(values("How long did the regatta last?", "It took 3 weeks and 12 boats"), ElementsAre("3 weeks"));
  EXPECT_THAT(values("Who sails the boat?", "We asked Ines Costa to sail it"), ElementsAre("Ines Costa"));
  EXPECT_THAT(values("When is the regatta?", "The regatta is on 2026-05-03"), ElementsAre("2026-05-03"));
  EXPECT_THAT(values("Why was it moved?", "It was moved because of the storm"), ElementsAre("because"));
  EXPECT_THAT(values("What is Mia's e-mail address?", "write to mia@sail.example"), ElementsAre("mia@sail.example"));
}

TEST(AskedValue, AnAgeIsNoOtherNumber) {
  EXPECT_THAT(values("How old is Mia?", "Mia turned 9, lives at Quay 18, berth 40"), ElementsAre("9"));
  EXPECT_THAT(values("How old is Mia?", "the crew: Ines (14) and me"), ElementsAre("14"));
  EXPECT_THAT(values("How old is Mia?", "and she's 7 since sunday"), ElementsAre("7"));
  EXPECT_THAT(values("How old is Mia?", "Mia moved to Quay 18"), IsEmpty());
}

TEST(AskedValue, NumbersToDialHaveSixDigitsOrMore) {
  EXPECT_THAT(
      values("What is the phone number of the harbour?", "berth 40, 7200 euros; call 040 / 55 81-02 on 2026-03-14"),
      ElementsAre("040 / 55 81-02"));
  EXPECT_THAT(values("What is the gate code?", "the gate code changes on 2026-03-14"), IsEmpty());
  EXPECT_THAT(values("What is the gate code?", "gate code is B4471"), ElementsAre("B4471"));
}

TEST(AskedValue, WhatTheQuestionSaysItselfIsNoValue) {
  EXPECT_THAT(values("Who sails with Ines?", "The boat of Ines is red"), IsEmpty());
  EXPECT_THAT(values("How many of the 12 boats are there?", "there were 12 boats"), IsEmpty());
  EXPECT_THAT(values("Which sail do we use?", "Ines uses 12 of them"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
