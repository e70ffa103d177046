// Arguments, exit statuses, and where a command goes.
#include "cli/cli.h"

#include <iostream>

#include "cli/cli_test_support.h"
#include "cli/connection.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kId = "01KJ3Q0V4N8B6T2YH5RZM7WXCA";

TEST(Arguments, NothingGivenShowsHelpAndIsAMistake) {
  Machine machine;
  const auto ran = machine.run({});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, AllOf(HasSubstr("recall"), HasSubstr("serve")));
}

TEST(Arguments, EveryCommandHasHelpWithAnExample) {
  Machine machine;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{{"serve"},
                                                                                       {"ingest"},
                                                                                       {"remember"},
                                                                                       {"recall"},
                                                                                       {"list"},
                                                                                       {"get"},
                                                                                       {"history"},
                                                                                       {"forget"},
                                                                                       {"summary"},
                                                                                       {"export"},
                                                                                       {"import"},
                                                                                       {"status"},
                                                                                       {"demo"},
                                                                                       {"namespace", "create"},
                                                                                       {"namespace", "list"},
                                                                                       {"namespace", "get"},
                                                                                       {"namespace", "delete"},
                                                                                       {"token", "create"},
                                                                                       {"token", "list"},
                                                                                       {"token", "revoke"}}) {
    std::vector<std::string> args = command;
    args.emplace_back("--help");
    const auto ran = machine.run(args);
    EXPECT_EQ(ran.status, 0) << command.back();
    EXPECT_THAT(ran.out, HasSubstr("Examples:\n  holdfast " + command.front())) << ran.out;
    EXPECT_THAT(ran.err, IsEmpty());
  }
  EXPECT_THAT(machine.run({"--version"}).out, ::testing::MatchesRegex("holdfast [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Arguments, AnUnknownCommandNamesTheNearest) {
  Machine machine;
  const auto ran = machine.run({"recal", "where?"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("did you mean \"recall\"?"));
  EXPECT_THAT(machine.run({"token", "crate"}).err, HasSubstr("did you mean \"token create\"?"));
  EXPECT_THAT(machine.run({"xylophone"}).err, AllOf(HasSubstr("no command"), Not(HasSubstr("mean"))));
  EXPECT_EQ(machine.run({"token"}).status, 2);
}

TEST(Arguments, MistakesAreFoundBeforeTheServerIsAsked) {
  FakeServer server([](const Seen&) { return ok("null"); });
  Machine machine;
  machine.environment["HOLDFAST_URL"] = server.url();
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"recall"},
           {"recall", ""},
           {"recall", std::string(1025, 'x')},
           {"recall", "a", "b"},
           {"recall", "a", "--level", "highest"},
           {"recall", "a", "--date", "tomorrow"},
           {"recall", "a", "--colour"},
           {"recall", "a", "--namespace", "Upper"},
           {"recall", "a", "--profile", "-"},
           {"recall", "a", "--account", ""},
           {"recall", "a", "--url", "localhost:8787"},
           {"recall", "a", "--url", "ftp://localhost"},
           {"remember", ""},
           {"get", "01kj3q0v4n8b6t2yh5rzm7wxca"},
           {"get", "x"},
           {"history", "x"},
           {"forget"},
           {"forget", kId, "--session", "s"},
           {"forget", "--session", std::string(65, 's')},
           {"forget", "--profile"},
           {"forget", "--profile", "alice"},
           {"namespace", "create", "a_b"},
           {"namespace", "delete", "a"},
           {"token", "create"},
           {"token", "create", "--scope", "everything"},
           {"token", "create", "--scope", "admin", "--expires", "soon"},
           {"token", "create", "--scope", "admin", "--expires", "2026-04-20"},
           {"token", "revoke", "x"},
           {"list", "--type", "thing"},
           {"list", "--limit", "-1"},
           {"list", "--messages", "--sessions"},
           {"ingest"},
           {"serve", "--listen", "8787"},
           {"serve", "--listen", "::1:8787"},
           {"serve", "--listen", "localhost:70000"},
           {"serve", "--tls-cert", "c.pem"},
           {"serve", "--log-level", "loud"},
           {"serve", "--kv-listen", "127.0.0.1:8788"},
       }) {
    const auto ran = machine.run(args);
    EXPECT_EQ(ran.status, 2) << ::testing::PrintToString(args) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("--help")) << ::testing::PrintToString(args);
    EXPECT_THAT(ran.out, IsEmpty());
  }
  EXPECT_THAT(server.seen(), IsEmpty());
  EXPECT_THAT(machine.served, IsEmpty());
}

TEST(Arguments, ServeIsHandedItsOptionsAndItsStatusIsTheCommands) {
  Machine machine;
  machine.serve_status = 1;
  EXPECT_EQ(machine
                .run({"serve", "--data", "/d", "--listen", "[::1]:0", "--config", "c.toml", "--tls-cert", "c",
                      "--tls-key", "k", "--log-level", "debug"})
                .status,
            1);
  machine.serve_status = 0;
  EXPECT_EQ(machine.run({"serve"}).status, 0);
  ASSERT_EQ(machine.served.size(), 2U);
  EXPECT_EQ(machine.served[0].data, "/d");
  EXPECT_EQ(machine.served[0].listen, (HostPort{"::1", 0}));
  EXPECT_EQ(machine.served[0].config, "c.toml");
  EXPECT_EQ(machine.served[0].tls_key, "k");
  EXPECT_EQ(machine.served[0].log_level, "debug");
  EXPECT_FALSE(machine.served[1].data || machine.served[1].listen || machine.served[1].config);
}

