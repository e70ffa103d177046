#include "api/auth.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/api_testing.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kAdmin = "the-admin-token";
constexpr Access kRead{kReadScope, "support", "team-ada"};
constexpr Access kWrite{kWriteScope, "support", "team-ada"};

class AuthTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = memory::open_sqlite_catalogue((directory.path() / "catalogue.db").string());
    ASSERT_TRUE(opened) << opened.error().message;
    catalogue = std::move(*opened);
    auth = make();
  }

  [[nodiscard]] std::unique_ptr<Auth> make(double requests_per_second = 0) {
    auto made = std::make_unique<Auth>(*catalogue, clock, random, kAdmin, requests_per_second);
    EXPECT_TRUE(made->load());
    return made;
  }

  [[nodiscard]] NewToken create(std::vector<std::string> scopes, std::string name_space = "", std::string pattern = "",
                                std::optional<TimeMs> expires_at = std::nullopt) {
    auto made = auth->create(std::move(scopes), std::move(name_space), std::move(pattern), expires_at);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }

  // The code of the refusal; nullopt when it is let in.
  [[nodiscard]] std::optional<Code> refusal(std::string_view secret, const Access& access) {
    const auto allowed = auth->allow("Bearer " + std::string(secret), access);
    return allowed ? std::nullopt : std::optional(allowed.error().code);
  }

  TemporaryDirectory directory;
  ManualClock clock{kTestNow};
  SystemRandom random;
  std::unique_ptr<memory::Catalogue> catalogue;
  std::unique_ptr<Auth> auth;
};

TEST(MatchesTest, AStarIsAnyRunOfCharacters) {
  struct Row {
    std::string_view pattern, text;
    bool expected;
  };
  for (const auto& [pattern, text, expected] : {
           Row{"", "", true},
           Row{"", "a", false},
           Row{"*", "", true},
           Row{"*", "anything", true},
           Row{"ada", "ada", true},
           Row{"ada", "adam", false},
           Row{"ada", "ad", false},
           Row{"team-*", "team-", true},
           Row{"team-*", "team-ada", true},
           Row{"team-*", "team", false},
           Row{"*-ada", "team-ada", true},
           Row{"*-ada", "team-ada-x", false},
           Row{"a*b*c", "abc", true},
           Row{"a*b*c", "a-b-b-c", true},
           Row{"a*b*c", "acb", false},
           Row{"**", "x", true},
           Row{"a*a", "a", false},
           Row{"*ab*ab", "abxab", true},
           Row{"*aab", "aaab", true},
       })
    EXPECT_EQ(matches(pattern, text), expected) << pattern << " on " << text;
}

TEST(MatchesTest, ManyStarsStayQuick) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(10'000, 'a')));
}

TEST(MakeTokenTest, Has256BitsAsBase64url) {
  SeededRandom random(1);
  const std::string one = make_token(random), other = make_token(random);
  EXPECT_EQ(one.size(), 46U);
  EXPECT_TRUE(one.starts_with("hf_"));
  EXPECT_EQ(one.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), one.npos);
  EXPECT_NE(one, other);
}

TEST_F(AuthTest, TheAdminTokenMayDoEverything) {
  for (const std::string_view scope : {kReadScope, kWriteScope, kAdminScope})
    EXPECT_EQ(refusal(kAdmin, {scope, "any", "one"}), std::nullopt);
  EXPECT_TRUE(auth->allow("bearer " + std::string(kAdmin), kRead));
}

TEST_F(AuthTest, WhatIsNoKnownTokenIsUnauthenticated) {
  for (const std::string_view header :
       {"", "Bearer", "Bearer ", "Bearer x", "Basic the-admin-token", "the-admin-token", "Bearer the-admin-token ",
        "Bearer  the-admin-token", "Bearer The-Admin-Token"}) {
    const auto allowed = auth->allow(header, kRead);
    ASSERT_FALSE(allowed) << header;
    EXPECT_EQ(allowed.error().code, Code::kUnauthenticated) << header;
    EXPECT_EQ(allowed.error().message, "Authentication error");
  }
}

TEST_F(AuthTest, AScopeHoldsWhatItSays) {
  const std::string reader = create({"memory:read"}).secret, writer = create({"memory:write"}).secret,
                    admin = create({"admin"}).secret;
  EXPECT_EQ(refusal(reader, kRead), std::nullopt);
  EXPECT_EQ(refusal(reader, kWrite), Code::kForbidden);
  EXPECT_EQ(refusal(reader, {kAdminScope, "", ""}), Code::kForbidden);
  EXPECT_EQ(refusal(writer, kWrite), std::nullopt);
  EXPECT_EQ(refusal(writer, kRead), Code::kForbidden);
  EXPECT_EQ(refusal(admin, kRead), std::nullopt);
  EXPECT_EQ(refusal(admin, kWrite), std::nullopt);
  EXPECT_EQ(refusal(admin, {kAdminScope, "", ""}), std::nullopt);
}

