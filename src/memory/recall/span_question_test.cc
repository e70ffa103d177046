// How questions for a length of time are read.
#include "memory/recall/span_question.h"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

using Shape = SpanQuestion::Shape;

SpanQuestion read(const std::string& text) { return span_question(Question(text)); }

TEST(SpanQuestion, TwoThings) {
  for (const char* const text :
       {"How many days passed between the keel and the mast?", "How long was it from the keel to the mast?",
        "How many days after the keel was the mast?"}) {
    const SpanQuestion asked = read(text);
    EXPECT_EQ(asked.shape, Shape::kBetween) << text;
    EXPECT_EQ(asked.first, "the keel") << text;
    EXPECT_EQ(asked.second, "the mast") << text;
  }
  const SpanQuestion turned = read("How long did it take to varnish the hull after the keel?");
  EXPECT_EQ(turned.first, "the keel");
  EXPECT_EQ(turned.second, "it take to varnish the hull");
}

TEST(SpanQuestion, WhatIsSaidOnceOfBoth) {
  const SpanQuestion repairs = read("How many days were between the repairs of the barge and the tug?");
  EXPECT_EQ(repairs.first, "the repairs of the barge");
  EXPECT_EQ(repairs.second, "the repairs of the tug");
  const SpanQuestion regattas = read("How long is it from Kiel to Cowes regatta?");
  EXPECT_EQ(regattas.first, "Kiel regatta");
  EXPECT_EQ(regattas.second, "Cowes regatta");
  EXPECT_EQ(read("How many days did the visit last, from arrival to departure?").about,
            "How many days did the visit last");
}

TEST(SpanQuestion, OneThing) {
  EXPECT_EQ(read("How many days lay between the two regattas?").shape, Shape::kPair);
  EXPECT_EQ(read("How many days lay between the two regattas?").first, "regattas");
  EXPECT_EQ(read("By how many weeks did the launch slip?").shape, Shape::kMoved);
  EXPECT_EQ(read("By how many weeks did the launch slip?").first, "the launch");
  EXPECT_EQ(read("How many days late was the survey?").shape, Shape::kLate);
  EXPECT_EQ(read("How many days after its due date was the survey sent?").shape, Shape::kLate);
  EXPECT_EQ(read("How many days after its due date was the survey sent?").first, "the survey sent");
  EXPECT_EQ(read("How old was Mia at her first regatta, in days?").shape, Shape::kAge);
  EXPECT_EQ(read("How old was Mia at her first regatta, in days?").first, "Mia");
  EXPECT_EQ(read("How long is it since the launch?").shape, Shape::kSince);
  EXPECT_EQ(read("How many weeks until the launch?").shape, Shape::kUntil);
  EXPECT_EQ(read("How many days ago was the launch?").shape, Shape::kOpen);
  EXPECT_EQ(read("How long did the launch take?").shape, Shape::kLasted);
}

TEST(SpanQuestion, Nights) {
  EXPECT_EQ(read("How many nights do they stay?").unit, SpanQuestion::Unit::kNights);
  EXPECT_EQ(read("How many days do they stay?").unit, SpanQuestion::Unit::kDays);
}

TEST(SpanQuestion, PronounsAreNoThing) { EXPECT_EQ(read("How long had it been before it was?").shape, Shape::kLasted); }

}  // namespace
}  // namespace holdfast::memory
