// Messages and memories, in process: ingest, lists, recall, what leaves and comes back.
#include "api/api.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <chrono>
#include <thread>

#include "api/api_testing.h"
#include "api/limits.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

using MemoriesTest = ApiTest;

TEST_F(MemoriesTest, ArePutInFoundAndForgotten) {
  const Reply made = bench.post(profile("/remember"), R"({"content":"I prefer pnpm over npm.","sessionId":"s1"})");
  ASSERT_EQ(made.status, 200) << made.body;
  const json::value memory = made.result();
  EXPECT_EQ(keys(memory),
            (std::vector<std::string>{"id", "type", "summary", "content", "sessionId", "createdAt", "updatedAt"}));
  EXPECT_EQ(memory.at("content"), "I prefer pnpm over npm.");
  EXPECT_EQ(memory.at("sessionId"), "s1");
  const std::string one = profile("/memories/" + text(memory.at("id")));
  EXPECT_EQ(bench.get(one).result(), memory);

  json::value listed = memory;
  listed.as_object().erase("content");
  EXPECT_EQ(bench.get(profile("/memories")).result(), (json::array{listed}));

  const json::value verbose = bench.get(one + "?verbose=1").result();
  for (const char* name : {"topicKey", "keywords", "queries", "supersedes", "supersededBy", "sources"})
    EXPECT_TRUE(verbose.as_object().contains(name)) << name;
  EXPECT_EQ(bench.get(profile("/memories?verbose=true")).result().at(0), verbose);
  EXPECT_EQ(bench.get(one + "?verbose=0").result(), memory);
  EXPECT_EQ(bench.get(one + "/history").result(), (json::array{verbose}));

  const json::value answer = bench.post(profile("/recall"), R"({"query":"Do I prefer pnpm?"})").result();
  EXPECT_EQ(keys(answer), (std::vector<std::string>{"answer", "count", "candidates"}));
  ASSERT_EQ(answer.at("count"), 1) << answer;
  EXPECT_EQ(answer.at("candidates").at(0).at("id"), memory.at("id"));
  EXPECT_EQ(keys(answer.at("candidates").at(0)), (std::vector<std::string>{"id", "summary", "sessionId", "score"}));

  EXPECT_EQ(bench.remove(one).result(), memory);
  expect_error(bench.get(one), 404, 11005);
  EXPECT_TRUE(bench.get(profile("/memories")).result().as_array().empty());
}

TEST_F(MemoriesTest, AreListedPageByPageAndBySessionAndType) {
  for (int i = 0; i < 5; ++i) {
    bench.clock().advance(1000);
    const std::string body =
        fmt::format(R"({{"content":"Shelf {} holds {} boxes.","sessionId":"s{}"}})", i, i + 10, i % 2);
    ASSERT_EQ(bench.post(profile("/remember"), body).status, 200);
  }
  const auto [all, pages] = paged(bench, profile("/memories"), "id", 2);
  EXPECT_EQ(all.size(), 5U);
  EXPECT_EQ(pages, 3);
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_EQ(paged(bench, profile("/memories"), "id", 5), std::pair(all, 1)) << "a full last page has no cursor";
  EXPECT_EQ(paged(bench, profile("/memories?session_id=s1"), "sessionId", 20).first,
            (std::vector<std::string>{"s1", "s1"}));
  std::size_t of_types = 0;
  for (const char* type : {"fact", "event", "instruction", "task"}) {
    const auto found = paged(bench, fmt::format("{}?type={}", profile("/memories"), type), "type", 20).first;
    for (const std::string& each : found) EXPECT_EQ(each, type);
    of_types += found.size();
  }
  EXPECT_EQ(of_types, 5U);
}

TEST_F(MemoriesTest, RefuseBadQueries) {
  const std::string list = profile("/memories");
  expect_error(bench.get(list + "?type=opinion"), 400, 11001, "/type");
  expect_error(bench.get(list + "?type="), 400, 11001, "/type");
  expect_error(bench.get(list + "?session_id="), 400, 11001, "/session_id");
  expect_error(bench.get(list + "?verbose=2"), 400, 11001, "/verbose");
  expect_error(bench.get(list + "?superseded="), 400, 11001, "/superseded");
  expect_error(bench.get(list + "?cursor=short"), 400, 11001, "/cursor");
}

