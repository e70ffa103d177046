// Files of conversations, and how they are sent.
#include "cli/conversation.h"

#include <fmt/format.h>

#include "cli/cli_test_support.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace json = boost::json;

std::string first(std::string_view text) {
  const auto conversation = parse_conversation(text);
  if (!conversation) return conversation.error().error.message;
  return json::serialize(conversation->sessions.at(0).messages.at(0));
}

std::string many_lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += fmt::format("{{\"role\":\"user\",\"content\":\"m{}\"}}\n", i);
  return text;
}

TEST(ConversationFile, AllFormsGiveTheSameMessage) {
  const std::string hello = R"({"role":"user","content":"hello"})";
  EXPECT_EQ(first("[" + hello + "]"), hello);
  EXPECT_EQ(first(R"({"messages":[)" + hello + "]}"), hello);
  EXPECT_EQ(first(hello), hello);
  EXPECT_EQ(first("\xEF\xBB\xBF\n" + hello + "\r\n\n" + hello + "\n"), hello);
  EXPECT_EQ(first("User: hello\nAssistant: hi"), hello);
  EXPECT_EQ(first("\nHUMAN:   hello\n\nAI: hi"), hello);
}

TEST(ConversationFile, KeepsWhatIsSentAndLeavesOutTheRest) {
  EXPECT_EQ(first(R"([{"role":"user","content":"x","timestamp":"2026-04-21","name":"Ada","id":7,"sessionId":null}])"),
            R"({"role":"user","content":"x","timestamp":"2026-04-21","name":"Ada"})");
}

TEST(ConversationFile, TranscriptMessagesMayHaveSeveralLines) {
  const auto conversation = parse_conversation("User: one\ntwo: three\n\nfour\nAssistant: five\n");
  ASSERT_TRUE(conversation);
  ASSERT_EQ(conversation->size(), 2U);
  EXPECT_EQ(conversation->sessions[0].messages[0].at("content"), "one\ntwo: three\n\nfour");
  EXPECT_EQ(conversation->sessions[0].messages[1].at("role"), "assistant");
}

TEST(ConversationFile, MessagesAreGatheredBySession) {
  const auto conversation = parse_conversation(
      R"({"role":"user","content":"1","sessionId":"b"}
         {"role":"user","content":"2","sessionId":"a"}
         {"role":"user","content":"3"}
         {"role":"user","content":"4","sessionId":"b"})");
  ASSERT_TRUE(conversation);
  ASSERT_EQ(conversation->sessions.size(), 3U);
  EXPECT_EQ(conversation->sessions[0].session, "b");
  EXPECT_THAT(conversation->sessions[0].places, ElementsAre("line 1", "line 4"));
  EXPECT_EQ(conversation->sessions[1].session, "a");
  EXPECT_EQ(conversation->sessions[2].session, std::nullopt);
  EXPECT_EQ(parse_conversation(R"({"sessionId":"s","messages":[{"role":"user","content":"1"}]})")->sessions[0].session,
            "s");
}

TEST(ConversationFile, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_THAT(first(""), HasSubstr("empty"));
  EXPECT_THAT(first("[]"), HasSubstr("no message"));
  EXPECT_THAT(first("hello there"), AllOf(HasSubstr("line 1"), HasSubstr("User:")));
  EXPECT_THAT(first("[1"), HasSubstr("not JSON"));
  EXPECT_THAT(first("{\"role\":\"user\",\"content\":\"x\"}\n\n{\"role\""), HasSubstr("line 3: not JSON"));
  EXPECT_THAT(first(R"([{"role":"user","content":"x"},{"role":"bot","content":"x"}])"),
              AllOf(HasSubstr("message 2"), HasSubstr("role")));
  EXPECT_THAT(first(R"([{"role":"user","content":""}])"), HasSubstr("content"));
  EXPECT_THAT(first(R"([{"role":"user","content":["x"]}])"), HasSubstr("\"content\" must be a string"));
  EXPECT_THAT(first(R"([{"role":"user","content":"x","timestamp":"noon"}])"), HasSubstr("ISO 8601"));
  EXPECT_THAT(first(R"([{"role":"user","content":")" + std::string(32'769, 'x') + "\"}]"), HasSubstr("32769 bytes"));
  EXPECT_THAT(first(R"([{"role":"user","content":"x","sessionId":")" + std::string(65, 's') + "\"}]"),
              HasSubstr("session"));
  EXPECT_THAT(first(R"({"kind":"message","role":"user","content":"x"})"), HasSubstr("holdfast import"));
  EXPECT_THAT(first("User: \xFF"), HasSubstr("UTF-8"));
}

