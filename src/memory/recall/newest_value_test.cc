#include "memory/recall/newest_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using testing::ask;
using testing::at;
using ::testing::ElementsAre;

RecallCandidate said(const std::string& content, const std::string& when, double score) {
  RecallCandidate candidate;
  candidate.kind = RecallCandidate::Kind::kMessage;
  candidate.content = content;
  candidate.time = at(when);
  candidate.score = score;
  return candidate;
}

std::vector<std::string> in_order(const std::string& question, std::vector<RecallCandidate> candidates) {
  AnalysedQuery query = ask(question);
  put_newest_first(query, candidates);
  std::vector<std::string> contents;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    contents.push_back(candidates[i].content);
    if (i > 0) EXPECT_LE(candidates[i].score, candidates[i - 1].score);
  }
  return contents;
}

const std::string kFirst = "Our choir has 24 singers in the spring concert";
const std::string kOther = "The concert hall in Ghent has a lovely organ";
const std::string kLater = "By the way, the number of singers has now gone up to 31";

TEST(NewestValue, GoesBeforeTheOneItTookThePlaceOf) {
  EXPECT_THAT(in_order("How many singers are in the choir for the spring concert?",
                       {said(kFirst, "2026-01-10T10:00:00Z", .9), said(kOther, "2026-01-12T10:00:00Z", .8),
                        said(kLater, "2026-03-01T10:00:00Z", .7)}),
              ElementsAre(kLater, kFirst, kOther));
}

TEST(NewestValue, StaysWhereTheEarlierOneWasFoundBehindIt) {
  EXPECT_THAT(in_order("How many singers are in the choir?",
                       {said(kLater, "2026-03-01T10:00:00Z", .9), said(kFirst, "2026-01-10T10:00:00Z", .8)}),
              ElementsAre(kLater, kFirst));
}

TEST(NewestValue, NotForQuestionsAboutThePastOrWithoutAFormOfTheirOwn) {
  const std::vector<RecallCandidate> found = {said(kFirst, "2026-01-10T10:00:00Z", .9),
                                              said(kLater, "2026-03-01T10:00:00Z", .7)};
  EXPECT_THAT(in_order("How many singers did the choir have originally?", found), ElementsAre(kFirst, kLater));
  EXPECT_THAT(in_order("What about the singers of the choir?", found), ElementsAre(kFirst, kLater));
}

TEST(NewestValue, NumbersOfOtherThingsAreNoNewValue) {
  const std::string rooms = "The choir now has 3 rooms to rehearse in, and the singers are happy";
  EXPECT_THAT(in_order("How many singers are in the choir?",
                       {said(kFirst, "2026-01-10T10:00:00Z", .9), said(rooms, "2026-03-01T10:00:00Z", .7)}),
              ElementsAre(kFirst, rooms));
}

TEST(NewestValue, TheSameValueAgainIsNone) {
  const std::string again = "Still 24 singers in the choir for the spring concert";
  EXPECT_THAT(in_order("How many singers are in the choir for the spring concert?",
                       {said(kFirst, "2026-01-10T10:00:00Z", .9), said(again, "2026-03-01T10:00:00Z", .7)}),
              ElementsAre(kFirst, again));
}

TEST(NewestValue, ADateThatWasMoved) {
  const std::string first = "The deadline of the grant report is April 1, 2026";
  const std::string moved = "They moved the deadline to April 15, 2026";
  EXPECT_THAT(in_order("When is the deadline of the grant report?",
                       {said(first, "2026-01-10T10:00:00Z", .9), said(moved, "2026-03-01T10:00:00Z", .7)}),
              ElementsAre(moved, first));
}

}  // namespace
}  // namespace holdfast::memory
