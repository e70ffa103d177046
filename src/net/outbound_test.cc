#include "net/outbound.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.h"

namespace holdfast::net {
namespace {

using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A server that says what a test tells it to, byte by byte: one script a connection, after the request's head has come.
class ScriptedServer {
 public:
  class Connection {
   public:
    explicit Connection(int fd) : fd_(fd) {}
    bool say(std::string_view bytes) const {
      return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    // "" when the other side has gone.
    [[nodiscard]] std::string hear() const {
      std::string bytes(64 * 1024, '\0');
      const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
      bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
      return bytes;
    }
    void wait_until_gone() const {
      while (!hear().empty()) {
      }
    }

   private:
    int fd_;
  };
  using Script = std::function<void(Connection&)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 64), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    ::close(listener_);
    for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
    for (std::thread& thread : threads_) thread.join();
    for (const int fd : sockets_) ::close(fd);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int heard() const { return heard_; }

 private:
  void accept() {
    for (;;) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      sockets_.push_back(fd);
      threads_.emplace_back([this, fd] {
        Connection connection(fd);
        std::string head;
        while (head.find("\r\n\r\n") == std::string::npos) {
          const std::string more = connection.hear();
          if (more.empty()) return;
          head += more;
        }
        ++heard_;
        script_(connection);
        ::shutdown(fd, SHUT_RDWR);
      });
    }
  }

  Script script_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> heard_{0};
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

class OutboundTest : public ServerTest {
 protected:
  static std::unique_ptr<Outbound> client(OutboundOptions options = {}) { return *make_outbound(std::move(options)); }
  [[nodiscard]] std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
  }
  static Result<OutboundReply> send(Outbound& client, OutboundRequest request) {
    return run_here(client.send(std::move(request)));
  }
};

TEST_F(OutboundTest, AsksAndUsesAConnectionAgain) {
  serve();
  const auto http = client();
  for (int i = 0; i < 5; ++i) {
    const auto got = send(*http, {.method = "GET", .url = url("/hello?a=%20")});
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->status, 200);
    EXPECT_EQ(got->body, "GET /hello?a=%20");
    EXPECT_EQ(got->header("x-path"), "/hello");
    EXPECT_GT(got->first_byte_us, 0);
    EXPECT_GE(got->took_us, got->first_byte_us);
  }
  const std::string big(500'000, 'b');
  EXPECT_EQ(send(*http, {.url = url("/echo"), .body = big})->body, big);
  EXPECT_EQ(send(*http, {.url = url("/echo")})->status, 200);
  EXPECT_EQ(send(*http, {.url = url("/refuse"), .body = "x"})->status, 403);
  EXPECT_EQ(observer_.open(), 1);
}

TEST_F(OutboundTest, AsksManyAtOnceOnFewConnections) {
  serve();
  const auto http = client({.max_connections = 8, .max_connections_a_host = 4});
  std::atomic<int> most = 0;
  const auto make = [&](std::size_t i) {
    most = std::max(most.load(), observer_.open());
    return http->send({.url = url("/echo"), .body = std::to_string(i)});
  };
  const auto replies = run_here(gather<Result<OutboundReply>>(200, 100, make));
  ASSERT_EQ(replies.size(), 200U);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    ASSERT_TRUE(replies[i]) << replies[i].error().message;
    EXPECT_EQ(replies[i]->body, std::to_string(i));
  }
  EXPECT_LE(most, 4);
}

TEST_F(OutboundTest, SlowCallsDoNotHoldUpOthers) {
  serve();
  const auto http = client();
  std::binary_semaphore ended{0};
  start(http->send({.url = url("/wait")}), [&](const Result<OutboundReply>& reply) {
    EXPECT_TRUE(reply && reply->body == "waited");
    ended.release();
  });
  EXPECT_EQ(send(*http, {.method = "GET", .url = url("/hello")})->status, 200);
  app_.gate.release();
  ended.acquire();
}

Task<Response> show_headers(std::shared_ptr<Request> request) {
  Response response;
  for (const Header& header : request->headers) response.body += header.name + ": " + header.value + "\n";
  co_return response;
}