TEST_F(AuthTest, ATokenOfANamespaceStaysInIt) {
  const std::string secret = create({"memory:read"}, "support").secret;
  EXPECT_EQ(refusal(secret, {kReadScope, "support", "any"}), std::nullopt);
  EXPECT_EQ(refusal(secret, {kReadScope, "support", ""}), std::nullopt);
  EXPECT_EQ(refusal(secret, {kReadScope, "sales", "any"}), Code::kForbidden);
  EXPECT_EQ(refusal(secret, {kReadScope, "", ""}), Code::kForbidden);
}

TEST_F(AuthTest, ATokenOfAPatternSeesTheseProfilesOnly) {
  const std::string secret = create({"memory:read"}, "", "team-*").secret;
  EXPECT_EQ(refusal(secret, {kReadScope, "support", "team-ada"}), std::nullopt);
  EXPECT_EQ(refusal(secret, {kReadScope, "sales", "team-"}), std::nullopt);
  EXPECT_EQ(refusal(secret, {kReadScope, "support", "ada"}), Code::kForbidden);
  EXPECT_EQ(refusal(secret, {kReadScope, "support", ""}), Code::kForbidden);
}

TEST_F(AuthTest, ATokenEndsAtItsTime) {
  const std::string secret = create({"memory:read"}, "", "", kTestNow + 1000).secret;
  clock.advance(999);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  clock.advance(1);
  EXPECT_EQ(refusal(secret, kRead), Code::kUnauthenticated);
}

TEST_F(AuthTest, ARevokedTokenIsUnknownAtOnceAndForGood) {
  const NewToken token = create({"memory:read"}), kept = create({"memory:read"});
  EXPECT_EQ(auth->list().size(), 2U);
  ASSERT_TRUE(auth->revoke(token.record.id));
  EXPECT_EQ(refusal(token.secret, kRead), Code::kUnauthenticated);
  const auto again = auth->revoke(token.record.id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kTokenNotFound);
  auth = make();
  EXPECT_EQ(refusal(token.secret, kRead), Code::kUnauthenticated);
  EXPECT_EQ(refusal(kept.secret, kRead), std::nullopt);
  ASSERT_EQ(auth->list().size(), 1U);
  EXPECT_EQ(auth->list().front().id, kept.record.id);
}

TEST_F(AuthTest, TokensOutliveARestartWithAllTheirLimits) {
  const std::string secret = create({"memory:read"}, "support", "team-*", kTestNow + 1000).secret;
  auth = make();
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  EXPECT_EQ(refusal(secret, kWrite), Code::kForbidden);
  EXPECT_EQ(refusal(secret, {kReadScope, "sales", "team-ada"}), Code::kForbidden);
  EXPECT_EQ(refusal(secret, {kReadScope, "support", "ada"}), Code::kForbidden);
  clock.advance(1000);
  EXPECT_EQ(refusal(secret, kRead), Code::kUnauthenticated);
}

TEST_F(AuthTest, OnlyTheHashIsKept) {
  const NewToken token = create({"memory:read"});
  EXPECT_EQ(token.record.digest, sha256(token.secret));
  catalogue.reset();
  bool hash_found = false;
  const std::string_view hash(reinterpret_cast<const char*>(token.record.digest.data()), token.record.digest.size());
  for (const auto& file : std::filesystem::directory_iterator(directory.path())) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_EQ(bytes.find(token.secret.substr(3)), std::string::npos) << file.path();
    hash_found = hash_found || bytes.find(hash) != std::string::npos;
  }
  EXPECT_TRUE(hash_found);
}

TEST_F(AuthTest, ARateLimitSaysWhenToComeBack) {
  const std::string secret = create({"memory:read"}).secret;
  auth = make(2);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  const auto limited = auth->allow("Bearer " + secret, kRead);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, Code::kRateLimited);
  EXPECT_EQ(limited.error().retry_after_seconds, 1);
  EXPECT_EQ(refusal(kAdmin, kRead), std::nullopt) << "every token has a rate of its own";
  clock.advance(499);
  EXPECT_EQ(refusal(secret, kRead), Code::kRateLimited);
  clock.advance(1);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  EXPECT_EQ(refusal(secret, kRead), Code::kRateLimited);
  clock.advance(3'600'000);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  EXPECT_EQ(refusal(secret, kRead), std::nullopt);
  EXPECT_EQ(refusal(secret, kRead), Code::kRateLimited) << "an idle hour saves up no more than a second's worth";
}

TEST_F(AuthTest, ASlowRateLetsOneInAndWaitsLong) {
  auth = make(0.1);
  EXPECT_EQ(refusal(kAdmin, kRead), std::nullopt);
  const auto limited = auth->allow("Bearer " + std::string(kAdmin), kRead);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().retry_after_seconds, 10);
}

TEST_F(AuthTest, ListsById) {
  std::vector<Id> ids;
  for (int i = 0; i < 3; ++i) {
    clock.advance(i == 1 ? -10'000 : 20'000);
    ids.push_back(create({"memory:read"}).record.id);
  }
  std::ranges::sort(ids);
  const auto listed = auth->list();
  ASSERT_EQ(listed.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(listed[i].id, ids[i]);
}

}  // namespace
}  // namespace holdfast::api