TEST(Connecting, AServerThatIsNotThereSaysWhatToDo) {
  Machine machine;
  const std::string url = nobody_url();
  const auto ran = machine.run({"status", "--url", url});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr(url), HasSubstr("holdfast serve"), HasSubstr("HOLDFAST_URL")));
}

TEST(Connecting, FlagsGoBeforeTheEnvironmentAndNameTheWay) {
  FakeServer server([](const Seen&) { return ok(R"({"summary":""})"); });
  Machine machine;
  machine.environment = {{"HOLDFAST_URL", server.url() + "/"},
                         {"HOLDFAST_TOKEN", "from-env"},
                         {"HOLDFAST_NAMESPACE", "env-ns"},
                         {"HOLDFAST_PROFILE", "env-profile"}};
  EXPECT_EQ(machine.run({"summary"}).status, 0);
  EXPECT_EQ(machine.run({"summary", "--token", "t", "-n", "ns", "-p", "me", "--account", "a/b"}).status, 0);
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/client/v4/accounts/local/agent-memory/namespaces/env-ns/profiles/env-profile/summary");
  EXPECT_EQ(seen[0].authorization, "Bearer from-env");
  EXPECT_EQ(seen[1].target, "/client/v4/accounts/a%2Fb/agent-memory/namespaces/ns/profiles/me/summary");
  EXPECT_EQ(seen[1].authorization, "Bearer t");
}

TEST(Connecting, ALocalServersTokenFileIsNotShownToOthers) {
  FakeServer server([](const Seen&) { return ok(R"({"summary":""})"); });
  const Folder folder;
  Machine machine;
  machine.environment["HOLDFAST_TOKEN_FILE"] = folder.write("token", "from-file\n");
  EXPECT_EQ(machine.run({"summary", "--url", server.url()}).status, 0);
  EXPECT_EQ(server.seen().at(0).authorization, "Bearer from-file");

  World world{.in = std::cin,
              .out = std::cout,
              .err = std::cerr,
              .clock = machine.clock,
              .env = [&](const std::string& name) -> std::optional<std::string> { return machine.environment[name]; },
              .sleep = {},
              .serve = {}};
  EXPECT_EQ(resolve({.url = "https://memory.example.com"}, world).value().token, "");
  EXPECT_EQ(resolve({.url = "https://127.example.com"}, world).value().token, "");
  EXPECT_EQ(resolve({.url = "http://[::1]:1"}, world).value().token, "from-file");
  EXPECT_EQ(resolve({.url = "https://memory.example.com", .token_file = folder.path("token")}, world).value().token,
            "from-file");

  const auto missing = machine.run({"summary", "--url", server.url(), "--token-file", folder.path("none")});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr(folder.path("none")));
}

TEST(Connecting, RefusalsSayWhatToDo) {
  Machine machine;
  const auto error_of = [&machine](const net::Response& response) {
    FakeServer server([&response](const Seen&) { return response; });
    const auto ran = machine.run({"summary", "--url", server.url(), "-n", "red"});
    EXPECT_EQ(ran.status, 1);
    return ran.err;
  };
  EXPECT_THAT(error_of(refuse(401, 10000, "Authentication error")), HasSubstr("HOLDFAST_TOKEN"));
  EXPECT_THAT(error_of(refuse(403, 10000, "Authentication error")), HasSubstr("scope"));
  EXPECT_THAT(error_of(refuse(404, 1003, "namespace not found")), HasSubstr("holdfast namespace create red"));
  EXPECT_THAT(error_of(refuse(400, 11001, "too long", "/sessionId")), HasSubstr("too long (HTTP 400, code 11001)"));
  EXPECT_THAT(error_of({.status = 502, .body = "<html>\x1b[31mBad gateway"}),
              AllOf(HasSubstr("502"), HasSubstr("Bad gateway"), HasSubstr("--url"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(error_of({.status = 200, .body = "hello"}), HasSubstr("not from Holdfast"));
}

TEST(Connecting, ABusyServerIsAskedAgainWhenItSaid) {
  int busy = 2;
  FakeServer server([&busy](const Seen&) {
    if (busy-- == 0) return ok(R"({"summary":"## Key Facts"})");
    net::Response response = refuse(503, 11053, "overloaded");
    response.headers = {{"Retry-After", "3"}};
    return response;
  });
  Machine machine;
  EXPECT_EQ(machine.run({"summary", "--url", server.url()}).out, "## Key Facts\n");
  EXPECT_THAT(machine.slept, ElementsAre(std::chrono::seconds(3), std::chrono::seconds(3)));

  busy = 1'000;
  EXPECT_EQ(machine.run({"summary", "--url", server.url()}).status, 1);
  EXPECT_EQ(server.seen().size(), 3U + 5U);
}

}  // namespace
}  // namespace holdfast::cli
