// What the commands ask of the server, and what they print of its answers.
#include <boost/json.hpp>

#include "cli/cli_test_support.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace json = boost::json;

constexpr const char* kId = "01KJ3Q0V4N8B6T2YH5RZM7WXCA";
constexpr const char* kProfile = "/namespaces/default/profiles/default";

class Commands : public ::testing::Test {
 protected:
  // Answers in turn; the last one again and again.
  FakeServer& serve(std::vector<net::Response> answers) {
    server_ = std::make_unique<FakeServer>([answers = std::move(answers), at = std::size_t{0}](const Seen&) mutable {
      return answers[std::min(at++, answers.size() - 1)];
    });
    machine_.environment["HOLDFAST_URL"] = server_->url();
    return *server_;
  }

  std::unique_ptr<FakeServer> server_;
  Machine machine_;
};

TEST_F(Commands, RecallSendsWhatWasAskedAndPrintsTheAnswerAlone) {
  FakeServer& server = serve({ok(R"({"answer":"pnpm.\u001b[2J","count":1,"candidates":
    [{"id":"01KJ3Q0V4N8B6T2YH5RZM7WXCA","summary":"The user prefers pnpm","sessionId":"s1","score":0.5}]})")});
  const auto plain = machine_.run({"recall", "Which?"});
  EXPECT_EQ(plain.status, 0);
  EXPECT_EQ(plain.out, "pnpm.\uFFFD[2J\n");
  const auto full =
      machine_.run({"recall", "Which?", "--level", "high", "--length", "short", "--date", "2026-04-21", "--explain"});
  EXPECT_THAT(full.out, AllOf(HasSubstr("0.5000"), HasSubstr("The user prefers pnpm"), HasSubstr("SESSION")));
  EXPECT_THAT(server.calls(),
              ElementsAre(std::string("POST ") + kProfile + "/recall", std::string("POST ") + kProfile + "/recall"));
  EXPECT_EQ(json::parse(server.seen()[0].body), json::parse(R"({"query":"Which?"})"));
  EXPECT_EQ(json::parse(server.seen()[1].body),
            json::parse(R"({"query":"Which?","thinkingLevel":"high","responseLength":"short",
                            "referenceDate":"2026-04-21","explain":true})"));
  EXPECT_EQ(server.seen()[0].content_type, "application/json");
}

TEST_F(Commands, NothingKnownLeavesTheOutputEmpty) {
  serve({ok(R"({"answer":"","count":0,"candidates":[]})")});
  const auto ran = machine_.run({"recall", "Which?"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("Nothing is known"));
  EXPECT_EQ(machine_.run({"recall", "Which?", "--json"}).out, R"({"answer":"","count":0,"candidates":[]})"
                                                              "\n");
}

TEST_F(Commands, WordsOfAQuestionMayBeNamesOfCommands) {
  FakeServer& server = serve({ok(R"({"answer":"x","count":0,"candidates":[]})")});
  EXPECT_EQ(machine_.run({"recall", "list"}).status, 0);
  EXPECT_EQ(json::parse(server.seen()[0].body).at("query"), "list");
}

TEST_F(Commands, ListGoesOnFromPageToPageUntilItHasEnough) {
  FakeServer& server = serve({ok(R"([{"id":"A","type":"fact","summary":"one\ntwo","sessionId":null,
                                     "createdAt":"2026-04-21T00:00:00.000Z"}])",
                                 R"({"count":1,"per_page":3,"cursor":"C1"})"),
                              ok(R"([{"id":"BBBB","type":"event","summary":"three","sessionId":"s",
                                     "createdAt":"2026-04-22T00:00:00.000Z"},{"id":"C"}])",
                                 R"({"count":2,"per_page":2,"cursor":"C2"})")});
  const auto ran = machine_.run({"list", "--limit", "3", "--session", "a&b", "--type", "fact"});
  EXPECT_EQ(ran.out,
            "ID    TYPE   DATE        SESSION  SUMMARY\n"
            "A     fact   2026-04-21           one two\n"
            "BBBB  event  2026-04-22  s        three\n"
            "C\n");
  EXPECT_THAT(ran.err, HasSubstr("--limit 0"));
  const std::string path = std::string("GET ") + kProfile + "/memories?session_id=a%26b&type=fact&per_page=";
  EXPECT_THAT(server.calls(), ElementsAre(path + "3", path + "2&cursor=C1"));
}

TEST_F(Commands, ListAsJsonIsOneDocument) {
  serve({ok(R"([{"id":"A"}])", R"({"count":1,"per_page":1,"cursor":"C1"})"), ok(R"([{"id":"B"}])", R"({"count":1})")});
  EXPECT_EQ(machine_.run({"list", "--json", "--limit", "0"}).out, "[{\"id\":\"A\"},{\"id\":\"B\"}]\n");
}

