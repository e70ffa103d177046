#include "models/openai/event_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace holdfast::models {
namespace {

using Events = std::vector<std::string>;

Events read(std::string_view text, std::size_t piece) {
  Events events;
  EventStream stream([&](std::string_view event, std::string_view data) -> Result<> {
    events.push_back(std::string(event) + "|" + std::string(data));
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += piece) EXPECT_TRUE(stream.feed(text.substr(at, piece)));
  EXPECT_TRUE(stream.finish());
  return events;
}

void expect(std::string_view text, const Events& events) {
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) EXPECT_EQ(read(text, piece), events) << piece << ": " << text;
}

TEST(EventStream, LinesEndInThreeWays) {
  const Events two{"|{\"a\":1}", "|[DONE]"};
  expect("data: {\"a\":1}\n\ndata: [DONE]\n\n", two);
  expect("data: {\"a\":1}\r\n\r\ndata: [DONE]\r\n\r\n", two);
  expect("data: {\"a\":1}\r\rdata: [DONE]\r\r", two);
}

TEST(EventStream, CommentsAndOtherFieldsAreNoData) {
  expect(": OPENROUTER PROCESSING\n\n: ping\nid: 7\nretry: 100\nevent: delta\ndata:x\nnothing\n\n\n\n", {"delta|x"});
}

TEST(EventStream, DataOfSeveralLinesIsOne) { expect("data: a\ndata:  b\ndata\ndata:c:d\n\n", {"|a\n b\n\nc:d"}); }

TEST(EventStream, ANameIsOfOneEventOnly) { expect("event: error\ndata: 1\n\ndata: 2\n\n", {"error|1", "|2"}); }

TEST(EventStream, TheLastEventNeedsNoEmptyLine) {
  expect(
      "\xEF\xBB\xBF"
      "data: a\n\ndata: b",
      {"|a", "|b"});
}

TEST(EventStream, AnErrorOfTheReaderEndsIt) {
  int told = 0;
  EventStream stream([&](std::string_view, std::string_view) -> Result<> {
    ++told;
    return fail(Code::kCancelled, "enough");
  });
  const auto read = stream.feed("data: a\n\ndata: b\n\n");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kCancelled);
  EXPECT_EQ(told, 1);
}

TEST(EventStream, EndlessLinesAreRefused) {
  EventStream stream([](std::string_view, std::string_view) -> Result<> { return {}; });
  const std::string piece(64 * 1024, 'a');
  Result<> read;
  std::size_t fed = 0;
  for (; read && fed < 4 * kMaxEventBytes; fed += piece.size()) read = stream.feed(piece);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kTooLarge);
  EXPECT_LE(fed, kMaxEventBytes + 2 * piece.size());
}

}  // namespace
}  // namespace holdfast::models
