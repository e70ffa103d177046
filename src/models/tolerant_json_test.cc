#include "models/tolerant_json.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace holdfast::models {
namespace {

namespace json = boost::json;

json::value strictly(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  return json::parse(text, {}, options);
}

// What a text reads to, as JSON; "" when there is nothing in it.
std::string reads(std::string_view text) {
  const auto found = read_tolerantly(text);
  return found ? json::serialize(found->value) : "";
}

std::string cut(std::string_view text) {
  const auto found = read_tolerantly(text);
  EXPECT_TRUE(found && found->cut_off && !found->strict && !found->garbled) << text;
  return found ? json::serialize(found->value) : "";
}

TEST(TolerantJson, JsonReadsToWhatItIs) {
  for (const std::string_view text :
       {R"({})", R"([])", R"( {"a": [1, -2.5e3, 0.1, 18446744073709551615, true, false, null], "b": {"c": ""}} )",
        R"({"text": "a \"quoted\" word, \\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00 é 😀"})", "[\"a\" \t, \n \"b\"\n,\"c\"]",
        R"(["{\"a\": 1}", "[", "}"])", R"({"a" : "it's // no comment # nor /* this */"})"}) {
    const auto found = read_tolerantly(text);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->value, strictly(text)) << text;
    EXPECT_TRUE(found->strict) << text;
    EXPECT_FALSE(found->cut_off) << text;
  }
}