TEST_F(MemoriesTest, RememberRefusesWhatIsMalformed) {
  const auto remember = [&](const std::string& body) { return bench.post(profile("/remember"), body); };
  expect_error(remember("{}"), 400, 11001, "/content");
  expect_error(remember(R"({"content":""})"), 400, 11001, "/content");
  expect_error(remember(R"({"content":["x"]})"), 400, 11001, "/content");
  expect_error(remember(R"({"content":")" + std::string(kMaxContent + 1, 'x') + "\"}"), 400, 11001, "/content");
  expect_error(remember(R"({"content":"x","sessionId":""})"), 400, 11001, "/sessionId");
  expect_error(remember(R"({"content":"x","sessionId":1})"), 400, 11001, "/sessionId");
  expect_error(remember(R"({"content":"x","name":""})"), 400, 11001, "/name");
  expect_error(remember(R"({"content":"x","name":")" + std::string(kMaxName + 1, 'x') + "\"}"), 400, 11001, "/name");
  EXPECT_EQ(remember(R"({"content":")" + std::string(kMaxContent, 'x') + R"(","sessionId":null,"name":null})").status,
            200);
}

using IngestTest = ApiTest;

TEST_F(IngestTest, KeepsMessagesVerbatimOnce) {
  const Reply reply = bench.post(profile("/ingest"), ingest_body(3));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(reply.result().is_null());
  const json::array messages = bench.get(profile("/messages")).result().as_array();
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(keys(messages[0]),
            (std::vector<std::string>{"id", "sessionId", "role", "content", "timestamp", "position"}));
  EXPECT_EQ(messages[1].at("content"), "Message number 1 of s1.");
  EXPECT_EQ(messages[1].at("role"), "assistant");
  EXPECT_EQ(messages[1].at("timestamp"), "2026-04-02T00:00:00.000Z");
  EXPECT_EQ(bench.get(profile("/messages/" + text(messages[1].at("id")))).result(), messages[1]);

  const json::value report = bench.post(profile("/ingest?verbose=1"), ingest_body(4)).result();
  EXPECT_EQ(report.at("sessionId"), "s1");
  EXPECT_EQ(report.at("messages").at("stored").as_array().size(), 1U);
  EXPECT_EQ(report.at("messages").at("skipped"), 3);
  EXPECT_EQ(bench.get(profile("/status")).result().at("messages"), 4);
}

TEST_F(IngestTest, MessagesAndSessionsAreListedAndForgotten) {
  ASSERT_EQ(bench.post(profile("/ingest"), ingest_body(3, "s1")).status, 200);
  ASSERT_EQ(bench.post(profile("/ingest"), ingest_body(2, "s2")).status, 200);
  const auto [all, pages] = paged(bench, profile("/messages"), "content", 2);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(all,
            (std::vector<std::string>{"Message number 0 of s1.", "Message number 1 of s1.", "Message number 2 of s1.",
                                      "Message number 0 of s2.", "Message number 1 of s2."}));
  EXPECT_EQ(paged(bench, profile("/messages?session_id=s2"), "sessionId", 1),
            std::pair(std::vector<std::string>({"s2", "s2"}), 2));

  const json::array sessions = bench.get(profile("/sessions")).result().as_array();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(keys(sessions[0]), (std::vector<std::string>{"id", "messages", "memories", "firstAt", "lastAt"}));
  EXPECT_EQ(sessions[0].at("messages"), 3);

  const json::value first = bench.get(profile("/messages?per_page=1")).result().at(0);
  const std::string one = profile("/messages/" + text(first.at("id")));
  EXPECT_EQ(bench.remove(one).result(), first);
  expect_error(bench.get(one), 404, 11006);
  const Reply gone = bench.remove(profile("/sessions/s2"));
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.result().is_null());
  EXPECT_EQ(paged(bench, profile("/messages"), "content", 20).first,
            (std::vector<std::string>{"Message number 1 of s1.", "Message number 2 of s1."}));
}

