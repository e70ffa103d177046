#include "language/secrets.h"

#include <gtest/gtest.h>

#include <chrono>

namespace holdfast::language {
namespace {

struct Case {
  std::string_view text;
  std::string_view redacted;
};

// Assembled here, so that no scanner of the repository takes them for real ones.
const std::string kGithub = std::string("ghp_") + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
const std::string kOpenAi = std::string("sk-") + "proj-Ab12Cd34Ef56Gh78Ij90";
const std::string kAws = std::string("AKIA") + "IOSFODNN7EXAMPLE";
const std::string kJwt = std::string("eyJhbGciOiJIUzI1NiJ9") + ".eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

TEST(Secrets, FindsKeysByTheirForm) {
  for (const std::string& key : {kGithub, kOpenAi, kAws, kJwt, std::string("xoxb-") + "1234567890-abcdef"})
    EXPECT_EQ(redact_secrets("use " + key + ", please"), "use [secret], please") << key;
}

TEST(Secrets, FindsPrivateKeys) {
  EXPECT_EQ(redact_secrets("key:\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nthanks"),
            "key:\n[secret]\nthanks");
  EXPECT_EQ(redact_secrets("-----BEGIN PRIVATE KEY-----\ncut off"), "[secret]");
  EXPECT_EQ(redact_secrets("-----BEGIN CERTIFICATE-----\nMIIE"), "-----BEGIN CERTIFICATE-----\nMIIE");
}

TEST(Secrets, FindsValuesThatAreAnnounced) {
  for (const auto& [text, redacted] : {Case{"password: hunter2", "password: [secret]"},
                                       {"Password: correcthorse, ok?", "Password: [secret], ok?"},
                                       {"my password is hunter2.", "my password is [secret]."},
                                       {"DB_PASSWORD=s3cr3t!x", "DB_PASSWORD=[secret]"},
                                       {"?token=abc123def&x=1", "?token=[secret]&x=1"},
                                       {"{\"api_key\": \"q9w8e7\"}", "{\"api_key\": \"[secret]\"}"},
                                       {"my PIN is 4711", "my PIN is [secret]"}})
    EXPECT_EQ(redact_secrets(text), redacted);
}

TEST(Secrets, FindsPasswordsInUrls) {
  EXPECT_EQ(redact_secrets("postgres://app:pa55@db:5432/x"), "postgres://app:[secret]@db:5432/x");
  EXPECT_EQ(redact_secrets("https://example.com:8080/a@b"), "https://example.com:8080/a@b");
}

TEST(Secrets, FindsCardNumbers) {
  for (const auto& [text, redacted] : std::vector<std::pair<const char*, const char*>>{
           {"card 4111 1111 1111 1111, exp 12/29", "card [secret], exp 12/29"},
           {"4111-1111-1111-1111 2029", "[secret] 2029"},
           {"5555555555554444.", "[secret]."},
           {"amex 3782 822463 10005!", "amex [secret]!"},
           {"2223 0031 2200 3222 500 euros", "[secret] 500 euros"}})
    EXPECT_EQ(redact_secrets(text), redacted);
  for (const char* text : {"order 4111 1111 1111 1112", "1764010400123456", "call +4111 1111 1111 1111",
                           "4111 1111 1111", "41 111111 11111111 1", "41111111111111110000", "4111111111111111a"})
    EXPECT_EQ(redact_secrets(text), text);
}

TEST(Secrets, LeavesProseAndReferencesAlone) {
  for (const char* text :
       {"the password is wrong", "I forgot my password", "password: required", "token: the one from CI",
        "password=$DB_PASSWORD", "set token=<your token>", "sk-learn-is-a-fine-library", "the token is expired",
        "api_key = os.environ['KEY']", "the secret to good bread is time"})
    EXPECT_EQ(redact_secrets(text), text);
}

TEST(Secrets, TakesAnyBytesInLinearTime) {
  EXPECT_EQ(redact_secrets("\xFF password: hunter2 \xC3"), "\xFF password: [secret] \xC3");
  for (const std::string_view unit : {"a", "token=", "-----BEGIN ", "://", "eyJ.", "password is ", "sk-", "-"}) {
    std::string text;
    while (text.size() < 32 * 1024) text += unit;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& [begin, end] : find_secrets(text)) EXPECT_TRUE(begin < end && end <= text.size());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800)) << unit;
  }
}

}  // namespace
}  // namespace holdfast::language
