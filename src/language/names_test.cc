#include "language/names.h"

#include <gtest/gtest.h>

#include <chrono>

namespace holdfast::language {
namespace {

std::string names(std::string_view text) {
  static constexpr std::string_view kKinds = "nipuev";  // proper as n, then the others' initials
  std::string all;
  for (const NameMention& name : find_names(text)) {
    if (!all.empty()) all += "; ";
    all += name.text + ":" + kKinds[name.kind];
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view found;
};

TEST(Names, FindsCapitalisedRuns) {
  for (const auto& [text, found] : {Case{"I met Anna de Vries in New York", "Anna de Vries:n; New York:n"},
                                    {"ask Dr. Weber, Tom or Eva", "Dr. Weber:n; Tom:n; Eva:n"},
                                    {"Anna's dog is called Rex.", "Anna:n; Rex:n"},
                                    {"we use Postgres 16 and Redis", "Postgres 16:n; Redis:n"},
                                    {"bei Łukasz und Özlem in Köln", "Łukasz:n; Özlem:n; Köln:n"},
                                    {"moved to Bergen. Osei did too", "Bergen:n; Osei:n"}})
    EXPECT_EQ(names(text), found) << text;
}

TEST(Names, LeavesOutCommonWords) {
  for (const char* text : {"The dog barks. It is loud", "I think I'll go", "We meet on Friday in April", "NEVER push",
                           "Hypothetically, yes. Welcome", "Please deploy. Thanks", "- Use tabs\n- Keep it short"})
    EXPECT_EQ(names(text), "") << text;
}

TEST(Names, TellsOpeningWordsFromNames) {
  for (const char* text :
       {"Appreciate it! Gotta run. Ouch.", "Nature heals", "Events like that. Questions? Weeks passed",
        "Dedication pays. Migrations take long. Possibilities abound", "Lately I've slept better"})
    EXPECT_EQ(names(text), "") << text;
  for (const auto& [text, found] : {Case{"Lucas came. Paris was great", "Lucas:n; Paris:n"},
                                    {"Felicity called", "Felicity:n"},
                                    {"Clement and James agreed", "Clement:n; James:n"},
                                    {"Redis is down", "Redis:n"},
                                    {"TimeoutException again", "TimeoutException:n"},
                                    {"We read Nature together", "Nature:n"}})
    EXPECT_EQ(names(text), found) << text;
}

TEST(Names, FindsCode) {
  for (const auto& [text, found] :
       {Case{"call getUser, max_retries or `make gen`", "getUser:i; max_retries:i; make gen:i"},
        {"pass --no-verify and $HOME", "--no-verify:i; $HOME:i"},
        {"edit src/base/time.h (and main.py)", "src/base/time.h:p; main.py:p"},
        {"in /etc/hosts, ~/notes", "/etc/hosts:p; ~/notes:p"},
        {"see https://example.com/a.", "https://example.com/a:u"},
        {"mail anna@example.com!", "anna@example.com:e"},
        {"go 1.22.3, v2 and v1.4-rc1", "1.22.3:v; v2:v; v1.4-rc1:v"},
        {"std::vector and run()", "std::vector:i; run():i"},
        {"4.5 percent and/or 10:30", ""}})
    EXPECT_EQ(names(text), found) << text;
}

TEST(Names, SaysWhere) {
  const std::string_view text = "see `a_b`, Anna's";
  for (const NameMention& name : find_names(text)) EXPECT_EQ(text.substr(name.begin, name.end - name.begin), name.text);
  EXPECT_EQ(find_names(text).size(), 2U);
}

TEST(Names, TakesAnyBytesInLinearTime) {
  EXPECT_EQ(names("\xFF Anna \xC3"), "Anna:n");
  EXPECT_EQ(names("我在 Berlin 👨‍👩‍👧"), "Berlin:n");
  for (const std::string_view unit : {"a", "`", "a`", "A ", "(", "Aa", "@", "/", "A de "}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    const auto start = std::chrono::steady_clock::now();
    for (const NameMention& name : find_names(text)) EXPECT_LE(name.end, text.size());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500)) << unit;
  }
}

}  // namespace
}  // namespace holdfast::language