TEST(Outbound, SendsHeadersAsTheyAre) {
  auto server = Server::listen({}, show_headers);
  ASSERT_TRUE(server);
  const auto http = *make_outbound({});
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/";
  const auto plain = run_here(http->send({.url = url, .body = "{}"}));
  EXPECT_THAT(plain->body, AllOf(HasSubstr("Content-Length: 2\n"), Not(HasSubstr("Content-Type"))));
  const auto full = run_here(http->send(
      {.url = url, .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"X-One", "1"}}, .body = "{}"}));
  EXPECT_THAT(full->body, AllOf(HasSubstr("Content-Type: application/json\n"), HasSubstr("X-Empty: \n"),
                                HasSubstr("X-One: 1\n"), Not(HasSubstr("Expect"))));

  const auto split = run_here(http->send({.url = url, .headers = {{"X-Key", "secret\r\nX-Injected: 1"}}}));
  ASSERT_FALSE(split);
  EXPECT_EQ(split.error().code, Code::kInvalid);
  EXPECT_THAT(split.error().message, Not(HasSubstr("secret")));
}

TEST_F(OutboundTest, GivesASinkOnlyWhatSucceeded) {
  serve();
  const auto http = client();
  std::string taken;
  const auto sink = [&](std::string_view piece) -> Result<> {
    taken += piece;
    return {};
  };
  const auto got = send(*http, {.method = "GET", .url = url("/stream"), .sink = sink});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(taken, "piece 3;piece 2;piece 1;");
  EXPECT_EQ(got->body, "");
  taken.clear();
  EXPECT_EQ(send(*http, {.method = "GET", .url = url("/refuse"), .sink = sink})->body, "no");
  EXPECT_EQ(taken, "");

  const auto full = [](std::string_view) -> Result<> { return fail(Code::kDiskFull, "full"); };
  EXPECT_EQ(send(*http, {.method = "GET", .url = url("/large"), .sink = full}).error().code, Code::kDiskFull);
}

TEST_F(OutboundTest, BoundsAnAnswer) {
  serve();
  const auto http = client();
  const auto kept = send(*http, {.method = "GET", .url = url("/large"), .max_response_bytes = 1000});
  EXPECT_EQ(kept.error().code, Code::kTooLarge);
  std::size_t bytes = 0;
  const auto count = [&](std::string_view piece) -> Result<> {
    bytes += piece.size();
    return {};
  };
  const auto sunk =
      send(*http, {.method = "GET", .url = url("/large"), .max_response_bytes = 1'000'000, .sink = count});
  EXPECT_EQ(sunk.error().code, Code::kTooLarge);
  EXPECT_LE(bytes, 1'000'000U);
  EXPECT_EQ(send(*http, {.method = "GET", .url = url("/large")})->body.size(), 8U * 1024 * 1024);
}

TEST_F(OutboundTest, SaysWhatHappenedAndNotWhatWasAsked) {
  serve();
  const std::string origin = url("");
  server_.reset();
  const auto http = client();
  const auto refused = send(*http, {.url = origin + "/secret/path?key=secret"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kIo);
  EXPECT_EQ(refused.error().message, "cannot reach " + origin + ": is the server running?");
  EXPECT_THAT(refused.error().cause, StartsWith(std::string(no_answer::kUnreachable)));
  const auto named = send(*http, {.url = "http://user:secret@127.0.0.1:1/"});
  EXPECT_EQ(named.error().message, "cannot reach http://127.0.0.1:1: is the server running?");
  const auto unknown = send(*http, {.url = "http://no-such-host.invalid/secret"});
  EXPECT_EQ(unknown.error().code, Code::kIo);
  EXPECT_THAT(unknown.error().cause, StartsWith(std::string(no_answer::kUnreachable)));
  for (const char* bad : {"ftp://127.0.0.1/", "127.0.0.1:80", "file:///etc/passwd", "", "http://"})
    EXPECT_EQ(send(*http, {.url = bad}).error().code, Code::kInvalid) << bad;
}

TEST_F(OutboundTest, TellsAHalfAnswerFromAWholeOne) {
  const ScriptedServer half([](ScriptedServer::Connection& connection) {
    connection.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
  });
  const ScriptedServer nothing([](ScriptedServer::Connection&) {});
  const ScriptedServer other([](ScriptedServer::Connection& connection) { connection.say("220 mail ready\r\n"); });
  const auto http = client();
  for (const ScriptedServer* server : {&half, &nothing, &other}) {
    const auto got = send(*http, {.url = server->url()});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Code::kIo);
    EXPECT_THAT(got.error().cause, StartsWith(std::string(no_answer::kBrokeOff))) << got.error().message;
  }
  EXPECT_THAT(send(*http, {.url = other.url()}).error().message, HasSubstr("does not answer in HTTP"));
}

