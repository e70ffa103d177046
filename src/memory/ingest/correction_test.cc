#include "memory/ingest/correction.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

Memory said(std::string content, std::int64_t position, std::string session = "s1", std::string name = "") {
  Memory memory;
  memory.content = std::move(content);
  memory.created_at = ingest_testing::at("2026-03-02") + position * 60'000;
  memory.position = position;
  memory.session_id = std::move(session);
  memory.name = std::move(name);
  return memory;
}

bool corrects(const Memory& before, const Memory& now) {
  const Comparable newer = make_comparable(now);
  return begins_as_correction(newer) && corrected_part(newer, make_comparable(before)).has_value();
}

TEST(Correction, TakesBackAValueSaidAMomentBefore) {
  EXPECT_TRUE(corrects(said("The shop runs on Laravel 11 and PHP 8.3", 0), said("no wait, I meant 8.2", 2)));
  EXPECT_TRUE(corrects(said("The demo is on Thursday at 3pm", 0), said("Sorry, 4pm not 3pm", 2)));
  EXPECT_TRUE(corrects(said("The rent for the studio is 640 a month", 0), said("not 640, 680", 2)));
  EXPECT_TRUE(corrects(said("Use port 8080 for the admin service", 0), said("wait no, 8081", 1)));
  EXPECT_TRUE(corrects(said("The deadline on May 3 (2026-05-03) stands", 0, "s1", "Nadia"),
                       said("Nadia: oops, May 13 (2026-05-13) it is", 2, "s1", "Nadia")));
}

TEST(Correction, OfThePartThatSaysTheValue) {
  const Memory before = said("We have 14 people in the team, and the demo is on Friday", 0);
  const Memory now = said("Correction: 16", 2);
  const Comparable older = make_comparable(before);
  const auto part = corrected_part(make_comparable(now), older);
  ASSERT_TRUE(part);
  EXPECT_NE(older.parts[*part].text.find("14"), std::string::npos);
}

TEST(Correction, NotOfWhatAnotherSaidNorLongBeforeNorElsewhere) {
  const Memory now = said("no wait, 8.2", 6, "s1", "Ben");
  EXPECT_FALSE(corrects(said("We run on PHP 8.3", 4, "s1", "Anna"), now));
  EXPECT_FALSE(corrects(said("We run on PHP 8.3", 0, "s1", "Ben"), now));
  EXPECT_FALSE(corrects(said("We run on PHP 8.3", 4, "s2", "Ben"), now));
}

TEST(Correction, NotByAValueOfAnotherSortNorWithoutTakingBack) {
  EXPECT_FALSE(corrects(said("The meeting is at 10:00", 0), said("Sorry, the budget is 300 euros", 2)));
  EXPECT_FALSE(corrects(said("The API listens on port 8080", 0), said("The proxy listens on port 8081", 2)));
}

}  // namespace
}  // namespace holdfast::memory
