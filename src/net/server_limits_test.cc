#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.h"

namespace holdfast::net {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(ServerTest, EndsWithSlowClients) {
  ServerOptions options;
  options.header_timeout = 150ms;
  options.body_timeout = 150ms;
  options.keep_alive_timeout = 150ms;
  serve(options);
  RawClient silent(port());
  RawClient slow_header(port());
  RawClient slow_body(port());
  RawClient idle(port());
  slow_header.send("GET / HTTP/1.1\r\nHo");
  slow_body.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(idle.ask(kHello).status, 200);
  EXPECT_EQ(silent.receive_all(), "");
  EXPECT_THAT(slow_header.receive_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(slow_body.receive_all(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(idle.receive_all(), "");
  slow_header.close();
  slow_body.close();
  EXPECT_TRUE(eventually([&] { return observer_.open() == 0; }));
}

TEST_F(ServerTest, HeaderTimeOutIsForAllOfTheHeader) {
  ServerOptions options;
  options.header_timeout = 300ms;
  serve(options);
  RawClient client(port());
  const auto begin = std::chrono::steady_clock::now();
  while (client.send("G") && std::chrono::steady_clock::now() - begin < 800ms) std::this_thread::sleep_for(50ms);
  EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerTest, EndsWithSlowReaders) {
  ServerOptions options;
  options.write_timeout = 200ms;
  serve(options);
  RawClient client(port(), 4096);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return app_.finished == 1; }));
  EXPECT_TRUE(eventually([&] { return observer_.open() == 0; }));
}

TEST_F(ServerTest, RefusesMoreConnectionsThanItMayHave) {
  ServerOptions options;
  options.max_connections = 2;
  serve(options);
  RawClient first(port());
  RawClient second(port());
  EXPECT_EQ(first.ask(kHello).status, 200);
  EXPECT_EQ(second.ask(kHello).status, 200);
  const std::string refused = talk(kHello);
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(refused, HasSubstr("{\"code\":503"));
  first.close();
  EXPECT_TRUE(eventually([&] { return observer_.open() == 1; }));
  RawClient third(port());
  EXPECT_EQ(third.ask(kHello).status, 200);
  EXPECT_EQ(second.ask(kHello).status, 200);
}

TEST_F(ServerTest, LetsAHandlerFinishWhenTheClientIsGone) {
  serve();
  {
    RawClient client(port());
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return app_.started == 1; }));
  }
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(app_.finished, 0);
  app_.gate.release();
  EXPECT_TRUE(eventually([&] { return app_.finished == 1; }));
  EXPECT_TRUE(eventually([&] { return observer_.open() == 0; }));
}

TEST_F(ServerTest, TellsAHandlerWhenTheBodyBreaksOff) {
  serve();
  {
    RawClient client(port());
    client.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_TRUE(eventually([&] { return app_.bytes_read == 3; }));
  }
  EXPECT_TRUE(eventually([&] { return app_.finished == 1; }));
  const std::lock_guard lock(app_.mutex);
  EXPECT_THAT(app_.last_error, HasSubstr("gone away"));
}

TEST_F(ServerTest, DrainsGracefully) {
  serve();
  RawClient idle(port());
  RawClient running(port());
  EXPECT_EQ(idle.ask(kHello).status, 200);
  running.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return app_.started == 2; }));
  EXPECT_FALSE(server_->drain(50ms)) << "a request is running";
  EXPECT_TRUE(idle.ends());
  EXPECT_FALSE(RawClient(port()).connected());
  app_.gate.release();
  const std::string answer = running.receive_all();
  EXPECT_THAT(answer, EndsWith("waited"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  running.close();
  EXPECT_TRUE(server_->drain(5000ms));
}

TEST_F(ServerTest, WaitsForRunningHandlersWhenItIsDestroyed) {
  serve();
  RawClient waiting(port());
  RawClient uploading(port());
  waiting.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  uploading.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(eventually([&] { return app_.started == 2 && app_.bytes_read == 3; }));
  std::thread opener([&] {
    std::this_thread::sleep_for(50ms);
    app_.gate.release();
  });
  server_.reset();
  EXPECT_EQ(app_.finished, 2);
  opener.join();
}

Task<Response> answer_early(std::shared_ptr<Request> request, std::vector<Result<Piece>>* later) {
  // A read that nobody waits for when the answer is ready, and one after the answer.
  start(request->body->next(), [later, request](Result<Piece> piece) {
    later->push_back(std::move(piece));
    start(request->body->next(), [later](Result<Piece> again) { later->push_back(std::move(again)); });
  });
  co_return Response{};
}

TEST_F(ServerTest, EndsReadsThatOutliveTheirRequest) {
  std::vector<Result<Piece>> later;  // filled on the network thread, read when that has ended
  auto server =
      Server::listen({}, [&](std::shared_ptr<Request> request) { return answer_early(std::move(request), &later); });
  ASSERT_TRUE(server);
  RawClient client((*server)->port());
  EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n").status, 200);
  client.receive_all();
  server->reset();
  ASSERT_EQ(later.size(), 2U);
  for (const Result<Piece>& piece : later) {
    ASSERT_FALSE(piece);
    EXPECT_EQ(piece.error().code, Code::kCancelled);
  }
}

TEST_F(ServerTest, ServesManyConnectionsAtOnce) {
  serve();
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      RawClient client(port());
      for (int i = 0; i < 50; ++i) {
        if (client.ask("GET /pool HTTP/1.1\r\nHost: x\r\n\r\n").body == "from the pool") ++right;
        if (client.ask("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").body == "3") ++right;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

TEST(ServerListen, SaysWhyItCannot) {
  const Handler none = [](std::shared_ptr<Request>) -> Task<Response> { co_return Response{}; };
  auto first = Server::listen({}, none);
  ASSERT_TRUE(first);
  ServerOptions taken;
  taken.port = (*first)->port();
  const auto second = Server::listen(taken, none);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kIo);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));

  ServerOptions half;
  half.tls_certificate = "cert.pem";
  EXPECT_EQ(Server::listen(half, none).error().code, Code::kInvalid);
  half.tls_key = "/nowhere/key.pem";
  EXPECT_EQ(Server::listen(half, none).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace holdfast::net
