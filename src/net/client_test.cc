#include "net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/net_test_support.h"

namespace holdfast::net {
namespace {

using testing::HasSubstr;
using testing::Not;

class ClientTest : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    tls_ = !options.tls_key.empty();
    auto server = Server::listen(std::move(options), app_.handler(), &observer_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  [[nodiscard]] std::string url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server_->port());
  }
  [[nodiscard]] Client client(ClientOptions options = {}) const {
    options.base_url = url();
    return *Client::make(std::move(options));
  }

  App app_;
  Observer observer_;
  std::unique_ptr<Server> server_;
  bool tls_ = false;
};

TEST_F(ClientTest, AsksAndKeepsItsConnection) {
  serve();
  Client http = client();
  const auto got = http.request("GET", "/a/../b?c=%20");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "GET /a/../b?c=%20");
  EXPECT_EQ(got->header("x-path"), "/a/../b");
  const std::string big(500000, 'b');
  EXPECT_EQ(http.request("POST", "/echo", big, "text/plain")->body, big);
  EXPECT_EQ(http.request("PUT", "/echo", "", "text/plain")->status, 200);
  EXPECT_EQ(http.request("DELETE", "/thing")->body, "DELETE /thing?");
  EXPECT_EQ(http.request("HEAD", "/thing")->header("Content-Length"), "12");
  EXPECT_EQ(http.request("POST", "/refuse", "x", "text/plain")->status, 403);
  EXPECT_EQ(observer_.open(), 1);
}

Task<Response> show_headers(std::shared_ptr<Request> request) {
  Response response;
  for (const Header& header : request->headers) response.body += header.name + ": " + header.value + "\n";
  co_return response;
}

TEST(Client, SendsTokenAndHeaders) {
  auto server = Server::listen({}, show_headers);
  ASSERT_TRUE(server);
  ClientOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/";
  options.token = "secret";
  Result<Client> http = Client::make(options);
  const std::string seen = http->request("POST", "/", "{}", "application/json", {{"X-One", "1"}})->body;
  EXPECT_THAT(seen, HasSubstr("Authorization: Bearer secret\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Type: application/json\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Length: 2\n"));
  EXPECT_THAT(seen, HasSubstr("X-One: 1\n"));
  EXPECT_THAT(http->request("GET", "/")->body, Not(HasSubstr("Content-Type")));
}

TEST_F(ClientTest, DownloadsIntoASink) {
  serve();
  Client http = client();
  std::size_t bytes = 0;
  const auto large = http.download("/large", [&](std::string_view piece) -> Result<> {
    bytes += piece.size();
    return {};
  });
  ASSERT_TRUE(large);
  EXPECT_EQ(bytes, 8U * 1024 * 1024);
  EXPECT_EQ(large->body, "");

  const auto ended =
      http.download("/large", [](std::string_view) -> Result<> { return fail(Code::kDiskFull, "full"); });
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Code::kDiskFull);

  bool called = false;
  const auto refused = http.download("/refuse", [&](std::string_view) -> Result<> {
    called = true;
    return {};
  });
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(refused->body, "no");
  EXPECT_FALSE(called);

  const auto broken = http.download("/broken", [](std::string_view) -> Result<> { return {}; });
  ASSERT_FALSE(broken) << "a part was taken for the whole";
  EXPECT_THAT(broken.error().message, HasSubstr("broke off"));
}

Client::Source pieces(int count) {
  return [left = count]() mutable -> Result<Piece> {
    if (left-- == 0) return Piece{};
    return Piece{std::string(100000, 'p')};
  };
}

TEST_F(ClientTest, UploadsFromASource) {
  serve();
  Client http = client();
  EXPECT_EQ(http.upload("POST", "/count", pieces(20), "application/octet-stream")->body, "2000000");
  EXPECT_EQ(http.upload("PUT", "/count", pieces(20), "application/octet-stream", 2000000)->body, "2000000");
  const auto ended =
      http.upload("POST", "/count", []() -> Result<Piece> { return fail(Code::kIo, "unreadable"); }, "a/b");
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message, "unreadable");
  const auto refused = http.upload("POST", "/refuse", pieces(20), "application/octet-stream");
  ASSERT_TRUE(refused) << refused.error().message << refused.error().cause;
  EXPECT_EQ(refused->status, 403);
}

