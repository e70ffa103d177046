#include "memory/ingest/unit_cues.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/time.h"
#include "memory/ingest/keep.h"
#include "memory/ingest/surroundings.h"
#include "memory/ingest/type.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kDay = "2026-03-02T09:00:00Z";

double value_of(const CueRow& row, std::string_view name) {
  const auto at = std::ranges::find(row.names(), name);
  EXPECT_NE(at, row.names().end()) << name;
  return at == row.names().end()
             ? -1
             : static_cast<double>(row.values()[static_cast<std::size_t>(at - row.names().begin())]);
}

CueRow cues_of(std::string_view said) {
  const MessageUnits units = units_of(said);
  EXPECT_EQ(units.units.size(), 1U) << said;
  return unit_cues(units.units.at(0), *parse_iso(kDay));
}

TEST(UnitCues, SeesWhenItIs) {
  const CueRow ahead = cues_of("The office moves to Porto on 4 May.");
  EXPECT_EQ(value_of(ahead, "dated"), 1);
  EXPECT_EQ(value_of(ahead, "future_date"), 1);
  EXPECT_EQ(value_of(ahead, "past_date"), 0);
  const CueRow gone = cues_of("We moved the office to Porto on 4 January.");
  EXPECT_EQ(value_of(gone, "past_date"), 1);
  EXPECT_EQ(value_of(gone, "future_date"), 0);
  EXPECT_EQ(value_of(cues_of("The office of the company is in Porto."), "dated"), 0);
}

TEST(UnitCues, SeesShapeAndObligation) {
  const CueRow row = cues_of("every release must have a changelog (see docs), because people read it");
  EXPECT_EQ(value_of(row, "begins_lower"), 1);
  EXPECT_EQ(value_of(row, "obligation"), 1);
  EXPECT_EQ(value_of(row, "bracket"), 1);
  EXPECT_EQ(value_of(row, "reason"), 1);
  EXPECT_EQ(value_of(row, "under_50"), 0);
}

TEST(UnitCues, HaveEveryCueThatTheHeadsWeigh) {
  CueRow row = cues_of("The office of the company is in Porto.");
  add_cues(Surroundings{}, row);
  EXPECT_TRUE(type_head().unknown_cues(row).empty());
  EXPECT_TRUE(type_vector_head().unknown_cues(row).empty());
  EXPECT_TRUE(keep_head().unknown_cues(row).empty());
  EXPECT_TRUE(keep_vector_head().unknown_cues(row).empty());
  const std::set<std::string_view> names(row.names().begin(), row.names().end());
  EXPECT_EQ(names.size(), row.names().size());
}

}  // namespace
}  // namespace holdfast::memory
