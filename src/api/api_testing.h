// For the tests of this folder: the whole REST face in process, over a service in a directory of its own.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api.h"
#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/scheduler.h"
#include "base/task.h"
#include "memory/profile/sqlite_catalogue.h"
#include "memory/profile/sqlite_profile_store.h"
#include "memory/service.h"

namespace holdfast::api {

inline constexpr std::string_view kTestToken = "an-administrator-of-tests";
inline constexpr TimeMs kTestNow = 1'776'763'800'000;  // 2026-04-21T09:30:00.000Z

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "holdfast-api-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) std::abort();
    path_ = path;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Reply {
  int status = 0;
  std::vector<net::Header> headers;
  std::string body;  // a stream's pieces too

  [[nodiscard]] std::string header(std::string_view name) const { return std::string(net::find_header(headers, name)); }
  [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
  [[nodiscard]] boost::json::value result() const { return json().at("result"); }
  [[nodiscard]] boost::json::value error() const { return json().at("errors").at(0); }
  [[nodiscard]] std::int64_t code() const { return error().at("code").as_int64(); }
  [[nodiscard]] std::string pointer() const {
    const boost::json::value item = error();
    const boost::json::value* source = item.as_object().if_contains("source");
    return source == nullptr ? "" : boost::json::value_to<std::string>(source->at("pointer"));
  }
};

// A request as a test writes it.
struct Ask {
  std::string method;
  std::string target;
  std::string body = {};
  std::string token = std::string(kTestToken);  // "" for none
  std::vector<net::Header> headers = {};
};

class Bench {
 public:
  explicit Bench(ApiLimits limits = {}, double requests_per_second = 0)
      : catalogue_(open_catalogue()),
        storage_("storage", 2, 1000),
        compute_("compute", 2, 1000),
        scheduler_(storage_),
        stores_((directory_.path() / "profiles").string()),
        service_(memory::ServiceParts{*catalogue_, stores_, clock_, random_, storage_, compute_, scheduler_}),
        auth_(*catalogue_, clock_, random_, kTestToken, requests_per_second),
        api_(ApiParts{service_, auth_, compute_, storage_, clock_, random_, limits, [] { return "holdfast_up 1\n"; },
                      [this] { return ready; }}) {
    EXPECT_TRUE(auth_.load());
    service_.start();
  }
  ~Bench() {
    service_.stop();
    compute_.stop();
    storage_.stop();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  [[nodiscard]] Reply ask(const Ask& ask) {
    auto request = std::make_shared<net::Request>();
    request->method = ask.method;
    request->target = ask.target;
    const std::size_t question = ask.target.find('?');
    request->path = ask.target.substr(0, question);
    if (question != std::string::npos) request->query = ask.target.substr(question + 1);
    request->headers = ask.headers;
    if (!ask.token.empty()) request->headers.push_back({"Authorization", "Bearer " + ask.token});
    request->content_length = ask.body.size();
    request->body = std::make_shared<net::StringBody>(ask.body);
    net::Response response = run_here(api_.handle(request));
    Reply reply{response.status, std::move(response.headers), std::move(response.body)};
    while (response.stream) {
      const Result<net::Piece> piece = run_here(response.stream());
      EXPECT_TRUE(piece) << piece.error().message;
      if (!piece || !*piece) break;
      reply.body += **piece;
    }
    return reply;
  }
  [[nodiscard]] Reply get(const std::string& target) { return ask({"GET", target}); }
  [[nodiscard]] Reply post(const std::string& target, const std::string& body) { return ask({"POST", target, body}); }
  [[nodiscard]] Reply remove(const std::string& target) { return ask({"DELETE", target}); }

  [[nodiscard]] Api& api() { return api_; }
  [[nodiscard]] ManualClock& clock() { return clock_; }

  bool ready = true;

 private:
  [[nodiscard]] std::unique_ptr<memory::Catalogue> open_catalogue() {
    std::filesystem::create_directories(directory_.path() / "profiles");
    auto opened = memory::open_sqlite_catalogue((directory_.path() / "catalogue.db").string());
    if (!opened) std::abort();
    return std::move(*opened);
  }

  TemporaryDirectory directory_;
  ManualClock clock_{kTestNow};
  SystemRandom random_;
  std::unique_ptr<memory::Catalogue> catalogue_;
  Pool storage_, compute_;
  PoolScheduler scheduler_;
  memory::SqliteProfileStores stores_;
  memory::MemoryService service_;
  Auth auth_;
  Api api_;
};

inline const std::string kTestNamespaces =
    "/client/v4/accounts/0123456789abcdef0123456789abcdef/agent-memory/namespaces";

// A bench with the namespace "tests" in it.
class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(bench.post(kTestNamespaces, R"({"name":"tests"})").status, 201); }

  [[nodiscard]] static std::string profile(const std::string& rest) {
    return kTestNamespaces + "/tests/profiles/ada" + rest;
  }

  Bench bench;
};

inline constexpr const char* kUnknownId = "01KPR2M8R0F4Q6YV9T3W5X7Z1B";

inline std::string text(const boost::json::value& value) { return boost::json::value_to<std::string>(value); }

inline std::vector<std::string> keys(const boost::json::value& object) {
  std::vector<std::string> names;
  for (const auto& member : object.as_object()) names.emplace_back(member.key());
  return names;
}

inline void expect_error(const Reply& reply, int status, std::int64_t code, const std::string& pointer = "") {
  ASSERT_EQ(reply.status, status) << reply.body;
  EXPECT_EQ(reply.code(), code) << reply.body;
  EXPECT_EQ(reply.pointer(), pointer) << reply.body;
}

// The values of a field over all pages, and the number of pages.
inline std::pair<std::vector<std::string>, int> paged(Bench& bench, const std::string& target, const std::string& field,
                                                      std::size_t per_page) {
  std::vector<std::string> values;
  std::string cursor;
  for (int pages = 1;; ++pages) {
    const std::string at = fmt::format("{}{}per_page={}{}", target, target.find('?') == target.npos ? '?' : '&',
                                       per_page, cursor.empty() ? "" : "&cursor=" + cursor);
    const Reply reply = bench.get(at);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const boost::json::value envelope = reply.json();
    const boost::json::array& items = envelope.at("result").as_array();
    EXPECT_EQ(envelope.at("result_info").at("count"), items.size());
    EXPECT_EQ(envelope.at("result_info").at("per_page"), per_page);
    for (const boost::json::value& item : items) values.push_back(text(item.at(field)));
    const boost::json::value* next = envelope.at("result_info").as_object().if_contains("cursor");
    if (next == nullptr || pages > 100) return {values, pages};
    cursor = text(*next);
  }
}

inline std::string ingest_body(int messages, const std::string& session = "s1") {
  boost::json::array items;
  for (int i = 0; i < messages; ++i)
    items.push_back(boost::json::object{{"role", i % 2 == 0 ? "user" : "assistant"},
                                        {"content", fmt::format("Message number {} of {}.", i, session)},
                                        {"timestamp", fmt::format("2026-04-{:02}", i % 28 + 1)}});
  return boost::json::serialize(boost::json::object{{"messages", std::move(items)}, {"sessionId", session}});
}

}  // namespace holdfast::api
