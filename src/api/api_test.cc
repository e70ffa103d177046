// What all calls share, in process: dispatch, tokens, envelopes and limits.
#include "api/api.h"

#include <gtest/gtest.h>

#include "api/api_testing.h"
#include "api/limits.h"

namespace holdfast::api {
namespace {

using DispatchTest = ApiTest;

TEST_F(DispatchTest, UnknownPathsAndMethodsAreAnsweredInTheEnvelope) {
  expect_error(bench.get("/nothing/here"), 404, 11000);
  expect_error(bench.get(kTestNamespaces + "/"), 404, 11000);
  expect_error(bench.get(profile("/memories/" + std::string(kUnknownId) + "/x")), 404, 11000);
  const Reply wrong = bench.ask({"PUT", kTestNamespaces});
  expect_error(wrong, 405, 11002);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(bench.ask({"PATCH", profile("")}).header("Allow"), "DELETE");
}

TEST_F(DispatchTest, WithoutATokenThereIsNoAnswerAtAll) {
  for (const char* target : {"/nothing/here", "/admin/tokens", kTestNamespaces.c_str()}) {
    const Reply reply = bench.ask({"GET", target, "", ""});
    expect_error(reply, 401, 10000);
    EXPECT_EQ(reply.header("WWW-Authenticate"), "Bearer");
  }
  expect_error(bench.ask({"PUT", kTestNamespaces, "", "wrong"}), 401, 10000);
  expect_error(bench.ask({"GET", kTestNamespaces + "/BAD", "", "wrong"}), 401, 10000);
}

TEST_F(DispatchTest, HealthAndMetricsNeedNone) {
  for (const char* target : {"/healthz", "/readyz", "/metrics", "/openapi.json"})
    EXPECT_EQ(bench.ask({"GET", target, "", ""}).status, 200) << target;
  EXPECT_EQ(bench.ask({"HEAD", "/healthz", "", ""}).status, 200);
  EXPECT_EQ(bench.get("/metrics").body, "holdfast_up 1\n");
  bench.ready = false;
  const Reply stopping = bench.get("/readyz");
  expect_error(stopping, 503, 11053);
  EXPECT_EQ(stopping.header("Retry-After"), "1");
  EXPECT_EQ(bench.get("/healthz").status, 200);
}

TEST_F(DispatchTest, EveryAnswerCarriesItsIds) {
  for (const char* target : {"/healthz", "/nothing", kTestNamespaces.c_str()}) {
    const Reply reply = bench.ask({"GET", target, "", std::string(kTestToken), {{"x-request-id", "mine"}}});
    EXPECT_EQ(reply.header("X-Request-Id"), "mine") << target;
    EXPECT_EQ(reply.header("traceparent").size(), 55U) << target;
  }
}

TEST_F(DispatchTest, BodiesOverTheirLimitAreTooLarge) {
  const std::string large = R"({"name":")" + std::string(kMaxBody, 'x') + "\"}";
  expect_error(bench.post(kTestNamespaces, large), 413, 11013);
  expect_error(bench.post(profile("/recall"), large), 413, 11013);
}

TEST(ApiLimitsTest, TooManyRequestsAtOnceAreTurnedAway) {
  Bench bench(ApiLimits{.requests_in_flight = 0});
  const Reply reply = bench.get("/healthz");
  expect_error(reply, 503, 11053);
  EXPECT_EQ(reply.header("Retry-After"), "1");
  EXPECT_EQ(bench.api().in_flight(), 0U);
}

TEST(ApiLimitsTest, OneBodyIsAlwaysLetIn) {
  Bench bench(ApiLimits{.body_bytes_in_flight = 1});
  EXPECT_EQ(bench.post(kTestNamespaces, R"({"name":"a"})").status, 201);
  EXPECT_EQ(bench.post(kTestNamespaces, R"({"name":"b"})").status, 201);
}

TEST(ApiLimitsTest, ARateLimitAnswersWithRetryAfter) {
  Bench bench({}, 1);
  EXPECT_EQ(bench.get(kTestNamespaces).status, 200);
  const Reply limited = bench.get(kTestNamespaces);
  expect_error(limited, 429, 11029);
  EXPECT_EQ(limited.header("Retry-After"), "1");
  EXPECT_EQ(bench.get("/healthz").status, 200);
  bench.clock().advance(1000);
  EXPECT_EQ(bench.get(kTestNamespaces).status, 200);
}

}  // namespace
}  // namespace holdfast::api
