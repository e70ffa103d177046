#include "api/read_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>

#include "api/limits.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

template <typename T>
std::string pointer_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  if (result) return "no error";
  EXPECT_EQ(result.error().code, Code::kInvalid);
  return result.error().pointer;
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(ParseJsonTest, ReadsValuesAndKeepsTheLastOfRepeatedKeys) {
  EXPECT_EQ(parse_json(R"( {"a": [1, "é", null]} )").value(), json::parse(R"({"a":[1,"é",null]})"));
  EXPECT_EQ(parse_json_object(R"({"a":1,"a":2})").value().at("a"), 2);
}

TEST(ParseJsonTest, RefusesWhatIsNotJson) {
  for (const char* text : {"", " ", "{", "{}x", "{'a':1}", R"({"a":1,})", "// c\n{}", "nul", "[1 2]", R"("\x")",
                           R"("\ud800")", "\xef\xbb\xbf{}", "NaN", "[01]"})
    EXPECT_EQ(pointer_of(parse_json(text)), "") << text;
}

TEST(ParseJsonTest, RefusesInvalidUtf8) {
  for (const char* text : {"\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "{\"\xff\":1}"})
    EXPECT_EQ(pointer_of(parse_json(text)), "") << text;
}

TEST(ParseJsonTest, BoundsTheDepth) {
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)));
  const auto deep = parse_json(nested(kMaxJsonDepth + 1));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Code::kInvalid);
  EXPECT_NE(deep.error().message.find("nested"), std::string::npos);
  EXPECT_FALSE(parse_json(std::string(100'000, '[')));
}

TEST(ParseJsonTest, ABodyIsAnObject) {
  for (const char* text : {"[]", "null", "1", R"("a")"}) EXPECT_EQ(pointer_of(parse_json_object(text)), "") << text;
}

class FieldsTest : public ::testing::Test {
 protected:
  const json::object object = json::parse(R"({"text":"héé","null":null,"yes":true,"number":-7,"half":0.5,
      "huge":9223372036854775808,"time":"2026-04-21","list":["a","b"],"mixed":["a",1],"object":{}})")
                                  .as_object();
  const Fields fields{object, "/messages/3"};
};

TEST_F(FieldsTest, TextIsMeasuredInBytes) {
  EXPECT_EQ(fields.text("text", 5, 5).value(), "héé");
  EXPECT_EQ(pointer_of(fields.text("text", 1, 4)), "/messages/3/text");
  EXPECT_EQ(pointer_of(fields.text("text", 6, 9)), "/messages/3/text");
}

TEST_F(FieldsTest, AbsentAndNullAreTheSame) {
  for (const char* name : {"null", "absent"}) {
    EXPECT_EQ(pointer_of(fields.text(name, 0, 9)), std::string("/messages/3/") + name);
    EXPECT_EQ(fields.optional_text(name, 1, 9).value(), std::nullopt);
    EXPECT_TRUE(fields.boolean(name, true).value());
    EXPECT_FALSE(fields.boolean(name, false).value());
    EXPECT_EQ(fields.optional_time(name).value(), std::nullopt);
    EXPECT_TRUE(fields.texts(name).value().empty());
    EXPECT_EQ(pointer_of(fields.array(name)), std::string("/messages/3/") + name);
    EXPECT_EQ(pointer_of(fields.integer(name)), std::string("/messages/3/") + name);
  }
}

TEST_F(FieldsTest, ReadsEachKind) {
  EXPECT_TRUE(fields.boolean("yes", false).value());
  EXPECT_EQ(fields.integer("number").value(), -7);
  EXPECT_EQ(fields.optional_time("time").value(), parse_iso("2026-04-21").value());
  EXPECT_EQ(fields.array("list").value()->size(), 2U);
  EXPECT_EQ(fields.texts("list").value(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(FieldsTest, RefusesTheWrongKind) {
  EXPECT_EQ(pointer_of(fields.text("number", 0, 9)), "/messages/3/number");
  EXPECT_EQ(pointer_of(fields.boolean("number", false)), "/messages/3/number");
  EXPECT_EQ(pointer_of(fields.boolean("text", false)), "/messages/3/text");
  EXPECT_EQ(pointer_of(fields.integer("half")), "/messages/3/half");
  EXPECT_EQ(pointer_of(fields.integer("huge")), "/messages/3/huge");
  EXPECT_EQ(pointer_of(fields.integer("text")), "/messages/3/text");
  EXPECT_EQ(pointer_of(fields.optional_time("text")), "/messages/3/text");
  EXPECT_EQ(pointer_of(fields.optional_time("number")), "/messages/3/number");
  EXPECT_EQ(pointer_of(fields.array("object")), "/messages/3/object");
  EXPECT_EQ(pointer_of(fields.texts("mixed")), "/messages/3/mixed");
  EXPECT_EQ(pointer_of(fields.texts("text")), "/messages/3/text");
}

TEST(NamesTest, FollowTheContract) {
  for (const std::string& name : {std::string("a"), std::string("0"), std::string("a-b"), std::string("a--b"),
                                  std::string(kMaxNamespaceName, 'x')}) {
    EXPECT_EQ(namespace_name(name, "/name").value(), name);
    EXPECT_EQ(profile_name(name, "/name").value(), name);
  }
  for (const std::string& name :
       {std::string(), std::string("-a"), std::string("a-"), std::string("A"), std::string("a_b"), std::string("a b"),
        std::string("é"), std::string("a\n"), std::string("a\0b", 3), std::string("..")}) {
    EXPECT_EQ(pointer_of(namespace_name(name, "/name")), "/name") << name;
    EXPECT_EQ(pointer_of(profile_name(name, "/profile")), "/profile") << name;
  }
  EXPECT_FALSE(namespace_name(std::string(kMaxNamespaceName + 1, 'x'), "/name"));
  EXPECT_TRUE(profile_name(std::string(kMaxProfileName, 'x'), "/profile"));
  EXPECT_FALSE(profile_name(std::string(kMaxProfileName + 1, 'x'), "/profile"));
}

TEST(SessionIdTest, CountsCharacters) {
  std::string most;
  for (std::size_t i = 0; i < kMaxSessionId; ++i) most += "é";
  EXPECT_EQ(session_id(most, "/sessionId").value(), most);
  EXPECT_EQ(pointer_of(session_id(most + "x", "/sessionId")), "/sessionId");
  EXPECT_EQ(session_id("a/b ../?", "/sessionId").value(), "a/b ../?");
  for (const std::string& text : {std::string(), std::string("a\nb"), std::string("\0", 1), std::string("\xff")})
    EXPECT_EQ(pointer_of(session_id(text, "/sessionId")), "/sessionId");
}

TEST(IdTest, IsExactlyWhatIsWritten) {
  EXPECT_EQ(id("01KPR2M8R0F4Q6YV9T3W5X7Z1B", "/id").value().to_string(), "01KPR2M8R0F4Q6YV9T3W5X7Z1B");
  for (const char* text : {"", "01kpr2m8r0f4q6yv9t3w5x7z1b", "01KPR2M8R0F4Q6YV9T3W5X7Z1", "01KPR2M8R0F4Q6YV9T3W5X7Z1BB",
                           "81KPR2M8R0F4Q6YV9T3W5X7Z1B", "01KPR2M8R0F4Q6YV9T3W5X7Z1U"})
    EXPECT_EQ(pointer_of(id(text, "/id")), "/id") << text;
}

}  // namespace
}  // namespace holdfast::api
