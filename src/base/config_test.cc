#include "base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/id.h"

namespace holdfast {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    SystemRandom random;
    file_ = (std::filesystem::temp_directory_path() / ("holdfast-config-" + Id::ulid(0, random).to_string())).string();
  }
  ~ConfigTest() override { std::filesystem::remove(file_); }

  Result<Config> load(const std::string& toml, const std::map<std::string, std::string>& environment = {}) {
    std::ofstream(file_) << toml;
    return load_config(file_, [&](const std::string& name) -> std::optional<std::string> {
      const auto it = environment.find(name);
      return it == environment.end() ? std::nullopt : std::optional(it->second);
    });
  }
  std::string refusal(const std::string& toml, const std::map<std::string, std::string>& environment = {}) {
    const auto config = load(toml, environment);
    if (config) return "(accepted)";
    EXPECT_EQ(config.error().code, Code::kInvalid);
    return config.error().message;
  }

  std::string file_;
};

TEST_F(ConfigTest, EveryKeyHasADefault) {
  const auto config = load_config("", [](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(config);
  EXPECT_EQ(config->server.port, 8787);
  EXPECT_EQ(config->server.host, "127.0.0.1");
  EXPECT_EQ(config->limits.requests_per_second, 0);
  EXPECT_EQ(config->log.level, "info");
}

TEST_F(ConfigTest, TheEnvironmentGoesOverTheFile) {
  const auto config = load(R"(
    [server]
    data = "/srv/holdfast"
    port = 9000
    [limits]
    requests_per_second = 2.5
    open_bytes = 1_000_000
    [log]
    level = "debug"
  )",
                           {{"HOLDFAST_SERVER_PORT", "0"}, {"HOLDFAST_LIMITS_REQUESTS_PER_SECOND", "7"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server.data, "/srv/holdfast");
  EXPECT_EQ(config->server.port, 0);
  EXPECT_EQ(config->limits.requests_per_second, 7);
  EXPECT_EQ(config->limits.open_bytes, 1'000'000);
  EXPECT_EQ(config->log.level, "debug");
}

TEST_F(ConfigTest, UnknownKeysAreErrorsThatNameTheKnown) {
  EXPECT_THAT(refusal("[server]\nprot = 1"),
              AllOf(HasSubstr("[server] prot"), HasSubstr("unknown"), HasSubstr("port")));
  EXPECT_THAT(refusal("[sever]\nport = 1"),
              AllOf(HasSubstr("[sever]"), HasSubstr("embedding, limits, llm, log, models, privacy, server, vectors")));
  EXPECT_THAT(refusal("port = 1"), HasSubstr("unknown section [port]"));
  EXPECT_THAT(refusal("[log]\nport = 1"), HasSubstr("[log] port"));
}

TEST_F(ConfigTest, BadValuesAreErrorsThatSayWhatWouldBeRight) {
  EXPECT_THAT(refusal("[server]\nport = 65536"), AllOf(HasSubstr("[server] port"), HasSubstr("from 0 to 65535")));
  for (const char* value : {"-1", "8080.5", "\"80 80\"", "\"\"", "true", "[1]", "1979-05-27", "{ a = 1 }"})
    EXPECT_THAT(refusal(std::string("[server]\nport = ") + value), HasSubstr("[server] port")) << value;
  EXPECT_THAT(refusal("[limits]\nopen_files = 15"), HasSubstr("16"));
  EXPECT_THAT(refusal("[log]\nlevel = \"loud\""), HasSubstr("debug, info, warning, error, off"));
  EXPECT_THAT(refusal("", {{"HOLDFAST_LIMITS_CONNECTIONS", "many"}}), HasSubstr("HOLDFAST_LIMITS_CONNECTIONS"));
  for (const char* value : {"nan", "inf", "-0.5"})
    EXPECT_THAT(refusal("", {{"HOLDFAST_LIMITS_REQUESTS_PER_SECOND", value}}), HasSubstr("must be a number")) << value;
  EXPECT_THAT(refusal("[limits]\nrequests_per_second = nan"), HasSubstr("must be a number"));
}

TEST_F(ConfigTest, AModelServerIsOneLineOfConfiguration) {
  const auto config = load("[llm]\nbase_url = \"http://127.0.0.1:8080/v1/\"");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->llm.base_url, "http://127.0.0.1:8080/v1");
  EXPECT_EQ(config->llm.recall_timeout_ms, 2'000);
  EXPECT_TRUE(config->embedding.base_url.empty());
  EXPECT_THAT(refusal("[llm]\nbase_url = \"localhost:8080\""), HasSubstr("http://"));
}

TEST_F(ConfigTest, HeadersAreAListInTheFileAndLinesInTheEnvironment) {
  const auto config = load("[llm]\nheaders = [\"X-One: 1\", \"X-Two: a, b\"]",
                           {{"HOLDFAST_EMBEDDING_HEADERS", "X-Three: 3\nX-Four: 4"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->llm.headers, testing::ElementsAre("X-One: 1", "X-Two: a, b"));
  EXPECT_THAT(config->embedding.headers, testing::ElementsAre("X-Three: 3", "X-Four: 4"));
  EXPECT_THAT(refusal("[llm]\nheaders = [\"no colon\"]"), HasSubstr("Name: value"));
  EXPECT_THAT(refusal("[llm]\nheaders = [1]"), HasSubstr("list of texts"));
  EXPECT_TRUE(load("[llm]\nheaders = \"X-One: 1\""));
}

TEST_F(ConfigTest, AKeyIsGivenInOneWay) {
  EXPECT_THAT(refusal("[llm]\napi_key = \"k\"\napi_key_env = \"OPENAI_API_KEY\""), HasSubstr("keep one"));
  const auto config = load("[llm]\napi_key_env = \"OPENAI_API_KEY\"\n[embedding]\napi_key = \"k\"",
                           {{"OPENAI_API_KEY", "from outside"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->llm.api_key, "from outside");
  EXPECT_EQ(config->embedding.api_key, "k");
}

TEST_F(ConfigTest, AKeyThatIsNotWhereItShouldBeIsAnError) {
  EXPECT_THAT(refusal("[llm]\napi_key_env = \"NO_SUCH_KEY\""), AllOf(HasSubstr("NO_SUCH_KEY"), HasSubstr("not set")));
  EXPECT_THAT(refusal("[llm]\napi_key_file = \"/nowhere/key\""), HasSubstr("/nowhere/key"));
  const std::string key_file = file_ + ".key";
  std::ofstream(key_file) << "from a file\n";
  const auto config = load("[embedding]\napi_key_file = \"" + key_file + "\"");
  std::filesystem::remove(key_file);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->embedding.api_key, "from a file");
}

TEST_F(ConfigTest, ATextIsNotMadeFromAnythingElse) {
  for (const char* value : {"true", "5", "1.5", "[\"a\"]", "1979-05-27"})
    EXPECT_THAT(refusal(std::string("[server]\ndata = ") + value), HasSubstr("[server] data")) << value;
}

TEST_F(ConfigTest, BadFilesAreErrorsThatNameTheLine) {
  EXPECT_THAT(refusal("[server]\nport = = 1"), AllOf(HasSubstr(file_), HasSubstr("line 2")));
  const auto none = load_config(file_ + ".none", [](const std::string&) { return std::nullopt; });
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr(file_ + ".none"));
}

TEST_F(ConfigTest, TlsNeedsBothFiles) {
  EXPECT_THAT(refusal("[server]\ntls_key = \"key.pem\""), HasSubstr("tls_certificate"));
  EXPECT_TRUE(load("[server]\ntls_key = \"key.pem\"\ntls_certificate = \"cert.pem\""));
}

}  // namespace
}  // namespace holdfast
