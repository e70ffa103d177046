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

TEST_F(ServerTest, KeepsTheConnection) {
  serve();
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(kHello);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /hello?a=b");
    EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("\r\nDate: "));
    EXPECT_THAT(answer.head, Not(HasSubstr("Connection:")));
  }
  EXPECT_EQ(observer_.open(), 1);
  client.close();
  EXPECT_TRUE(eventually([&] { return observer_.open() == 0; }));
  EXPECT_THAT(observer_.seen(), testing::ElementsAre("GET /hello 200", "GET /hello 200", "GET /hello 200"));
  EXPECT_TRUE(observer_.plausible());
}

TEST_F(ServerTest, ClosesWhenAsked) {
  serve();
  EXPECT_THAT(talk("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(talk("GET / HTTP/1.0\r\n\r\n"), EndsWith("GET /?"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  serve();
  RawClient client(port());
  client.send(
      "\r\nGET /pool HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "GET /third HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.answer().body, "from the pool");
  EXPECT_EQ(client.answer().body, "hello");
  EXPECT_EQ(client.answer().body, "GET /third?");
}

TEST_F(ServerTest, TakesAndSendsChunks) {
  serve();
  RawClient client(port());
  EXPECT_EQ(client
                .ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "5;ext=1\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n")
                .body,
            "hello!");
  const auto stream = client.ask("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(stream.head, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(stream.head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(stream.body, "8\r\npiece 3;\r\n8\r\npiece 2;\r\n8\r\npiece 1;\r\n0\r\n\r\n");
  EXPECT_THAT(talk("GET /stream HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\npiece 3;piece 2;piece 1;"));
}

TEST_F(ServerTest, AbortsABrokenStream) {
  serve();
  RawClient client(port());
  client.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive_all(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_TRUE(client.was_reset());
}

TEST_F(ServerTest, LeavesTheBodyOutForHead) {
  serve();
  RawClient client(port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(true).head, HasSubstr("Content-Length: 12\r\n"));
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.answer(true).head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.ask(kHello).body, "GET /hello?a=b");
}

TEST_F(ServerTest, TakesALargeBodyPieceByPiece) {
  serve();
  RawClient client(port());
  const std::string body(3 * 1024 * 1024, 'b');
  EXPECT_EQ(client.ask("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 3145728\r\n\r\n" + body).body, "3145728");
  EXPECT_EQ(client
                .ask("POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n" + body +
                     "\r\n0\r\n\r\n")
                .body,
            "3145728");
}

TEST_F(ServerTest, SaysContinueWhenTheBodyIsWanted) {
  serve();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.ask("hello").body, "hello");
  EXPECT_EQ(client.ask(kHello).status, 200);
}

TEST_F(ServerTest, DoesNotSayContinueWhenTheBodyIsNotWanted) {
  serve();
  const std::string all = talk("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(all, StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerTest, KeepsTheConnectionAfterASmallUnreadBody) {
  serve();
  RawClient client(port());
  EXPECT_EQ(client.ask("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'a'))
                .status,
            403);
  EXPECT_EQ(
      client.ask("POST /refuse HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\naaaa\r\n0\r\n\r\n").status,
      403);
  EXPECT_EQ(client.ask(kHello).status, 200);
}

TEST_F(ServerTest, AnswersBeforeALargeBodyHasCome) {
  serve();
  EXPECT_THAT(talk("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + std::string(2000000, 'a')),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, RefusesRequestsThatCanBeReadInTwoWays) {
  serve();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  for (const std::string& request : {
           post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: gzip\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
           post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
           post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
           post + "Content-Length: 5, 5\r\n\r\nhello",
           post + "Content-Length: +5\r\n\r\nhello",
           post + "Content-Length: -1\r\n\r\n",
           post + "Content-Length: 99999999999999999999\r\n\r\n",
           post + "Content-Length : 5\r\n\r\nhello",
           std::string("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
       }) {
    const std::string answer = talk(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << request;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << request;
    EXPECT_THAT(answer, HasSubstr("{\"code\":400")) << request;
  }
  EXPECT_EQ(app_.started, 0);
}

TEST_F(ServerTest, RefusesMalformedRequests) {
  serve();
  using namespace std::string_literals;
  for (const std::string& request :
       {"nonsense\r\n\r\n"s, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"s, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"s,
        "G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n"s, "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s,
        "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n"s, "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s,
        "GET / HTTP/1.1\nHost: x\n\n\r\n\r\n"s, "\x16\x03\x01\x02\r\n\r\n"s}) {
    EXPECT_THAT(talk(request), StartsWith("HTTP/1.1 400")) << request;
  }
  EXPECT_EQ(app_.started, 0);
  EXPECT_THAT(observer_.seen(), Contains("GET / 400"));
}

TEST_F(ServerTest, RefusesMalformedChunks) {
  serve();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body : {std::string("fffffffffffffffff\r\n"), std::string("xyz\r\n"), std::string("-1\r\n"),
                                  std::string("2\r\nabc\r\n0\r\n\r\n"), "5;" + std::string(70000, 'e')}) {
    EXPECT_THAT(talk(post + body), StartsWith("HTTP/1.1 400")) << body.substr(0, 40);
  }
  EXPECT_THAT(talk(post + "ffffffffffffffff\r\n" + std::string(2000000, 'a')), StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, BoundsTheBodyWhateverTheHandlerTakes) {
  ServerOptions options;
  options.max_body_bytes = 10;
  serve(options);
  EXPECT_THAT(talk("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello worlds"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(app_.started, 0);
  EXPECT_THAT(
      talk("POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n123\r\n"),
      StartsWith("HTTP/1.1 413"));
}

TEST_F(ServerTest, RefusesOversizeHeaders) {
  ServerOptions options;
  options.max_header_bytes = 2000;
  serve(options);
  const std::string fits = "GET /fits HTTP/1.1\r\nHost: x\r\nA: " + std::string(1900, 'a') + "\r\n\r\n";
  RawClient client(port());
  EXPECT_EQ(client.ask(fits).status, 200);
  for (const std::string& request :
       {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a') + "\r\n\r\n",
        "GET /" + std::string(100000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", std::string(3000, 'G')}) {
    const std::string answer = talk(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 ")) << request.substr(0, 40);
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(answer, HasSubstr("{\"code\":431"));
  }
}

TEST_F(ServerTest, ReadsTheFormsOfATarget) {
  serve();
  RawClient client(port());
  EXPECT_EQ(client.ask("GET http://x.example:80/a%2Fb/../c?d=%20 HTTP/1.1\r\nHost: x\r\n\r\n").body,
            "GET /a%2Fb/../c?d=%20");
  EXPECT_EQ(client.ask("GET http://x.example?q HTTP/1.1\r\nHost: x\r\n\r\n").body, "GET /?q");
  EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").body, "OPTIONS *?");
  const auto answer = client.ask("GET /a?b?c HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.body, "GET /a?b?c");
  EXPECT_THAT(answer.head, HasSubstr("X-Path: /a\r\n"));
  EXPECT_THAT(answer.head, Not(HasSubstr("X-Injected")));
}

TEST_F(ServerTest, SendsALargeBody) {
  serve();
  RawClient client(port());
  EXPECT_EQ(client.ask("GET /large HTTP/1.1\r\nHost: x\r\n\r\n").body.size(), 8U * 1024 * 1024);
}

}  // namespace
}  // namespace holdfast::net