TEST_F(IngestTest, AnAsynchronousOneAnswersWithAJobThatEnds) {
  json::object body = json::parse(ingest_body(2)).as_object();
  body["async"] = true;
  const Reply reply = bench.post(profile("/ingest"), json::serialize(body));
  ASSERT_EQ(reply.status, 202) << reply.body;
  EXPECT_EQ(keys(reply.result()), (std::vector<std::string>{"jobId"}));
  EXPECT_EQ(bench.get(profile("/messages")).result().as_array().size(), 2U) << "messages are safe before the answer";
  const std::string job = profile("/jobs/" + text(reply.result().at("jobId")));
  json::value state;
  for (int i = 0; i < 500 && state != "done"; ++i) {
    const Reply asked = bench.get(job);
    ASSERT_EQ(asked.status, 200) << asked.body;
    state = asked.result().at("state");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(state, "done");
}

TEST_F(IngestTest, RefusesWhatIsMalformedAndStoresNothingOfIt) {
  const auto ingest = [&](const std::string& body) { return bench.post(profile("/ingest"), body); };
  const std::string good = R"({"role":"user","content":"x"})";
  expect_error(ingest("{}"), 400, 11001, "/messages");
  expect_error(ingest(R"({"messages":[]})"), 400, 11001, "/messages");
  expect_error(ingest(R"({"messages":{}})"), 400, 11001, "/messages");
  expect_error(ingest(ingest_body(kMaxMessages + 1)), 400, 11001, "/messages");
  expect_error(ingest(R"({"messages":[)" + good + ",1]}"), 400, 11001, "/messages/1");
  expect_error(ingest(R"({"messages":[)" + good + R"(,{"content":"x"}]})"), 400, 11001, "/messages/1/role");
  expect_error(ingest(R"({"messages":[{"role":"tool","content":"x"}]})"), 400, 11001, "/messages/0/role");
  expect_error(ingest(R"({"messages":[{"role":"user"}]})"), 400, 11001, "/messages/0/content");
  expect_error(ingest(R"({"messages":[{"role":"user","content":""}]})"), 400, 11001, "/messages/0/content");
  expect_error(ingest(R"({"messages":[{"role":"user","content":")" + std::string(kMaxContent + 1, 'x') + "\"}]}"), 400,
               11001, "/messages/0/content");
  expect_error(ingest(R"({"messages":[{"role":"user","content":"x","timestamp":"soon"}]})"), 400, 11001,
               "/messages/0/timestamp");
  expect_error(ingest(R"({"messages":[{"role":"user","content":"x","name":1}]})"), 400, 11001, "/messages/0/name");
  expect_error(ingest(R"({"sessionId":"","messages":[)" + good + "]}"), 400, 11001, "/sessionId");
  expect_error(ingest(R"({"async":"yes","messages":[)" + good + "]}"), 400, 11001, "/async");
  expect_error(bench.post(profile("/ingest?verbose=yes"), R"({"messages":[)" + good + "]}"), 400, 11001, "/verbose");
  EXPECT_TRUE(bench.get(kTestNamespaces + "/tests/profiles").result().as_array().empty());
  EXPECT_EQ(ingest(ingest_body(kMaxMessages)).status, 200);
}

using RecallTest = ApiTest;

TEST_F(RecallTest, ExplainsItselfWhenAsked) {
  ASSERT_EQ(bench
                .post(profile("/ingest"),
                      R"({"sessionId":"s1","messages":[{"role":"user","content":"I prefer pnpm over npm.",)"
                      R"("timestamp":"2026-04-20T08:00:00Z"}]})")
                .status,
            200);
  const json::value answer =
      bench
          .post(profile("/recall"), R"({"query":"Do I prefer pnpm?","explain":true,"thinkingLevel":"high",)"
                                    R"("responseLength":"short","referenceDate":"2026-04-21"})")
          .result();
  EXPECT_EQ(keys(answer),
            (std::vector<std::string>{"answer", "count", "candidates", "query", "temporalFacts", "stages"}));
  ASSERT_GE(answer.at("count").as_int64(), 1);
  const json::value& best = answer.at("candidates").at(0);
  EXPECT_FALSE(best.at("channels").as_object().empty());
  const json::value& source = best.at("sources").at(0);
  EXPECT_EQ(source.at("content"), "I prefer pnpm over npm.");
  EXPECT_EQ(source.at("lines"), (json::array{1, 1}));
}

TEST_F(RecallTest, RefusesWhatIsMalformed) {
  const auto recall = [&](const std::string& body) { return bench.post(profile("/recall"), body); };
  expect_error(recall("{}"), 400, 11001, "/query");
  expect_error(recall(R"({"query":""})"), 400, 11001, "/query");
  expect_error(recall(R"({"query":")" + std::string(kMaxQuery + 1, 'x') + "\"}"), 400, 11001, "/query");
  expect_error(recall(R"({"query":"x","thinkingLevel":"max"})"), 400, 11001, "/thinkingLevel");
  expect_error(recall(R"({"query":"x","thinkingLevel":1})"), 400, 11001, "/thinkingLevel");
  expect_error(recall(R"({"query":"x","responseLength":""})"), 400, 11001, "/responseLength");
  expect_error(recall(R"({"query":"x","referenceDate":"2026-02-30"})"), 400, 11001, "/referenceDate");
  expect_error(recall(R"({"query":"x","explain":1})"), 400, 11001, "/explain");
  EXPECT_EQ(recall(R"({"query":")" + std::string(kMaxQuery, 'x') + R"(","thinkingLevel":null,"explain":null})").status,
            200);
}

