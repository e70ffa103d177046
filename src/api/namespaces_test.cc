// Namespaces, profiles and tokens, in process: what each call answers, and each way a caller can be wrong.
#include "api/api.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/api_testing.h"
#include "api/limits.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

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

}  // namespace
}  // namespace holdfast::api