TEST_F(ClientTest, BoundsWhatItKeeps) {
  serve();
  ClientOptions options;
  options.max_response_bytes = 1000;
  EXPECT_EQ(client(options).request("GET", "/large").error().code, Code::kTooLarge);
}

TEST_F(ClientTest, SpeaksTls) {
  const TemporaryFolder folder;
  ServerOptions options;
  options.tls_certificate = folder.file("cert.pem");
  options.tls_key = folder.file("key.pem");
  ASSERT_TRUE(write_certificate(options.tls_certificate, options.tls_key));
  serve(options);

  ClientOptions trusting;
  trusting.ca_file = options.tls_certificate;
  Client http = client(trusting);
  const auto got = http.request("GET", "/hello");
  ASSERT_TRUE(got) << got.error().message << got.error().cause;
  EXPECT_EQ(got->body, "GET /hello?");
  const std::string big(500000, 'b');
  EXPECT_EQ(http.request("POST", "/echo", big, "text/plain")->body, big);
  EXPECT_EQ(http.request("GET", "/large")->body.size(), 8U * 1024 * 1024);
  EXPECT_EQ(http.upload("POST", "/count", pieces(20), "application/octet-stream")->body, "2000000");
  EXPECT_FALSE(http.download("/broken", [](std::string_view) -> Result<> { return {}; }));
  EXPECT_EQ(http.request("GET", "/hello", {}, {}, {{"Connection", "close"}})->status, 200);

  const auto distrusting = client().request("GET", "/hello");
  ASSERT_FALSE(distrusting);
  EXPECT_THAT(distrusting.error().message, HasSubstr("not trusted"));
  ClientOptions careless;
  careless.insecure = true;
  EXPECT_EQ(client(careless).request("GET", "/hello")->status, 200);

  RawClient plain(server_->port());
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(plain.receive_all(), Not(HasSubstr("HTTP/1.1 200")));
  plain.close();
  EXPECT_TRUE(server_->drain(5000ms));
}

TEST_F(ClientTest, EndsTlsClientsThatDoNotShakeHands) {
  const TemporaryFolder folder;
  ServerOptions options;
  options.tls_certificate = folder.file("cert.pem");
  options.tls_key = folder.file("key.pem");
  options.header_timeout = 100ms;
  ASSERT_TRUE(write_certificate(options.tls_certificate, options.tls_key));
  serve(options);
  RawClient silent(server_->port());
  EXPECT_EQ(silent.receive_all(), "");
}

TEST_F(ClientTest, SaysWhatToDoNext) {
  serve();
  const std::string gone = url();
  Client http = client();
  server_.reset();
  const auto refused = http.request("GET", "/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kIo);
  EXPECT_EQ(refused.error().message, "cannot connect to " + gone + ": is `holdfast serve` running there?");

  for (const char* bad : {"ftp://127.0.0.1", "127.0.0.1:80", "file:///etc/passwd", ""}) {
    ClientOptions options;
    options.base_url = bad;
    EXPECT_EQ(Client::make(options).error().code, Code::kInvalid) << bad;
  }
  ClientOptions secret;
  secret.base_url = "http://user:password@127.0.0.1:1/x";
  EXPECT_THAT(Client::make(secret)->request("GET", "/").error().message, Not(HasSubstr("password")));
}

Task<Response> redirect(std::shared_ptr<Request> request) {
  Response response;
  response.status = 302;
  response.headers.push_back({"Location", "http://127.0.0.1:1" + request->path});
  co_return response;
}

TEST(Client, DoesNotFollowRedirects) {
  auto server = Server::listen({}, redirect);
  ASSERT_TRUE(server);
  ClientOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string((*server)->port());
  EXPECT_EQ(Client::make(options)->request("GET", "/")->status, 302);
}

}  // namespace
}  // namespace holdfast::net