TEST(TolerantJson, IsFoundInWhatIsAroundIt) {
  EXPECT_EQ(reads("Sure! Here it is:\n\n{\"a\": 1}\n\nLet me know if you need {anything} else."), R"({"a":1})");
  EXPECT_EQ(reads("```json\n{\"a\": [1, 2]}\n```"), R"({"a":[1,2]})");
  EXPECT_EQ(reads("As asked [see 1], with {braces} and [1]:\n```\n{\"a\": [1, 2]}\n```\nI left out small talk."),
            R"({"a":[1,2]})");
  EXPECT_EQ(reads("\xEF\xBB\xBF{\"a\": 1}"), R"({"a":1})");
  EXPECT_EQ(reads(R"("{\"a\": [\"b\"]}")"), R"({"a":["b"]})") << "JSON in a JSON string";
  EXPECT_EQ(reads(R"({"small": 1} and {"items": ["the", "larger", "one"]} and {"small": 2})"),
            R"({"items":["the","larger","one"]})");
}

TEST(TolerantJson, NothingIsNoJson) {
  for (const std::string_view text : {"", " \n", "```json", "```json\n```", "I'm sorry, but I can't help with that.",
                                      "true", "12", "\"text\"", "a {braced} remark"}) {
    const auto found = read_tolerantly(text);
    ASSERT_FALSE(found) << text;
    EXPECT_EQ(found.error().code, Code::kInvalid);
  }
}

TEST(TolerantJson, IsWrittenAsPeopleDo) {
  const auto loosely = [](std::string_view text) {
    const auto found = read_tolerantly(text);
    EXPECT_TRUE(found && !found->strict && !found->cut_off) << text;
    return found ? json::serialize(found->value) : "";
  };
  EXPECT_EQ(loosely(R"({"a": [1, 2,], "b": {"c": 3,},})"), R"({"a":[1,2],"b":{"c":3}})");
  EXPECT_EQ(loosely("// result\n{a: 'it\\'s', $b_1: \"x\", /* no more */ 'c d': None} # end"),
            R"({"a":"it's","$b_1":"x","c d":null})");
  EXPECT_EQ(loosely(R"([{"a": 1} {"a": 2}])"), R"([{"a":1},{"a":2}])");
  EXPECT_EQ(loosely("{\"a\": 1\n \"b\": True}"), R"({"a":1,"b":true})");
  EXPECT_EQ(loosely("[\"two\nlines\"]"), R"(["two\nlines"])");
  EXPECT_EQ(loosely(R"([+1, .5, 1., 007, 1_000, NaN, -Infinity, undefined])"), "[1,5E-1,1E0,7,1000,null,null,null]");
  EXPECT_EQ(loosely(R"({"said": "she said "yes" to him", "then": 1})"),
            R"({"said":"she said \"yes\" to him","then":1})");
  EXPECT_EQ(loosely(R"(['don't go'])"), R"(["don't go"])");
  EXPECT_EQ(loosely(R"(["C:\dir \$5"])"), R"(["C:\\dir $5"])");
  EXPECT_EQ(loosely("[\"\xFF\", \"\\ud800\"]"), "[\"\uFFFD\",\"\uFFFD\"]");
}

TEST(TolerantJson, OfRepeatedKeysTheFirstStays) { EXPECT_EQ(reads(R"({"a": 1, "a": 2, "b": 3})"), R"({"a":1,"b":3})"); }

TEST(TolerantJson, WhatBrokeOffKeepsItsWholeItems) {
  EXPECT_EQ(cut(R"({"items": [{"a": 1, "b": "x"}, {"a": 2, "b")"), R"({"items":[{"a":1,"b":"x"}]})");
  EXPECT_EQ(cut(R"({"items": [{"a": 1}, {"a": 2})"), R"({"items":[{"a":1},{"a":2}]})");
  EXPECT_EQ(cut(R"([["a", "b"], ["c", "d)"), R"([["a","b"]])");
  EXPECT_EQ(cut(R"({"a": {"b": 1, "c": [2, 3)"), R"({"a":{"b":1,"c":[2]}})") << "3 might have been 30";
  EXPECT_EQ(cut(R"({"a": 1, "b": "half a te)"), R"({"a":1})");
  EXPECT_EQ(cut(R"({"a": 1, "b": tr)"), R"({"a":1})");
  EXPECT_EQ(cut(R"({"a": 1, "b": "\u00)"), R"({"a":1})");
  EXPECT_EQ(cut("```json\n{\"a\": [1, 2,\n```"), R"({"a":[1,2]})");
  EXPECT_EQ(cut("{"), "{}");
}

TEST(TolerantJson, EveryBeginningOfJsonIsReadWithoutInventingAnything) {
  const std::string whole = R"({"items":[{"t":"a \"b\" é","n":[1,2.5,true]},{"t":"c","n":null}],"more":{"x":[[]]}})";
  const json::array all = strictly(whole).at("items").as_array();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto found = read_tolerantly(std::string_view(whole).substr(0, size));
    ASSERT_TRUE(found) << size;
    EXPECT_TRUE(found->cut_off) << size;
    const json::value* items = found->value.as_object().if_contains("items");
    if (items == nullptr) continue;
    ASSERT_LE(items->as_array().size(), all.size());
    for (std::size_t i = 0; i < items->as_array().size(); ++i) EXPECT_EQ(items->as_array()[i], all[i]) << size;
  }
}

TEST(TolerantJson, WhatIsGarbledKeepsWhatIsBefore) {
  const auto found = read_tolerantly(R"({"items": [{"a": 1}, {"a": 2}, and so on and so on])");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->garbled && found->cut_off && !found->strict);
  EXPECT_EQ(json::serialize(found->value), R"({"items":[{"a":1},{"a":2}]})");
}

TEST(TolerantJson, GoesNoDeeperThan64Levels) {
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  EXPECT_TRUE(read_tolerantly(deep)->strict);
  const auto deeper = read_tolerantly("[" + deep + "]");
  ASSERT_TRUE(deeper);
  EXPECT_FALSE(deeper->strict);
}

TEST(TolerantJson, TakesTimeInProportionToTheText) {
  // Each bracket is a beginning that comes to nothing, most of them far away.
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += R"(["[//)";
  text += "\n";
  for (int i = 0; i < 200'000; ++i) text += "1,";
  text += "!";
  const auto began = std::chrono::steady_clock::now();
  (void)read_tolerantly(text);
  (void)read_tolerantly(std::string(600'000, '['));
  (void)read_tolerantly(std::string(600'000, '{'));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

}  // namespace
}  // namespace holdfast::models