class Ingest : public ::testing::Test {
 protected:
  Ingest()
      : server_([this](const Seen& seen) {
          if (seen.method == "GET") return ok("{}");
          if (fail_at_ != 0 && ++posts_ == fail_at_) return refuse(400, 11001, "bad word", "/messages/7/content");
          const bool verbose = seen.target.ends_with("?verbose=1");
          return ok(verbose ? R"({"sessionId":"derived","messages_stored":[]})" : "null");
        }) {
    machine_.environment["HOLDFAST_URL"] = server_.url();
  }

  // Of each ingest: path and "messages session async".
  std::vector<std::string> sent() {
    std::vector<std::string> out;
    for (const Seen& seen : server_.seen()) {
      if (seen.method != "POST") continue;
      const json::object body = json::parse(seen.body).get_object();
      const json::value* session = body.if_contains("sessionId");
      out.push_back(fmt::format("{}{} {}{}", seen.target.substr(seen.target.rfind('/')),
                                seen.body.size() > 0 ? "" : "!", body.at("messages").as_array().size(),
                                session == nullptr ? "" : " " + std::string(session->as_string())) +
                    (body.contains("async") ? " async" : ""));
    }
    return out;
  }

  int posts_ = 0, fail_at_ = 0;
  FakeServer server_;
  Machine machine_;
  Folder folder_;
};

TEST_F(Ingest, AShortFileIsOneCallAndTheServerNamesItsSession) {
  const auto ran = machine_.run({"ingest", "-"}, "User: hello");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "1 message ingested\n");
  EXPECT_THAT(ran.err, IsEmpty());
  EXPECT_THAT(sent(), ElementsAre("/ingest 1"));
}

TEST_F(Ingest, ALongFileStaysOneSession) {
  const auto ran = machine_.run({"ingest", folder_.write("long.jsonl", many_lines(1'201))});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(sent(), ElementsAre("/ingest?verbose=1 500", "/ingest 500 derived", "/ingest 201 derived"));
  const json::value last = json::parse(server_.seen().back().body);
  EXPECT_EQ(last.at("messages").at(200).at("content"), "m1200");
}

TEST_F(Ingest, ANamedSessionTakesEverything) {
  const std::string file = folder_.write("two.jsonl",
                                         "{\"role\":\"user\",\"content\":\"1\",\"sessionId\":\"a\"}\n"
                                         "{\"role\":\"user\",\"content\":\"2\",\"sessionId\":\"b\"}\n");
  EXPECT_EQ(machine_.run({"ingest", file}).status, 0);
  EXPECT_EQ(machine_.run({"ingest", file, "--session", "c", "--async"}).status, 0);
  EXPECT_THAT(sent(), ElementsAre("/ingest 1 a", "/ingest 1 b", "/ingest 2 c async"));
}

TEST_F(Ingest, AsyncGoesWithEveryCall) {
  EXPECT_EQ(machine_.run({"ingest", "-", "--async"}, many_lines(501)).status, 0);
  EXPECT_THAT(sent(), ElementsAre("/ingest?verbose=1 500 async", "/ingest 1 derived async"));
}

TEST_F(Ingest, AFileWithAMistakeIsNotSentAtAll) {
  const auto ran = machine_.run({"ingest", folder_.write("bad.jsonl", many_lines(600) + "{\"role\":\"x\"}\n")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("bad.jsonl: line 601"), HasSubstr("Nothing was sent")));
  EXPECT_THAT(server_.seen(), IsEmpty());
  EXPECT_THAT(machine_.run({"ingest", folder_.path("none")}).err, HasSubstr("cannot open"));
}

TEST_F(Ingest, ARefusalNamesThePlaceInTheFileAndWhatIsInAlready) {
  fail_at_ = 2;
  const auto ran = machine_.run({"ingest", "-"}, many_lines(600));
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("line 508: bad word"), HasSubstr("500 messages are in")));
}

TEST_F(Ingest, ProgressIsForTerminals) {
  EXPECT_THAT(machine_.run({"ingest", "-"}, many_lines(600)).err, IsEmpty());
  machine_.terminal = true;
  EXPECT_THAT(machine_.run({"ingest", "-"}, many_lines(600)).err, AllOf(HasSubstr("500/600"), HasSubstr("600/600")));
}

TEST_F(Ingest, JsonIsOneDocument) {
  const auto ran = machine_.run({"ingest", "-", "--json"}, many_lines(501));
  EXPECT_EQ(json::parse(ran.out), json::parse(R"({"messages":501,"calls":[
              {"sessionId":"derived","messages":500,"result":{"sessionId":"derived","messages_stored":[]}},
              {"sessionId":"derived","messages":1,"result":null}]})"));
}

}  // namespace
}  // namespace holdfast::cli