TEST_F(Commands, AListThatRunsInCirclesEnds) {
  serve({ok(R"([{"id":"A"}])", R"({"cursor":"C1"})")});
  EXPECT_EQ(machine_.run({"list", "--limit", "0"}).status, 1);
}

TEST_F(Commands, GetAndHistory) {
  FakeServer& server = serve({ok(R"({"id":"X","content":"The user prefers pnpm"})"),
                              ok(R"({"id":"X","content":"The user prefers pnpm"})"),
                              ok(R"([{"id":"X","type":"fact","content":"pnpm","createdAt":"2026-01-05T10:00:00.000Z",
                                      "supersededBy":"Y"},
                                     {"id":"Y","type":"fact","content":"Yarn","createdAt":"2026-02-16T10:00:00.000Z",
                                      "supersededBy":null}])")});
  EXPECT_THAT(machine_.run({"get", "--verbose", kId}).out, HasSubstr("content: The user prefers pnpm\n"));
  EXPECT_EQ(machine_.run({"get", "--message", kId}).status, 0);
  EXPECT_EQ(machine_.run({"history", kId}).out,
            "DATE        ID  TYPE  STATE     CONTENT\n"
            "2026-01-05  X   fact  replaced  pnpm\n"
            "2026-02-16  Y   fact  current   Yarn\n");
  EXPECT_THAT(server.calls(), ElementsAre(std::string("GET ") + kProfile + "/memories/" + kId + "?verbose=1",
                                          std::string("GET ") + kProfile + "/messages/" + kId,
                                          std::string("GET ") + kProfile + "/memories/" + kId + "/history"));
}

TEST_F(Commands, ForgetTakesTheMostSpecificThingNamed) {
  FakeServer& server = serve({ok("null")});
  EXPECT_EQ(machine_.run({"forget", kId}).status, 0);
  EXPECT_EQ(machine_.run({"forget", "--profile", "alice", kId}).status, 0);
  EXPECT_EQ(machine_.run({"forget", "--message", kId, "-p", "alice"}).status, 0);
  EXPECT_EQ(machine_.run({"forget", "--session", "a/b"}).status, 0);
  EXPECT_EQ(machine_.run({"forget", "--profile", "--yes"}).status, 0);
  EXPECT_EQ(machine_.run({"forget", "--profile", "alice", "--yes"}).status, 0);
  // Short and alone it only says where: a script whose id turned out empty must not delete a profile.
  EXPECT_EQ(machine_.run({"forget", "-p", "alice", "--yes"}).status, 2);
  const std::string ns = "DELETE /namespaces/default/profiles/";
  EXPECT_THAT(server.calls(),
              ElementsAre(ns + "default/memories/" + kId, ns + "alice/memories/" + kId, ns + "alice/messages/" + kId,
                          ns + "default/sessions/a%2Fb", ns + "default", ns + "alice"));
}

TEST_F(Commands, DeletingAProfileIsConfirmedAtATerminal) {
  FakeServer& server = serve({ok("null")});
  machine_.terminal = true;
  const auto no = machine_.run({"forget", "--profile", "alice"}, "\n");
  EXPECT_EQ(no.status, 1);
  EXPECT_THAT(no.err, AllOf(HasSubstr("alice"), HasSubstr("[y/N]"), HasSubstr("nothing was deleted")));
  EXPECT_THAT(server.seen(), IsEmpty());
  EXPECT_EQ(machine_.run({"forget", "--profile", "alice"}, "y\n").status, 0);
  EXPECT_EQ(machine_.run({"namespace", "delete", "red"}, "yes\n").status, 0);
  EXPECT_THAT(server.calls(), ElementsAre("DELETE /namespaces/default/profiles/alice", "DELETE /namespaces/red"));
}

