#include "models/schema_fit.h"

#include <gtest/gtest.h>

#include <string_view>

namespace holdfast::models {
namespace {

bool fits(std::string_view value, std::string_view schema) {
  return fits_schema(boost::json::parse(value), boost::json::parse(schema));
}

TEST(SchemaFit, TypesNamesAndItems) {
  constexpr std::string_view kList =
      R"({"type":"object","required":["items"],"properties":{"items":{"type":"array","items":
      {"type":"object","required":["kind"],"properties":{"kind":{"enum":["fact","event"]},"n":{"type":["integer","null"]}}}}}})";
  EXPECT_TRUE(fits(R"({"items":[]})", kList));
  EXPECT_TRUE(fits(R"({"items":[{"kind":"fact","n":2},{"kind":"event","n":null,"more":1}]})", kList));
  EXPECT_FALSE(fits(R"([])", kList));
  EXPECT_FALSE(fits(R"({"things":[]})", kList));
  EXPECT_FALSE(fits(R"({"items":{}})", kList));
  EXPECT_FALSE(fits(R"({"items":[{"kind":"rumour"}]})", kList));
  EXPECT_FALSE(fits(R"({"items":[{"kind":"fact"},{"n":1}]})", kList));
  EXPECT_FALSE(fits(R"({"items":[{"kind":"fact","n":1.5}]})", kList));
}

TEST(SchemaFit, EitherOf) {
  EXPECT_TRUE(fits(R"("a")", R"({"anyOf":[{"type":"null"},{"type":"string"}]})"));
  EXPECT_FALSE(fits("1", R"({"anyOf":[{"type":"null"},{"type":"string"}]})"));
}

TEST(SchemaFit, WhatItDoesNotKnowHolds) { EXPECT_TRUE(fits("1", R"({"multipleOf":2,"type":"number"})")); }

}  // namespace
}  // namespace holdfast::models
