// The calls themselves, in process: what each answers, and each way a caller can be wrong.
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

constexpr const char* kUnknownId = "01KPR2M8R0F4Q6YV9T3W5X7Z1B";

std::string text(const json::value& value) { return json::value_to<std::string>(value); }

std::vector<std::string> keys(const json::value& object) {
  std::vector<std::string> names;
  for (const auto& member : object.as_object()) names.emplace_back(member.key());
  return names;
}

void expect_error(const Reply& reply, int status, std::int64_t code, const std::string& pointer = "") {
  ASSERT_EQ(reply.status, status) << reply.body;
  EXPECT_EQ(reply.code(), code) << reply.body;
  EXPECT_EQ(reply.pointer(), pointer) << reply.body;
}

// The values of a field over all pages, and the number of pages.
std::pair<std::vector<std::string>, int> paged(Bench& bench, const std::string& target, const std::string& field,
                                               std::size_t per_page) {
  std::vector<std::string> values;
  std::string cursor;
  for (int pages = 1;; ++pages) {
    const std::string at = fmt::format("{}{}per_page={}{}", target, target.find('?') == target.npos ? '?' : '&',
                                       per_page, cursor.empty() ? "" : "&cursor=" + cursor);
    const Reply reply = bench.get(at);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const json::value envelope = reply.json();
    const json::array& items = envelope.at("result").as_array();
    EXPECT_EQ(envelope.at("result_info").at("count"), items.size());
    EXPECT_EQ(envelope.at("result_info").at("per_page"), per_page);
    for (const json::value& item : items) values.push_back(text(item.at(field)));
    const json::value* next = envelope.at("result_info").as_object().if_contains("cursor");
    if (next == nullptr || pages > 100) return {values, pages};
    cursor = text(*next);
  }
}

std::string ingest_body(int messages, const std::string& session = "s1") {
  json::array items;
  for (int i = 0; i < messages; ++i)
    items.push_back(json::object{{"role", i % 2 == 0 ? "user" : "assistant"},
                                 {"content", fmt::format("Message number {} of {}.", i, session)},
                                 {"timestamp", fmt::format("2026-04-{:02}", i % 28 + 1)}});
  return json::serialize(json::object{{"messages", std::move(items)}, {"sessionId", session}});
}

using NamespacesTest = ApiTest;

TEST_F(NamespacesTest, AreMadeFoundAndDeleted) {
  const Reply made = bench.post(kTestNamespaces, R"({"name":"support"})");
  EXPECT_EQ(made.status, 201);
  const json::value record = made.result();
  EXPECT_EQ(keys(record), (std::vector<std::string>{"id", "name", "account_id", "created_at", "updated_at"}));
  EXPECT_EQ(record.at("name"), "support");
  EXPECT_EQ(record.at("account_id"), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(record.at("created_at"), "2026-04-21T09:30:00.000Z");
  EXPECT_EQ(bench.get(kTestNamespaces + "/support").result(), record);
  expect_error(bench.post(kTestNamespaces, R"({"name":"support"})"), 409, 10008);

  const Reply gone = bench.remove(kTestNamespaces + "/support");
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.result().is_null());
  expect_error(bench.get(kTestNamespaces + "/support"), 404, 1003);
  expect_error(bench.remove(kTestNamespaces + "/support"), 404, 1003);
  EXPECT_EQ(bench.post(kTestNamespaces, R"({"name":"support"})").status, 201) << "the name is free at once";
}

TEST_F(NamespacesTest, AreListedInEveryOrderPageByPage) {
  for (const char* name : {"c", "a", "b", "d"}) {
    bench.clock().advance(1000);
    ASSERT_EQ(bench.post(kTestNamespaces, fmt::format(R"({{"name":"{}"}})", name)).status, 201);
  }
  using Names = std::vector<std::string>;
  EXPECT_EQ(paged(bench, kTestNamespaces, "name", 2), std::pair(Names({"tests", "c", "a", "b", "d"}), 3));
  EXPECT_EQ(paged(bench, kTestNamespaces + "?order=id&direction=desc", "name", 2).first,
            Names({"d", "b", "a", "c", "tests"}));
  EXPECT_EQ(paged(bench, kTestNamespaces + "?order=name", "name", 1),
            std::pair(Names({"a", "b", "c", "d", "tests"}), 5));
  EXPECT_EQ(paged(bench, kTestNamespaces + "?order=name&direction=desc", "name", 5),
            std::pair(Names({"tests", "d", "c", "b", "a"}), 1));
  EXPECT_EQ(bench.get(kTestNamespaces).json().at("result_info"), json::value({{"count", 5}, {"per_page", 20}}));
}

