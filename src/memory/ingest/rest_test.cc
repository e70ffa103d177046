#include "memory/ingest/rest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "memory/ingest/comparable.h"

namespace holdfast::memory {
namespace {

std::string rest(const std::string& content, const std::string& gone) {
  Memory memory;
  memory.content = content;
  const Comparable older = make_comparable(memory);
  std::vector<std::size_t> parts;
  for (std::size_t i = 0; i < older.parts.size(); ++i)
    if (older.parts[i].text.find(gone) != std::string::npos) parts.push_back(i);
  EXPECT_FALSE(parts.empty()) << "no part of its own: " << gone;
  return rest_of(older, parts);
}

TEST(Rest, IsWhatElseWasSaid) {
  EXPECT_EQ(rest("The demo is on Friday in room H2, and the budget is 300 euros for snacks", "demo"),
            "the budget is 300 euros for snacks");
}

TEST(Rest, OfAListNoNumberStaysBehindAlone) {
  EXPECT_EQ(rest("The sides of the triangle are 13, 14. We need to find the altitude of the other triangle", "are 13"),
            "We need to find the altitude of the other triangle");
}

TEST(Rest, IsNothingWhereOnlyAWordIsLeft) { EXPECT_EQ(rest("The demo is on Friday in room H2, all fine", "demo"), ""); }

}  // namespace
}  // namespace holdfast::memory
