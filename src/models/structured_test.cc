#include "models/structured.h"

#include <gtest/gtest.h>

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::models {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// Says what it was told to, one after the other.
class Parrot final : public ChatModel {
 public:
  explicit Parrot(std::deque<Result<ChatReply>> replies) : replies_(std::move(replies)) {}
  Task<Result<ChatReply>> complete(ChatRequest request) const override {
    asked.push_back(std::move(request));
    if (replies_.empty()) co_return fail(Code::kInternal, "asked too often");
    Result<ChatReply> reply = std::move(replies_.front());
    replies_.pop_front();
    co_return reply;
  }
  std::string_view model() const override { return "parrot"; }
  std::size_t context_tokens() const override { return 0; }

  mutable std::vector<ChatRequest> asked;

 private:
  mutable std::deque<Result<ChatReply>> replies_;
};

ChatReply said(std::string text, bool cut_off = false) {
  return {.text = std::move(text),
          .model = "parrot-1",
          .cut_off = cut_off,
          .usage = {.prompt_tokens = 10, .completion_tokens = 5},
          .took_us = 400'000};
}

ChatRequest question() {
  return {.stage = "extract",
          .messages = {{.role = ChatRole::kSystem, .content = "List them."}, {.content = "Ann and Bob."}},
          .schema = ChatSchema{.name = "names", .json = R"({"type":"object","required":["items"]})"}};
}

Result<> has_items(const json::value& value) {
  const json::object* object = value.if_object();
  if (object != nullptr && object->contains("items") && object->at("items").is_array()) return {};
  return fail(Code::kInvalid, "items is missing");
}

Result<StructuredReply> ask(const Parrot& parrot, ChatRequest request = question()) {
  return run_here(ask_structured(parrot, std::move(request), has_items));
}

TEST(Structured, AReplyThatIsAsItShouldBeIsAskedForOnce) {
  const Parrot parrot({said(R"({"items": ["Ann", "Bob"]})")});
  const auto reply = ask(parrot);
  ASSERT_TRUE(reply);
  EXPECT_EQ(json::serialize(reply->value), R"({"items":["Ann","Bob"]})");
  EXPECT_EQ(reply->model, "parrot-1");
  EXPECT_FALSE(reply->repaired || reply->salvaged || reply->remembered);
  EXPECT_EQ(parrot.asked.size(), 1U);
}

TEST(Structured, AnUnusableReplyIsShownToTheModelWithWhatIsWrong) {
  for (const std::string text : {"I'm sorry, but I can't.", R"({"things": ["Ann"]})", "", "```json", "[1]"}) {
    const Parrot parrot({said(text), said(R"({"items": ["Ann"]})")});
    const auto reply = ask(parrot);
    ASSERT_TRUE(reply) << text;
    EXPECT_TRUE(reply->repaired);
    EXPECT_EQ(reply->usage.prompt_tokens, 20);
    ASSERT_EQ(parrot.asked.size(), 2U);
    const std::vector<ChatMessage>& again = parrot.asked[1].messages;
    ASSERT_EQ(again.size(), 4U);
    EXPECT_EQ(again[2].role, ChatRole::kAssistant);
    EXPECT_EQ(again[2].content, text.empty() ? "(nothing)" : text);
    EXPECT_NE(again[3].content.find(text.contains("things") || text == "[1]" ? "items is missing" : "no JSON"),
              std::string::npos)
        << again[3].content;
    EXPECT_NE(again[3].content.find(R"({"type":"object","required":["items"]})"), std::string::npos);
    EXPECT_EQ(parrot.asked[1].schema->name, "names");
  }
}

TEST(Structured, TheSecondUnusableReplyIsTheLast) {
  const Parrot parrot({said("no"), said("no")});
  const auto reply = ask(parrot);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kProviderFailed);
  EXPECT_EQ(reply.error().cause, "unreadable");
  EXPECT_EQ(parrot.asked.size(), 2U);
}

TEST(Structured, WhatIsWholeOfAReplyThatBrokeOffIsTaken) {
  for (const bool told : {true, false}) {
    const Parrot parrot({said(R"({"items": ["Ann", "Bob", "Ca)", told)});
    const auto reply = ask(parrot);
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->salvaged);
    EXPECT_EQ(json::serialize(reply->value), R"({"items":["Ann","Bob"]})");
    EXPECT_EQ(parrot.asked.size(), 1U);
  }
}

TEST(Structured, AReplyThatBrokeOffBeforeItsFirstItemIsAskedForAgainInBrief) {
  const Parrot parrot({said(R"({"items": [{"name": "A very lo)", true), said(R"({"items": []})")});
  const auto reply = ask(parrot);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->repaired);
  EXPECT_FALSE(reply->salvaged);
  EXPECT_NE(parrot.asked[1].messages.back().content.find("broke off"), std::string::npos);
}

TEST(Structured, JsonThatIsWholeIsTakenThoughTheReplyWasCutOff) {
  const Parrot parrot({said("{\"items\": [\"Ann\"]}\nI chose her because", true)});
  const auto reply = ask(parrot);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->salvaged);
}

TEST(Structured, AGarbledReplyIsRepairedAndItsRestTakenWhereThatFails) {
  const std::string garbled = R"({"items": ["Ann", and so on and on, "Bob"]})";
  const Parrot better({said(garbled), said(R"({"items": ["Ann", "Bob"]})")});
  const auto repaired = ask(better);
  ASSERT_TRUE(repaired);
  EXPECT_TRUE(repaired->repaired && !repaired->salvaged);
  EXPECT_EQ(repaired->value.at("items").as_array().size(), 2U);

  const Parrot worse({said(garbled), said("no")});
  const auto rest = ask(worse);
  ASSERT_TRUE(rest);
  EXPECT_TRUE(rest->salvaged && !rest->repaired);
  EXPECT_EQ(json::serialize(rest->value), R"({"items":["Ann"]})");

  const Parrot endless({said(R"({"items": ["Ann", the same again the same again)", true)});
  const auto first = ask(endless);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->salvaged);
  EXPECT_EQ(endless.asked.size(), 1U) << "a model that ran on would run on again";
}

TEST(Structured, ARepairHasWhatIsLeftOfTheBudget) {
  ChatRequest request = question();
  request.budget = milliseconds(1000);
  const Parrot slow({said("no"), said(R"({"items": []})")});
  ASSERT_TRUE(ask(slow, request));
  EXPECT_EQ(slow.asked[1].budget, milliseconds(600));

  request.budget = milliseconds(300);
  const Parrot late({said("no"), said(R"({"items": []})")});
  const auto reply = ask(late, request);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().cause, "unreadable");
  EXPECT_EQ(late.asked.size(), 1U);
}

TEST(Structured, ErrorsOfTheModelAreItsOwnButALongRepairIsNot) {
  const Parrot long_prompt({fail(Code::kTooLarge, "too long")});
  EXPECT_EQ(ask(long_prompt).error().code, Code::kTooLarge);

  const Parrot long_repair({said("no"), fail(Code::kTooLarge, "too long")});
  EXPECT_EQ(ask(long_repair).error().cause, "unreadable");

  const Parrot down({said("no"), fail(Code::kProviderFailed, "down", {}, "unreachable")});
  EXPECT_EQ(ask(down).error().cause, "unreachable");
}

TEST(Structured, IsRememberedWhenNothingWasAsked) {
  ChatReply old = said("no");
  old.remembered = true;
  ChatReply good = said(R"({"items": []})");
  const Parrot half({old, good});
  EXPECT_FALSE(ask(half)->remembered);
  good.remembered = true;
  const Parrot all({old, good});
  EXPECT_TRUE(ask(all)->remembered);
}

}  // namespace
}  // namespace holdfast::models