TEST_F(NamespacesTest, OfOtherAccountsAreNotSeen) {
  const std::string others = "/client/v4/accounts/other/agent-memory/namespaces";
  EXPECT_TRUE(bench.get(others).result().as_array().empty());
  expect_error(bench.get(others + "/tests"), 404, 1003);
  EXPECT_EQ(bench.post(others, R"({"name":"tests"})").status, 201);
}

TEST_F(NamespacesTest, RefuseWhatIsMalformed) {
  for (const char* body : {R"({})", R"({"name":null})", R"({"name":1})", R"({"name":""})", R"({"name":"A"})",
                           R"({"name":"a-"})", R"({"name":"abcdefghijklmnopqrstuvwxyz0123456"})"})
    expect_error(bench.post(kTestNamespaces, body), 400, 11001, "/name");
  for (const char* body : {"", "{", "[]", "null", "\"\xff\""})
    expect_error(bench.post(kTestNamespaces, body), 400, 11001);
  expect_error(bench.get(kTestNamespaces + "/Tests"), 400, 11001, "/namespace");
  expect_error(bench.get(kTestNamespaces + "/tests/profiles/-/memories"), 400, 11001, "/profile");
  expect_error(bench.get(kTestNamespaces + "?order=age"), 400, 11001, "/order");
  expect_error(bench.get(kTestNamespaces + "?order="), 400, 11001, "/order");
  expect_error(bench.get(kTestNamespaces + "?direction=up"), 400, 11001, "/direction");
  expect_error(bench.get(kTestNamespaces + "?direction="), 400, 11001, "/direction");
  for (const char* value : {"0", "1001", "-1", "+1", "1.5", "x", "", "99999999999999999999"})
    expect_error(bench.get(kTestNamespaces + "?per_page=" + value), 400, 11001, "/per_page");
  for (const std::string& value : {std::string(), std::string("a%20b"), std::string("a.b"), std::string(257, 'a')})
    expect_error(bench.get(kTestNamespaces + "?cursor=" + value), 400, 11001, "/cursor");
  expect_error(bench.get(kTestNamespaces + "?cursor=no-id"), 400, 11001, "/cursor");
  expect_error(bench.get(kTestNamespaces + "?cursor=%zz"), 400, 11001);
  expect_error(bench.get(kTestNamespaces + "/%ff"), 400, 11001);
  expect_error(bench.get("/client/v4/accounts/a%00b/agent-memory/namespaces"), 400, 11001, "/account");
  expect_error(bench.get("/client/v4/accounts/" + std::string(kMaxAccount + 1, 'a') + "/agent-memory/namespaces"), 400,
               11001, "/account");
}

TEST_F(NamespacesTest, AccountsAreMeasuredInCharacters) {
  std::string account;
  for (std::size_t i = 0; i < kMaxAccount; ++i) account += "%C3%A9";
  EXPECT_EQ(bench.get("/client/v4/accounts/" + account + "/agent-memory/namespaces").status, 200);
}

using ProfilesTest = ApiTest;

TEST_F(ProfilesTest, AppearWithTheirFirstWriteAndGoWithAllTheyHold) {
  const std::string profiles = kTestNamespaces + "/tests/profiles";
  EXPECT_TRUE(bench.get(profiles).result().as_array().empty());
  for (const char* name : {"bob", "ada", "cy"})
    ASSERT_EQ(bench.post(profiles + "/" + name + "/remember", R"({"content":"The sky is blue."})").status, 200);
  EXPECT_EQ(paged(bench, profiles, "name", 2), std::pair(std::vector<std::string>({"ada", "bob", "cy"}), 2));
  EXPECT_EQ(keys(bench.get(profiles).result().at(0)), (std::vector<std::string>{"name", "createdAt"}));

  const Reply gone = bench.remove(profiles + "/ada");
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.result().is_null());
  EXPECT_EQ(paged(bench, profiles, "name", 20).first, (std::vector<std::string>{"bob", "cy"}));
  EXPECT_TRUE(bench.get(profiles + "/ada/memories").result().as_array().empty());
  EXPECT_EQ(bench.remove(profiles + "/never-written").status, 200);
  expect_error(bench.remove(kTestNamespaces + "/nowhere/profiles/ada"), 404, 1003);
}

TEST_F(ProfilesTest, NeverWrittenReadAsEmpty) {
  for (const char* list : {"/memories", "/messages", "/sessions"}) {
    const Reply reply = bench.get(profile(list));
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.result().as_array().empty());
    EXPECT_EQ(reply.json().at("result_info").at("count"), 0);
  }
  EXPECT_EQ(bench.post(profile("/recall"), R"({"query":"anything?"})").result(),
            json::value({{"answer", ""}, {"count", 0}, {"candidates", json::array()}}));
  EXPECT_EQ(bench.post(profile("/summary"), "").result(), json::value({{"summary", ""}}));
  EXPECT_EQ(bench.get(profile("/export")).body, "");
  EXPECT_EQ(bench.get(profile("/status")).result(), json::value({{"messages", 0},
                                                                 {"memories", 0},
                                                                 {"sessions", 0},
                                                                 {"jobs_pending", 0},
                                                                 {"vectors_pending", 0},
                                                                 {"bytes", 0}}));
  EXPECT_EQ(bench.remove(profile("/sessions/s1")).status, 200);
  EXPECT_TRUE(bench.get(kTestNamespaces + "/tests/profiles").result().as_array().empty())
      << "reading and deleting make no profile";
}

