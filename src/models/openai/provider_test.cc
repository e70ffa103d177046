#include "models/openai/provider.h"

#include <atomic>

#include "models/openai/provider_test_support.h"

namespace holdfast::models {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string value_of(const net::OutboundRequest& request, std::string_view name) {
  return std::string(net::find_header(request.headers, name));
}

TEST_F(ProviderTest, AsksWithItsKeyAndHeaders) {
  make({.api_key = "secret", .headers = {{"X-Project", "p"}, {"X-Both", "provider"}}});
  outbound_.then_status(200, {{"X-Id", "1"}}, "{}");
  const auto ended = call({.body = "{\"a\":1}", .headers = {{"x-both", "call"}}});
  ASSERT_TRUE(*ended && **ended);
  EXPECT_TRUE((**ended)->ok());
  EXPECT_EQ((**ended)->body, "{}");
  EXPECT_EQ((**ended)->attempts, 1U);
  EXPECT_EQ(net::find_header((**ended)->headers, "x-id"), "1");
  const net::OutboundRequest& request = outbound_.requests.at(0);
  EXPECT_EQ(request.url, "http://127.0.0.1:8080/v1/chat/completions");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "{\"a\":1}");
  EXPECT_EQ(value_of(request, "authorization"), "Bearer secret");
  EXPECT_EQ(value_of(request, "content-type"), "application/json");
  EXPECT_EQ(value_of(request, "x-project"), "p");
  EXPECT_EQ(value_of(request, "x-both"), "call");
  EXPECT_EQ(request.connect_timeout, 3'000ms);
  EXPECT_EQ(request.timeout, 120'000ms);
}

TEST_F(ProviderTest, AsksItsOwnServerOnly) {
  make({.api_key = "secret"});
  outbound_.then_status(200);
  EXPECT_TRUE(**call({.method = "GET", .path = "http://127.0.0.1:8080/props"}));
  EXPECT_EQ(outbound_.requests.at(0).url, "http://127.0.0.1:8080/props");
  const auto other = call({.method = "GET", .path = "http://127.0.0.1:8081/props"});
  EXPECT_EQ((*other)->error().code, Code::kInvalid);
  EXPECT_EQ(outbound_.asked(), 1U);
}

TEST_F(ProviderTest, GivesTheCallerWhatNoRetryMends) {
  make();
  for (const int status : {400, 401, 404, 413, 422}) {
    outbound_.then_status(status, {}, "why");
    const auto ended = call();
    ASSERT_TRUE(*ended && **ended) << status;
    EXPECT_EQ((**ended)->status, status);
    EXPECT_EQ((**ended)->body, "why");
    EXPECT_FALSE((**ended)->ok());
  }
  EXPECT_THAT(observer_.seen(), ElementsAre());
}

TEST_F(ProviderTest, TriesAgainUntilItIsAnswered) {
  make();
  outbound_.then_status(503);
  outbound_.then_none(Code::kIo, "unreachable: refused");
  outbound_.then_none(Code::kCancelled, net::no_answer::kTimeout);
  outbound_.then_status(200, {}, "at last");
  const auto ended = call();
  for (const auto whole : {500ms, 1'000ms, 2'000ms}) {
    EXPECT_FALSE(*ended);
    const auto waited = pass_to_next();
    EXPECT_GE(waited, whole / 2);
    EXPECT_LE(waited, whole);
  }
  ASSERT_TRUE(*ended && **ended);
  EXPECT_EQ((**ended)->body, "at last");
  EXPECT_EQ((**ended)->attempts, 4U);
  EXPECT_THAT(observer_.seen(), ElementsAre("llm retry 503", "llm retry unreachable", "llm retry timeout"));
}

TEST_F(ProviderTest, GivesUpAfterItsRetriesAndSaysWhatToDo) {
  make({.retries = 1});
  for (int i = 0; i < 2; ++i) outbound_.then_none(Code::kIo, net::no_answer::kUnreachable);
  const auto ended = call();
  pass_to_next();
  ASSERT_TRUE(*ended && !**ended);
  EXPECT_EQ((*ended)->error().code, Code::kProviderFailed);
  EXPECT_EQ((*ended)->error().message, "cannot reach it [llm] base_url names it (tried 2 times)");
  EXPECT_EQ((*ended)->error().cause, "unreachable");

  outbound_.then_status(429);
  const auto none = call({.max_retries = 0});
  EXPECT_EQ((*none)->error().cause, "rate_limited");
  EXPECT_EQ(outbound_.asked(), 3U);
}

TEST_F(ProviderTest, TriesAServersErrorOnceMoreOnly) {
  make();
  outbound_.then_status(500, {}, "a body with what somebody said");
  outbound_.then_status(500);
  const auto ended = call();
  pass_to_next();
  ASSERT_TRUE(*ended && !**ended);
  EXPECT_EQ((*ended)->error().cause, "failed");
  EXPECT_THAT((*ended)->error().message, AllOf(HasSubstr("(500)"), Not(HasSubstr("somebody"))));
  EXPECT_EQ(outbound_.asked(), 2U);
}

TEST_F(ProviderTest, DoesNotFollowARedirectAndSaysSo) {
  make();
  outbound_.then_status(301, {{"Location", "https://elsewhere.example/secret"}});
  const auto ended = call();
  EXPECT_EQ((*ended)->error().cause, "refused");
  EXPECT_THAT((*ended)->error().message, AllOf(HasSubstr("[llm] base_url"), Not(HasSubstr("elsewhere.example"))));
}

TEST_F(ProviderTest, WaitsForAModelThatIsBeingLoaded) {
  make({.timeout = 60'000ms, .retries = 1});
  constexpr std::string_view kLoading =
      R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})";
  for (int i = 0; i < 10; ++i) outbound_.then_status(503, {}, std::string(kLoading));
  outbound_.then_status(200);
  const auto ended = call();
  for (int i = 0; i < 10; ++i) EXPECT_LE(pass_to_next(), 2'000ms);
  ASSERT_TRUE(*ended && **ended);
  EXPECT_EQ((**ended)->attempts, 11U);

  for (int i = 0; i < 200; ++i) outbound_.then_status(503, {}, std::string(kLoading));
  const auto never = call();
  const TimeMs begun = clock_.now();
  while (!*never) pass_to_next();
  EXPECT_THAT((*never)->error().message, HasSubstr("still loading its model"));
  EXPECT_LE(clock_.now() - begun, 62'000);
}

TEST_F(ProviderTest, ObeysRetryAfterThatFits) {
  make();
  outbound_.then_status(429, {{"Retry-After", "7"}});
  outbound_.then_status(200);
  const auto ended = call({.budget = 8'000ms});
  EXPECT_EQ(pass_to_next(), 7'000ms);
  EXPECT_TRUE(*ended && **ended);

  outbound_.then_status(503,
                        {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 08:49:57 GMT"}});
  outbound_.then_status(200);
  const auto dated = call();
  EXPECT_EQ(pass_to_next(), 20'000ms);
  EXPECT_TRUE(*dated && **dated);
}

TEST_F(ProviderTest, FailsAtOnceWhenRetryAfterIsTooLong) {
  make();
  outbound_.then_status(429, {{"Retry-After", "30"}});
  const auto ended = call({.budget = 2'000ms, .priority = Priority::kQuery});
  ASSERT_TRUE(*ended && !**ended);
  EXPECT_EQ((*ended)->error().code, Code::kProviderFailed);
  EXPECT_EQ((*ended)->error().cause, "rate_limited");
  EXPECT_EQ((*ended)->error().retry_after_seconds, 30);
  EXPECT_THAT((*ended)->error().message, HasSubstr("try again in 30 s"));

  // It holds for everybody: who has no time is told at once, who has some waits without asking.
  const auto hasty = call({.budget = 5'000ms});
  ASSERT_TRUE(*hasty && !**hasty);
  EXPECT_EQ((*hasty)->error().cause, "rate_limited");
  EXPECT_EQ((*hasty)->error().retry_after_seconds, 30);
  outbound_.then_status(200);
  const auto patient = call();
  EXPECT_FALSE(*patient);
  EXPECT_EQ(outbound_.asked(), 1U);
  pass(30'000ms);
  EXPECT_TRUE(*patient && **patient);

  outbound_.then_status(429, {{"Retry-After", "3600"}});
  const auto unbound = call();
  ASSERT_TRUE(*unbound && !**unbound) << "an hour is longer than any time-out";
  EXPECT_EQ((*unbound)->error().retry_after_seconds, 3'600);
}

TEST_F(ProviderTest, StartsAStreamThatBrokeOffWithANewSink) {
  make();
  std::vector<std::string> taken;
  const auto make_sink = [&taken]() -> net::OutboundRequest::Sink {
    taken.emplace_back();
    return [&taken](std::string_view piece) -> Result<> {
      taken.back() += piece;
      return {};
    };
  };
  outbound_.then([](const net::OutboundRequest& request) -> FakeOutbound::Reply {
    EXPECT_TRUE(request.sink("half an ans"));
    return fail(Code::kIo, "it broke off", {}, std::string(net::no_answer::kBrokeOff));
  });
  outbound_.then([](const net::OutboundRequest& request) -> FakeOutbound::Reply {
    EXPECT_TRUE(request.sink("the answer"));
    return net::OutboundReply{.status = 200};
  });
  const auto ended = call({.make_sink = make_sink});
  pass_to_next();
  ASSERT_TRUE(*ended && **ended);
  EXPECT_THAT(taken, ElementsAre("half an ans", "the answer"));
  EXPECT_THAT(observer_.seen(), ElementsAre("llm retry broke_off"));
  EXPECT_EQ(outbound_.requests.at(0).idle_timeout, 60'000ms);
}

TEST_F(ProviderTest, PassesOnWhatASinkSays) {
  make();
  outbound_.then_none(Code::kTooLarge, "");
  const auto ended = call();
  EXPECT_EQ((*ended)->error().code, Code::kTooLarge);
  EXPECT_EQ(outbound_.asked(), 1U);
}

TEST_F(ProviderTest, BoundsCallsInFlight) {
  make({.in_flight = 8});
  std::vector<std::shared_ptr<Ended>> ended;
  for (int i = 0; i < 100; ++i) ended.push_back(call());
  for (std::size_t left = 100; left > 0; --left) {
    EXPECT_EQ(outbound_.in_flight(), std::min<std::size_t>(8, left));
    EXPECT_EQ(provider_->waiting(), left > 8 ? left - 8 : 0);
    answer(net::OutboundReply{.status = 200});
  }
  for (const auto& end : ended) EXPECT_TRUE(*end && **end);
  EXPECT_EQ(outbound_.asked(), 100U);
}

TEST_F(ProviderTest, LetsQueriesGoFirst) {
  make({.in_flight = 1});
  std::vector<std::shared_ptr<Ended>> ended = {call({.body = "running"}), call({.body = "1"}), call({.body = "2"}),
                                               call({.body = "query", .priority = Priority::kQuery})};
  for (int i = 0; i < 4; ++i) answer(net::OutboundReply{.status = 200});
  std::vector<std::string> order;
  for (const net::OutboundRequest& request : outbound_.requests) order.push_back(request.body);
  EXPECT_THAT(order, ElementsAre("running", "query", "1", "2"));
}

TEST_F(ProviderTest, AWaitBetweenTriesHoldsNobodyUp) {
  make({.in_flight = 1});
  outbound_.then_status(503);
  const auto first = call();
  outbound_.then_status(200);
  EXPECT_TRUE(*call()) << "the turn was kept";
  EXPECT_FALSE(*first);
  outbound_.then_status(200);
  pass_to_next();
  EXPECT_TRUE(*first && **first);
}

TEST_F(ProviderTest, ABudgetBoundsTheWaitForATurn) {
  make({.in_flight = 1});
  const auto running = call();
  const auto waiting = call({.budget = 2'000ms, .priority = Priority::kQuery});
  pass(1'999ms);
  EXPECT_FALSE(*waiting);
  pass(1ms);
  ASSERT_TRUE(*waiting && !**waiting);
  EXPECT_EQ((*waiting)->error().code, Code::kCancelled);
  EXPECT_EQ((*waiting)->error().cause, "timeout");
  EXPECT_EQ((*waiting)->error().message, "no answer of http://127.0.0.1:8080 within 2 s");
  EXPECT_EQ(provider_->waiting(), 0U);
  answer(net::OutboundReply{.status = 200});
  EXPECT_TRUE(*running && **running);
  outbound_.then_status(200);
  EXPECT_TRUE(*call()) << "the turn was lost";
}

TEST_F(ProviderTest, ABudgetBoundsEveryTry) {
  make();
  const auto ended = call({.budget = 2'000ms});
  EXPECT_EQ(outbound_.requests.at(0).timeout, 2'000ms);
  clock_.advance(1'000);
  answer(net::OutboundReply{.status = 503});
  pass_to_next();
  ASSERT_EQ(outbound_.asked(), 2U);
  EXPECT_LE(outbound_.requests.at(1).timeout, 750ms);
  EXPECT_LE(outbound_.requests.at(1).connect_timeout, 750ms);
  clock_.advance(outbound_.requests.at(1).timeout.count());
  answer(fail(Code::kCancelled, "too slow", {}, std::string(net::no_answer::kTimeout)));
  ASSERT_TRUE(*ended && !**ended);
  EXPECT_EQ((*ended)->error().code, Code::kCancelled);
  EXPECT_THAT((*ended)->error().message, AllOf(HasSubstr("within 2 s"), HasSubstr("(503)")));

  // What cannot be waited for is not: the caller learns at once what went wrong.
  outbound_.then_none(Code::kIo, net::no_answer::kUnreachable);
  const auto hasty = call({.budget = 100ms});
  ASSERT_TRUE(*hasty && !**hasty);
  EXPECT_EQ((*hasty)->error().cause, "unreachable");
  EXPECT_EQ((*call({.budget = 0ms}))->error().cause, "timeout");
}

TEST_F(ProviderTest, TheBreakerSparesAServerThatDoesNotAnswer) {
  make({.retries = 0, .breaker_failures = 3, .breaker_pause = 5'000ms});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(provider_->breaker_open());
    outbound_.then_none(Code::kIo, net::no_answer::kUnreachable);
    EXPECT_EQ((*call())->error().cause, "unreachable");
  }
  EXPECT_TRUE(provider_->breaker_open());
  const auto spared = call();
  ASSERT_TRUE(*spared && !**spared);
  EXPECT_EQ((*spared)->error().code, Code::kProviderFailed);
  EXPECT_EQ((*spared)->error().cause, "breaker");
  EXPECT_EQ((*spared)->error().retry_after_seconds, 5);
  EXPECT_EQ(outbound_.asked(), 3U);

  pass(5'000ms);
  const auto probe = call();
  EXPECT_EQ((*call())->error().cause, "breaker") << "one is enough to see";
  answer(fail(Code::kCancelled, "hangs", {}, std::string(net::no_answer::kTimeout)));
  EXPECT_EQ((*probe)->error().cause, "timeout");
  pass(9'999ms);
  EXPECT_EQ((*call())->error().cause, "breaker") << "the pause doubles";
  pass(1ms);
  outbound_.then_status(500);
  EXPECT_EQ((*call())->error().cause, "failed");
  EXPECT_FALSE(provider_->breaker_open()) << "an answer of any kind is a sign of life";
  outbound_.then_status(200);
  EXPECT_TRUE(**call());
  EXPECT_THAT(observer_.seen(), ElementsAre("llm breaker open", "llm breaker closed"));
}

TEST_F(ProviderTest, AProbeIsNotTriedAgain) {
  make({.retries = 3, .breaker_failures = 1});
  for (int i = 0; i < 4; ++i) outbound_.then_status(503);
  const auto first = call();
  for (int i = 0; i < 3; ++i) pass_to_next();
  ASSERT_TRUE(*first);
  EXPECT_TRUE(provider_->breaker_open());
  pass(5'000ms);
  outbound_.then_status(503);
  EXPECT_TRUE(*call());
  EXPECT_EQ(outbound_.asked(), 5U);
}

TEST_F(ProviderTest, WhatABudgetCutShortSaysNothingAboutTheServer) {
  make({.retries = 0, .breaker_failures = 1});
  const auto ended = call({.budget = 1'000ms});
  clock_.advance(1'000);
  answer(fail(Code::kCancelled, "too slow", {}, std::string(net::no_answer::kTimeout)));
  EXPECT_EQ((*ended)->error().code, Code::kCancelled);
  EXPECT_FALSE(provider_->breaker_open());
}

TEST_F(ProviderTest, AStopEndsWhatWaits) {
  make({.in_flight = 1});
  outbound_.then_status(503);
  const auto between = call();
  const auto running = call();
  const auto waiting = call();
  provider_->stop();
  outbound_.stop();
  settle();
  for (const auto& ended : {between, running, waiting, call()}) {
    ASSERT_TRUE(*ended && !**ended);
    EXPECT_EQ((*ended)->error().code, Code::kCancelled);
    EXPECT_EQ((*ended)->error().cause, "stopped");
  }
  EXPECT_EQ(outbound_.asked(), 2U);
  EXPECT_FALSE(provider_->breaker_open());
}

TEST(Provider, ServesManyThreadsAtOnce) {
  constexpr std::size_t kInFlight = 8;
  class Counting final : public net::Outbound {
   public:
    explicit Counting(Pool& pool) : pool_(pool) {}
    Task<Result<net::OutboundReply>> send(net::OutboundRequest request) override {
      const std::size_t now = ++in_flight_;
      for (std::size_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      co_await pool_.turn();
      const int status = ++sent_ % 10 == 0 ? 503 : 200;
      --in_flight_;
      co_return net::OutboundReply{.status = status, .body = request.body};
    }
    std::atomic<std::size_t> most = 0;

   private:
    Pool& pool_;
    std::atomic<std::size_t> in_flight_ = 0, sent_ = 0;
  };
  Pool pool("test", 4, 100);
  Pool network("network", 3, 100);
  PoolScheduler scheduler(pool);
  SystemClock clock;
  SeededRandom random(1);
  Counting outbound(network);
  const Provider provider({.base_url = "http://127.0.0.1:1", .retries = 12, .in_flight = kInFlight, .backoff = 1ms},
                          {outbound, pool, scheduler, clock, random});
  const auto make = [&](std::size_t i) {
    return provider.call(
        {.path = "/", .body = std::to_string(i), .priority = i % 3 == 0 ? Priority::kQuery : Priority::kBackground});
  };
  const auto replies = run_here(gather<Result<ProviderReply>>(500, 100, make));
  pool.stop();  // its threads may still be on their way out of network.post()
  for (std::size_t i = 0; i < replies.size(); ++i) {
    ASSERT_TRUE(replies[i]) << replies[i].error().message;
    EXPECT_EQ(replies[i]->body, std::to_string(i));
  }
  EXPECT_LE(outbound.most, kInFlight);
  EXPECT_GT(outbound.most, 1U);
  EXPECT_EQ(provider.waiting(), 0U);
}

}  // namespace
}  // namespace holdfast::models