TEST_F(RecallTest, SummarisesWithAndWithoutABody) {
  ASSERT_EQ(bench.post(profile("/remember"), R"({"content":"I prefer pnpm over npm."})").status, 200);
  const json::value summary = bench.post(profile("/summary"), "").result();
  EXPECT_EQ(keys(summary), (std::vector<std::string>{"summary"}));
  EXPECT_NE(text(summary.at("summary")).find("pnpm"), std::string::npos) << summary;
  EXPECT_EQ(bench.post(profile("/summary"), "{}").result(), summary);
  expect_error(bench.post(profile("/summary"), R"({"sessionId":""})"), 400, 11001, "/sessionId");
  expect_error(bench.post(profile("/summary"), "[]"), 400, 11001);
}

using TransferTest = ApiTest;

TEST_F(TransferTest, WhatLeavesComesBackTheSame) {
  ASSERT_EQ(bench.post(profile("/ingest"), ingest_body(3)).status, 200);
  ASSERT_EQ(bench.post(profile("/remember"), R"({"content":"I prefer pnpm over npm."})").status, 200);
  const json::value first = bench.get(profile("/messages?per_page=1")).result().at(0);
  ASSERT_EQ(bench.remove(profile("/messages/" + text(first.at("id")))).status, 200);
  const Reply exported = bench.get(profile("/export"));
  EXPECT_EQ(exported.status, 200);
  EXPECT_EQ(exported.header("Content-Type"), "application/jsonl");
  EXPECT_NE(exported.body.find("\"tombstone\""), std::string::npos);

  const std::string other = kTestNamespaces + "/tests/profiles/other";
  const json::value counts = bench.post(other + "/import", exported.body).result();
  EXPECT_EQ(counts.at("messages"), 2);
  std::int64_t tombstones = 0;  // of the message, and of what was read from it
  for (std::size_t at = 0; (at = exported.body.find("\"kind\":\"tombstone\"", at)) != std::string::npos; ++at)
    ++tombstones;
  EXPECT_GE(tombstones, 1);
  EXPECT_EQ(counts.at("tombstones"), tombstones);
  EXPECT_EQ(counts.at("skipped"), 0);
  EXPECT_EQ(bench.get(other + "/export").body, exported.body);
  const json::value again = bench.post(other + "/import", exported.body).result();
  EXPECT_EQ(again.at("messages"), 0);
  EXPECT_EQ(again.at("memories"), 0);
  EXPECT_EQ(bench.get(other + "/export").body, exported.body);
}

TEST_F(TransferTest, LinesMayEndAnyWayAndBeBlank) {
  ASSERT_EQ(bench.post(profile("/ingest"), ingest_body(2)).status, 200);
  const std::string exported = bench.get(profile("/export")).body;
  std::string loose = "\n  \r\n";
  for (const char c : exported) loose += c == '\n' ? "\r\n\n" : std::string(1, c);
  while (loose.ends_with('\n') || loose.ends_with('\r')) loose.pop_back();
  const std::string other = kTestNamespaces + "/tests/profiles/other";
  EXPECT_EQ(bench.post(other + "/import", loose).result().at("messages"), 2);
  EXPECT_EQ(bench.get(other + "/export").body, exported);
  EXPECT_EQ(bench.post(other + "/import", "").status, 200);
}

TEST_F(TransferTest, ABadLineIsNamed) {
  const std::string good = R"({"kind":"tombstone","hash":"01KPR2M8R0F4Q6YV9T3W5X7Z1B"})";
  const Reply bad = bench.post(profile("/import"), good + "\n\n" + R"({"kind":"tombstone"})" + "\n");
  expect_error(bad, 400, 11001, "/hash");
  EXPECT_NE(text(bad.error().at("message")).find("line 3"), std::string::npos) << bad.body;
  expect_error(bench.post(profile("/import"), good + "\n" + std::string(kMaxImportLine + 1, ' ')), 413, 11013);
  const Reply forged = bench.post(
      profile("/import"), R"({"kind":"message","id":"01KPR2M8R0F4Q6YV9T3W5X7Z1B","sessionId":"s","role":"user",)"
                          R"("content":"x","timestamp":"2026-04-21","position":0})");
  expect_error(forged, 400, 11001, "/id");
}

}  // namespace
}  // namespace holdfast::api