TEST_F(ProfilesTest, SayWhatIsNotThere) {
  const std::string id = std::string("/") + kUnknownId;
  for (const char* written : {"no", "yes"}) {
    SCOPED_TRACE(written);
    expect_error(bench.get(profile("/memories" + id)), 404, 11005);
    expect_error(bench.remove(profile("/memories" + id)), 404, 11005);
    expect_error(bench.get(profile("/memories" + id + "/history")), 404, 11005);
    expect_error(bench.get(profile("/messages" + id)), 404, 11006);
    expect_error(bench.remove(profile("/messages" + id)), 404, 11006);
    expect_error(bench.get(profile("/jobs" + id)), 404, 11007);
    ASSERT_EQ(bench.post(profile("/remember"), R"({"content":"The sky is blue."})").status, 200);
  }
  const std::string nowhere = kTestNamespaces + "/nowhere/profiles/ada";
  for (const char* rest : {"/memories", "/messages", "/sessions", "/status", "/export"})
    expect_error(bench.get(nowhere + rest), 404, 1003);
  expect_error(bench.post(nowhere + "/remember", R"({"content":"x"})"), 404, 1003);
  expect_error(bench.post(nowhere + "/recall", R"({"query":"x"})"), 404, 1003);
  expect_error(bench.post(nowhere + "/ingest", ingest_body(1)), 404, 1003);
}

TEST_F(ProfilesTest, SyntaxGoesBeforeExistence) {
  for (const char* path : {"/memories/short", "/memories/81KPR2M8R0F4Q6YV9T3W5X7Z1B"})
    expect_error(bench.get(profile(path)), 400, 11001, "/memory_id");
  expect_error(bench.get(kTestNamespaces + "/nowhere/profiles/ada/messages/short"), 400, 11001, "/message_id");
  expect_error(bench.get(profile("/jobs/short")), 400, 11001, "/job_id");
  expect_error(bench.post(kTestNamespaces + "/nowhere/profiles/ada/recall", "{}"), 400, 11001, "/query");
  expect_error(bench.remove(profile("/sessions/" + std::string(65, 'x'))), 400, 11001, "/session_id");
}

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

using TokensTest = ApiTest;

TEST_F(TokensTest, AreMadeUsedListedAndRevoked) {
  const Reply made = bench.post("/admin/tokens", R"({"scopes":["memory:read","memory:read"],"namespace":"tests",)"
                                                 R"("profile":"ad*","expiresAt":"2026-05-01"})");
  ASSERT_EQ(made.status, 200) << made.body;
  json::value record = made.result();
  const std::string secret = text(record.at("token"));
  EXPECT_EQ(record.at("scopes"), (json::array{"memory:read"}));
  EXPECT_EQ(record.at("expiresAt"), "2026-05-01T00:00:00.000Z");
  record.as_object().erase("token");
  const Reply listed = bench.get("/admin/tokens");
  EXPECT_EQ(listed.result(), (json::array{record}));
  EXPECT_EQ(listed.json().at("result_info").at("count"), 1);

  EXPECT_EQ(bench.ask({"GET", profile("/memories"), "", secret}).status, 200);
  expect_error(bench.ask({"POST", profile("/remember"), R"({"content":"x"})", secret}), 403, 10000);
  expect_error(bench.ask({"GET", kTestNamespaces + "/tests/profiles/bob/memories", "", secret}), 403, 10000);
  expect_error(bench.ask({"GET", kTestNamespaces, "", secret}), 403, 10000);
  expect_error(bench.ask({"GET", "/admin/tokens", "", secret}), 403, 10000);

  const Reply gone = bench.remove("/admin/tokens/" + text(record.at("id")));
  EXPECT_EQ(gone.status, 200);
  EXPECT_TRUE(gone.result().is_null());
  expect_error(bench.ask({"GET", profile("/memories"), "", secret}), 401, 10000);
  expect_error(bench.remove("/admin/tokens/" + text(record.at("id"))), 404, 11008);
  expect_error(bench.remove("/admin/tokens/x"), 400, 11001, "/token_id");
}

