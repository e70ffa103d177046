#include "models/openai/chat_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::models {
namespace {

ChatAnswer read(std::string_view body) {
  ChatAnswerReader reader;
  for (std::size_t at = 0; at < body.size(); at += 5) EXPECT_TRUE(reader.feed(body.substr(at, 5))) << body;
  EXPECT_TRUE(reader.finish()) << body;
  return reader.answer();
}

// How reading a body ends: the error's code.
Code ends(std::string_view body) {
  ChatAnswerReader reader;
  Result<> read = reader.feed(body);
  if (read) read = reader.finish();
  return read ? Code::kInternal : read.error().code;
}

TEST(ChatAnswer, OneObject) {
  const ChatAnswer answer = read(
      R"( {"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning_content":"Hm."},)"
      R"("finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":8}}})");
  EXPECT_EQ(answer.text, "Hello");
  EXPECT_EQ(answer.model, "m-1");
  EXPECT_EQ(answer.finish, "stop");
  EXPECT_EQ(answer.usage, (ChatUsage{12, 3, 8}));
}

TEST(ChatAnswer, AStreamOfPieces) {
  const std::string events =
      ": OPENROUTER PROCESSING\r\n\r\n"
      "data: {\"model\":\"m-1\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Let me see\"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"}},{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\r\n\r\n"
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\r\n\r\n"
      "data: "
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2},\"timings\":{\"cache_n\":5}}\r\n\r\n"
      "data: [DONE]\r\n\r\n";
  const ChatAnswer answer = read(events);
  EXPECT_EQ(answer.text, "Hello");
  EXPECT_EQ(answer.finish, "length");
  EXPECT_EQ(answer.usage, (ChatUsage{9, 2, 5}));
}

TEST(ChatAnswer, EventsWithoutEmptyLinesBetween) {
  EXPECT_EQ(
      read("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"},"
           "\"finish_reason\":\"stop\"}]}\ndata: [DONE]\n")
          .text,
      "ab");
}

TEST(ChatAnswer, ContentInParts) {
  EXPECT_EQ(
      read(R"({"choices":[{"message":{"content":[{"type":"thinking","text":"hm"},{"type":"text","text":"a"},"b"]},)"
           R"("finish_reason":"stop"}]})")
          .text,
      "ab");
}

TEST(ChatAnswer, RefusalsAreKeptApart) {
  const ChatAnswer answer =
      read(R"({"choices":[{"message":{"content":null,"refusal":"I cannot."},"finish_reason":"stop"}]})");
  EXPECT_EQ(answer.text, "");
  EXPECT_EQ(answer.refusal, "I cannot.");
}

TEST(ChatAnswer, ErrorsInMidStream) {
  const std::string begun = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  EXPECT_EQ(ends(begun + "data: {\"error\":{\"code\":500,\"message\":\"crashed\"}}\n\n"), Code::kIo);
  EXPECT_EQ(ends(begun + "data: {\"error\":\"something\"}\n\n"), Code::kIo);
  EXPECT_EQ(ends(begun + "data: {\"error\":{\"code\":400,\"message\":\"no\"}}\n\n"), Code::kProviderFailed);
  EXPECT_EQ(ends(R"({"error":{"message":"the maximum context length is 2048 tokens"}})"), Code::kProviderFailed);
}

TEST(ChatAnswer, WhatHasNoEndIsBroken) {
  EXPECT_EQ(ends(""), Code::kIo);
  EXPECT_EQ(ends("OK, but this is no JSON"), Code::kIo);
  EXPECT_EQ(ends("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"), Code::kIo);
  EXPECT_EQ(ends("data: {\"choices\":[{\"delta\":{\"content\":\"a\n\n"), Code::kIo);
  EXPECT_EQ(ends(R"({"choices":[{"message")"), Code::kIo);
}

TEST(ChatAnswer, ThoughtsAreNotSpoken) {
  EXPECT_EQ(spoken("<think>\nFirst {a} list.\n</think>\n\n{\"a\":1}\n"), "{\"a\":1}");
  EXPECT_EQ(spoken("Hm, {a}. So:</think>{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(spoken("<think>without an end"), "");
  EXPECT_EQ(spoken("{\"a\":\"it said </think>\"}"), "{\"a\":\"it said </think>\"}");
  EXPECT_EQ(spoken(" \n"), "");
  EXPECT_EQ(spoken("a\xFF"), "a\uFFFD");
}

}  // namespace
}  // namespace holdfast::models