TEST_F(Commands, TheDefaultNamespaceIsMadeOnFirstWrite) {
  FakeServer& server = serve({refuse(404, 1003, "namespace not found"), ok(R"({"id":"N"})"),
                              ok(R"({"id":"M","type":"fact","summary":"Deploys go out on Tuesdays"})")});
  const auto ran = machine_.run({"remember", "Deploys go out on Tuesdays", "--session", "s", "--name", "Ada"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "M  fact  Deploys go out on Tuesdays\n");
  EXPECT_THAT(ran.err, HasSubstr("made the namespace \"default\""));
  EXPECT_THAT(server.calls(), ElementsAre("GET /namespaces/default", "POST /namespaces",
                                          std::string("POST ") + kProfile + "/remember"));
  EXPECT_EQ(json::parse(server.seen()[2].body),
            json::parse(R"({"content":"Deploys go out on Tuesdays","sessionId":"s","name":"Ada"})"));
}

TEST_F(Commands, AnotherNamespaceIsNotMadeUnasked) {
  FakeServer& server = serve({refuse(404, 1003, "namespace not found")});
  const auto ran = machine_.run({"remember", "x", "-n", "red"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr("holdfast namespace create red"));
  EXPECT_EQ(server.calls().size(), 1U);
}

TEST_F(Commands, RememberTakesStandardInput) {
  FakeServer& server = serve({ok("{}")});
  EXPECT_EQ(machine_.run({"remember", "-"}, "two\nlines\n").status, 0);
  EXPECT_EQ(json::parse(server.seen()[1].body).at("content"), "two\nlines");
}

TEST_F(Commands, TokensAreMadeWithScopeReachAndEnd) {
  FakeServer& server = serve({ok(R"({"id":"T","token":"hf_secret"})")});
  const auto ran = machine_.run({"token", "create", "--scope", "memory:read", "--scope", "memory:write", "--namespace",
                                 "red", "--profile", "customer-*", "--expires", "30d"});
  EXPECT_EQ(ran.out, "hf_secret\n");
  EXPECT_THAT(ran.err, HasSubstr("keep it"));
  EXPECT_EQ(machine_.run({"token", "create", "--scope", "admin", "--expires", "12h"}).status, 0);
  EXPECT_EQ(machine_.run({"token", "create", "--scope", "admin", "--expires", "2026-12-31"}).status, 0);
  EXPECT_EQ(machine_.run({"token", "revoke", kId}).status, 0);
  const auto seen = server.seen();
  EXPECT_EQ(json::parse(seen[0].body),
            json::parse(R"({"scopes":["memory:read","memory:write"],"namespace":"red","profile":"customer-*",
                            "expiresAt":"2026-05-21T00:00:00.000Z"})"));
  EXPECT_EQ(json::parse(seen[1].body).at("expiresAt"), "2026-04-21T12:00:00.000Z");
  EXPECT_EQ(json::parse(seen[2].body).at("expiresAt"), "2026-12-31T00:00:00.000Z");
  EXPECT_THAT(server.calls(), ElementsAre("POST /admin/tokens", "POST /admin/tokens", "POST /admin/tokens",
                                          std::string("DELETE /admin/tokens/") + kId));
}

TEST_F(Commands, StatusTellsTheServersHealthAndTheProfilesNumbers) {
  FakeServer& server = serve({{.status = 200}, ok(R"({"messages":3,"memories":2})")});
  const auto ran = machine_.run({"status"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("healthy"), HasSubstr("messages: 3"), HasSubstr("default/default")));
  EXPECT_THAT(server.calls(), ElementsAre("GET /readyz", std::string("GET ") + kProfile + "/status"));
  serve({{.status = 200}, refuse(404, 1003, "namespace not found")});
  const auto fresh = machine_.run({"status"});
  EXPECT_EQ(fresh.status, 0);
  EXPECT_THAT(fresh.out, AllOf(HasSubstr("healthy"), HasSubstr("nothing has been written yet")));
  EXPECT_EQ(machine_.run({"status", "-n", "red"}).status, 1);
  serve({{.status = 503}, ok("{}")});
  const auto ill = machine_.run({"status"});
  EXPECT_EQ(ill.status, 1);
  EXPECT_THAT(ill.out, HasSubstr("not healthy"));
}

TEST_F(Commands, NamespacesAreMadeListedAndShown) {
  FakeServer& server = serve({ok(R"({"id":"N","name":"red"})"), ok(R"([{"id":"N","name":"red","created_at":"T"}])"),
                              ok(R"({"id":"N","name":"red"})"), ok(R"([{"name":"alice","createdAt":"T"}])")});
  EXPECT_THAT(machine_.run({"namespace", "create", "red"}).out, HasSubstr("created namespace red"));
  EXPECT_EQ(machine_.run({"namespace", "list"}).out, "NAME  ID  CREATED\nred   N   T\n");
  EXPECT_THAT(machine_.run({"namespace", "get", "red"}).out, AllOf(HasSubstr("name: red"), HasSubstr("  alice\n")));
  EXPECT_THAT(server.calls(), ElementsAre("POST /namespaces", "GET /namespaces?order=name&per_page=100",
                                          "GET /namespaces/red", "GET /namespaces/red/profiles?per_page=100"));
}

}  // namespace
}  // namespace holdfast::cli