TEST_F(TokensTest, RefuseWhatIsMalformed) {
  const auto create = [&](const char* body) { return bench.post("/admin/tokens", body); };
  for (const char* body :
       {"{}", R"({"scopes":[]})", R"({"scopes":"admin"})", R"({"scopes":["root"]})", R"({"scopes":[1]})"})
    expect_error(create(body), 400, 11001, "/scopes");
  expect_error(create(R"({"scopes":["admin"],"namespace":""})"), 400, 11001, "/namespace");
  expect_error(create(R"({"scopes":["admin"],"profile":""})"), 400, 11001, "/profile");
  expect_error(create(R"({"scopes":["admin"],"profile":"A*"})"), 400, 11001, "/profile");
  expect_error(create(R"({"scopes":["admin"],"expiresAt":"2026-04-21T09:30:00Z"})"), 400, 11001, "/expiresAt");
}

using DispatchTest = ApiTest;

TEST_F(DispatchTest, UnknownPathsAndMethodsAreAnsweredInTheEnvelope) {
  expect_error(bench.get("/nothing/here"), 404, 11000);
  expect_error(bench.get(kTestNamespaces + "/"), 404, 11000);
  expect_error(bench.get(profile("/memories/" + std::string(kUnknownId) + "/x")), 404, 11000);
  const Reply wrong = bench.ask({"PUT", kTestNamespaces});
  expect_error(wrong, 405, 11002);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(bench.ask({"PATCH", profile("")}).header("Allow"), "DELETE");
}

TEST_F(DispatchTest, WithoutATokenThereIsNoAnswerAtAll) {
  for (const char* target : {"/nothing/here", "/admin/tokens", kTestNamespaces.c_str()}) {
    const Reply reply = bench.ask({"GET", target, "", ""});
    expect_error(reply, 401, 10000);
    EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
  }
  expect_error(bench.ask({"PUT", kTestNamespaces, "", "wrong"}), 401, 10000);
  expect_error(bench.ask({"GET", kTestNamespaces + "/BAD", "", "wrong"}), 401, 10000);
}

TEST_F(DispatchTest, HealthAndMetricsNeedNone) {
  for (const char* target : {"/healthz", "/readyz", "/metrics", "/openapi.json"})
    EXPECT_EQ(bench.ask({"GET", target, "", ""}).status, 200) << target;
  EXPECT_EQ(bench.ask({"HEAD", "/healthz", "", ""}).status, 200);
  EXPECT_EQ(bench.get("/metrics").body, "holdfast_up 1\n");
  bench.ready = false;
  const Reply stopping = bench.get("/readyz");
  expect_error(stopping, 503, 11053);
  EXPECT_EQ(stopping.header("Retry-After"), "1");
  EXPECT_EQ(bench.get("/healthz").status, 200);
}

TEST_F(DispatchTest, EveryAnswerCarriesItsIds) {
  for (const char* target : {"/healthz", "/nothing", kTestNamespaces.c_str()}) {
    const Reply reply = bench.ask({"GET", target, "", std::string(kTestToken), {{"x-request-id", "mine"}}});
    EXPECT_EQ(reply.header("X-Request-Id"), "mine") << target;
    EXPECT_EQ(reply.header("traceparent").size(), 55U) << target;
  }
}

TEST_F(DispatchTest, BodiesOverTheirLimitAreTooLarge) {
  const std::string large = R"({"name":")" + std::string(kMaxBody, 'x') + "\"}";
  expect_error(bench.post(kTestNamespaces, large), 413, 11013);
  expect_error(bench.post(profile("/recall"), large), 413, 11013);
}

TEST(ApiLimitsTest, TooManyRequestsAtOnceAreTurnedAway) {
  Bench bench(ApiLimits{.requests_in_flight = 0});
  const Reply reply = bench.get("/healthz");
  expect_error(reply, 503, 11053);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_EQ(bench.api().in_flight(), 0U);
}

TEST(ApiLimitsTest, OneBodyIsAlwaysLetIn) {
  Bench bench(ApiLimits{.body_bytes_in_flight = 1});
  EXPECT_EQ(bench.post(kTestNamespaces, R"({"name":"a"})").status, 201);
  EXPECT_EQ(bench.post(kTestNamespaces, R"({"name":"b"})").status, 201);
}

TEST(ApiLimitsTest, ARateLimitAnswersWithRetryAfter) {
  Bench bench({}, 1);
  EXPECT_EQ(bench.get(kTestNamespaces).status, 200);
  const Reply limited = bench.get(kTestNamespaces);
  expect_error(limited, 429, 11029);
  EXPECT_EQ(limited.header("Retry-After"), "1");
  EXPECT_EQ(bench.get("/healthz").status, 200);
  bench.clock().advance(1000);
  EXPECT_EQ(bench.get(kTestNamespaces).status, 200);
}

}  // namespace
}  // namespace holdfast::api