TEST_F(OutboundTest, EndsAHangAndADripInTime) {
  const ScriptedServer hang([](ScriptedServer::Connection& connection) { connection.wait_until_gone(); });
  const ScriptedServer drip([](ScriptedServer::Connection& connection) {
    connection.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
    while (connection.say(".")) std::this_thread::sleep_for(5ms);
  });
  const auto http = client();
  const auto begun = steady_clock::now();
  const auto hung = send(*http, {.url = hang.url(), .timeout = 20'000ms, .idle_timeout = 60ms});
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, Code::kCancelled);
  EXPECT_EQ(hung.error().message, "nothing came from " + hang.url() + " for 60 ms: it hangs, or is too busy");
  EXPECT_THAT(hung.error().cause, StartsWith(std::string(no_answer::kTimeout)));

  std::size_t bytes = 0;
  const auto sink = [&](std::string_view piece) -> Result<> {
    bytes += piece.size();
    return {};
  };
  const auto dripped = send(*http, {.url = drip.url(), .timeout = 150ms, .idle_timeout = 20'000ms, .sink = sink});
  ASSERT_FALSE(dripped);
  EXPECT_EQ(dripped.error().code, Code::kCancelled);
  EXPECT_THAT(dripped.error().message, HasSubstr("did not finish its answer within 150 ms"));
  EXPECT_GT(bytes, 0U) << "a drip is no hang";
  EXPECT_LT(steady_clock::now() - begun, 10'000ms);
}

TEST_F(OutboundTest, TimeOutsCountWhileWaitingForAConnection) {
  const ScriptedServer hang([](ScriptedServer::Connection& connection) { connection.wait_until_gone(); });
  const auto http = client({.max_connections = 1, .max_connections_a_host = 1});
  std::binary_semaphore ended{0};
  start(http->send({.url = hang.url()}), [&](const Result<OutboundReply>&) { ended.release(); });
  ASSERT_TRUE(eventually([&] { return hang.heard() == 1; }));
  const auto second = send(*http, {.url = hang.url(), .timeout = 50ms});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().cause, StartsWith(std::string(no_answer::kTimeout)));
  EXPECT_EQ(hang.heard(), 1);
  http->stop();
  ended.acquire();
}

TEST_F(OutboundTest, AStopWaitsForNobody) {
  const ScriptedServer hang([](ScriptedServer::Connection& connection) { connection.wait_until_gone(); });
  std::atomic<int> cancelled = 0;
  for (const bool destroy : {false, true}) {
    cancelled = 0;
    auto http = client({.max_connections = 4});
    const int before = hang.heard();
    for (int i = 0; i < 10; ++i) {
      start(http->send({.url = hang.url()}), [&](const Result<OutboundReply>& reply) {
        if (!reply && reply.error().code == Code::kCancelled && reply.error().cause == no_answer::kStopped) ++cancelled;
      });
    }
    ASSERT_TRUE(eventually([&] { return hang.heard() == before + 4; }));
    const auto begun = steady_clock::now();
    if (destroy) {
      http.reset();
    } else {
      http->stop();
      http->stop();
      EXPECT_EQ(send(*http, {.url = hang.url()}).error().cause, no_answer::kStopped);
    }
    EXPECT_EQ(cancelled, 10);
    EXPECT_LT(steady_clock::now() - begun, 5'000ms);
  }
}

TEST_F(OutboundTest, TrustsAnOwnCertificateAuthority) {
  const TemporaryFolder folder;
  ServerOptions options;
  options.tls_certificate = folder.file("cert.pem");
  options.tls_key = folder.file("key.pem");
  ASSERT_TRUE(write_certificate(options.tls_certificate, options.tls_key));
  const std::string ca_file = options.tls_certificate;
  serve(options);
  const std::string https = "https://127.0.0.1:" + std::to_string(port()) + "/hello";
  const auto trusting = client({.ca_file = ca_file});
  const auto got = send(*trusting, {.method = "GET", .url = https});
  ASSERT_TRUE(got) << got.error().message << got.error().cause;
  EXPECT_EQ(got->body, "GET /hello?");
  const auto distrusting = send(*client(), {.method = "GET", .url = https});
  ASSERT_FALSE(distrusting);
  EXPECT_THAT(distrusting.error().message, HasSubstr("not trusted"));
  EXPECT_THAT(distrusting.error().cause, StartsWith(std::string(no_answer::kUntrusted)));
  const auto missing = send(*client({.ca_file = folder.file("none.pem")}), {.method = "GET", .url = https});
  EXPECT_EQ(missing.error().code, Code::kInvalid);
}

}  // namespace
}  // namespace holdfast::net
