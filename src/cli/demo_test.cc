// The demo's own conversations are fair, and it tells right answers from wrong ones.
#include <boost/json.hpp>

#include "cli/cli_test_support.h"
#include "cli/conversation.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

namespace json = boost::json;

std::string read(const std::string& name) {
  std::ifstream in(std::string(HOLDFAST_DEMO_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(DemoData, AsksTenThingsThatTheLongConversationSays) {
  const auto conversation = parse_conversation(read("long_conversation.jsonl"));
  ASSERT_TRUE(conversation) << conversation.error().error.message;
  EXPECT_EQ(conversation->size(), 200U);
  std::string said;
  for (const SessionPart& part : conversation->sessions)
    for (const json::object& message : part.messages) said += std::string(message.at("content").as_string()) + "\n";
  std::istringstream lines(read("questions.jsonl"));
  std::size_t questions = 0;
  for (std::string line; std::getline(lines, line); ++questions) {
    for (const json::value& words : json::parse(line).at("expect").as_array()) {
      std::istringstream alternatives{std::string(words.as_string())};
      bool found = false;
      for (std::string word; std::getline(alternatives, word, '|');) found |= said.find(word) != std::string::npos;
      EXPECT_TRUE(found) << line;
    }
    if (const json::value row = json::parse(line); row.as_object().contains("stale"))
      for (const json::value& words : row.at("stale").as_array())
        EXPECT_THAT(said, HasSubstr(std::string(words.as_string()))) << line;
  }
  EXPECT_EQ(questions, 10U);
}

class DemoRun : public ::testing::Test {
 protected:
  // A server that knows the whole truth, but for the package manager when `stubborn`.
  Machine::Ran run(bool stubborn, const std::string& profiles = "[]", std::vector<std::string> extra = {}) {
    int package_questions = 0;
    FakeServer server([&](const Seen& seen) {
      if (seen.target.ends_with("/status")) return ok(R"({"memories":80})");
      if (seen.target.find("/profiles?") != std::string::npos) return ok(profiles);
      if (seen.target.find("/memories?") != std::string::npos)
        return ok(R"([{"id":"Y","content":"The user uses Yarn"}])");
      if (seen.target.ends_with("/history"))
        return ok(R"([{"id":"X","content":"pnpm","createdAt":"2026-01-05T10:00:00.000Z","supersededBy":"Y"},
                      {"id":"Y","content":"Yarn","createdAt":"2026-02-16T10:00:00.000Z","supersededBy":null}])");
      if (!seen.target.ends_with("/recall")) return ok("{}");
      if (seen.body.find("package manager") != std::string::npos)
        return ok(++package_questions == 1 || stubborn ? R"({"answer":"pnpm"})" : R"({"answer":"yarn"})");
      if (seen.body.find("hosted") != std::string::npos)
        return ok(R"({"answer":")" + hosting_ + R"(We moved Tidewatch from Fly.io to Hetzner."})");
      return ok(R"({"answer":"Quark Yuki 5433 18,500 May 12 September 5 pull request emojis Lena"})");
    });
    std::vector<std::string> args{"demo", "--url", server.url(), "--data-dir", HOLDFAST_DEMO_DATA};
    args.insert(args.end(), extra.begin(), extra.end());
    const auto ran = machine_.run(args);
    calls_ = server.calls();
    return ran;
  }

  std::string hosting_;
  Machine machine_;
  std::vector<std::string> calls_;
};

TEST_F(DemoRun, AllRightIsStatusZero) {
  const auto ran = run(false);
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("12 of 12 answers are right"), HasSubstr("Use pnpm, not npm"),
                             HasSubstr("2026-01-05  replaced  pnpm"), HasSubstr("200 messages in 13 sessions"),
                             Not(HasSubstr("✗"))));
}

TEST_F(DemoRun, AWrongAnswerIsShownAndIsStatusOne) {
  const auto ran = run(true);
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("✗ pnpm"), HasSubstr("expected: Yarn"), HasSubstr("11 of 12")));
  const auto as_json = run(true, "[]", {"--json"});
  EXPECT_EQ(json::parse(as_json.out).at("right"), 11);
}

TEST_F(DemoRun, AnAnswerThatStillSaysWhatWasTrueBeforeIsWrong) {
  hosting_ = "We host Tidewatch on Fly.io. ";
  EXPECT_THAT(run(false).out, AllOf(HasSubstr("no longer: We host Tidewatch on Fly.io"), HasSubstr("11 of 12")));
}

TEST_F(DemoRun, SomebodyElsesNamespaceIsLeftAlone) {
  const auto ran = run(false, R"([{"name":"project"},{"name":"precious"}])");
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr("precious"));
  EXPECT_THAT(calls_, Not(Contains(HasSubstr("DELETE"))));
}

}  // namespace
}  // namespace holdfast::cli
