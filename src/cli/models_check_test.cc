// What `holdfast models check` prints, and how it ends.
#include <boost/json.hpp>

#include "cli/cli_test_support.h"
#include "cli/exit.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<ModelsCheckLine> some_lines() {
  return {{.of = "language model tiny", .what = "server", .state = "works", .found = "answers in 12 ms", .ms = 12},
          {.of = "language model tiny",
           .what = "schema",
           .state = "limited",
           .found = "only JSON as such\x1b[2J",
           .advice = "a newer server holds the model to a schema"}};
}

TEST(ModelsCheck, SaysWhatWorksAndWhatToChange) {
  Machine machine;
  machine.checked = some_lines();
  const auto ran = machine.run({"models", "check", "--config", "c.toml"});
  EXPECT_EQ(ran.status, kOk) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("language model tiny\n  ok  server"), HasSubstr("a newer server")));
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "what a server says cannot steer the terminal";
  ASSERT_EQ(machine.checks.size(), 1U);
  EXPECT_EQ(machine.checks[0].config, "c.toml");
}

TEST(ModelsCheck, JsonIsOneDocument) {
  Machine machine;
  machine.checked = some_lines();
  const auto ran = machine.run({"models", "check", "--json"});
  const auto rows = boost::json::parse(ran.out).as_array();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("ms"), 12.0);
  EXPECT_EQ(rows[1].at("state"), "limited");
}

TEST(ModelsCheck, WhatFailsIsTheExitStatus) {
  Machine machine;
  machine.checked = some_lines();
  machine.checked->push_back({.of = "embeddings", .what = "server", .state = "fails", .found = "refused"});
  const auto ran = machine.run({"models", "check"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("1 of 3"));
}

TEST(ModelsCheck, NothingConfiguredSaysWhereToConfigureIt) {
  Machine machine;
  const auto ran = machine.run({"models", "check"});
  EXPECT_EQ(ran.status, kUsage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("[llm] base_url"), HasSubstr("docs/models.md")));
  machine.checked = fail(Code::kInvalid, "c.toml: line 2: no");
  EXPECT_EQ(machine.run({"models", "check"}).status, kUsage);
}

}  // namespace
}  // namespace holdfast::cli
