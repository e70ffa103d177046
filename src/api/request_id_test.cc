#include "api/request_id.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace holdfast::api {
namespace {

constexpr std::string_view kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kParent = "00-" + std::string(kTrace) + "-b7ad6b7169203331-01";

TraceContext identify_with(std::vector<net::Header> headers) {
  net::Request request;
  request.headers = std::move(headers);
  SeededRandom random(7);
  return identify(request, random);
}

bool well_formed(const std::string& traceparent) {
  static const std::regex kPattern("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  return std::regex_match(traceparent, kPattern);
}

TEST(RequestIdTest, APlainIdOfTheClientIsKept) {
  for (const std::string& id : {std::string("a"), std::string("Trace_1.2-3"), std::string(64, 'x')})
    EXPECT_EQ(identify_with({{"x-request-id", id}}).request_id, id);
}

TEST(RequestIdTest, AnyOtherIdIsReplaced) {
  for (const std::string& id : {std::string(), std::string("two words"), std::string("a\r\nb"), std::string("\xc3\xa9"),
                                std::string(65, 'x')}) {
    const std::string made = identify_with({{"X-Request-Id", id}}).request_id;
    EXPECT_EQ(made.size(), 32U);
    EXPECT_TRUE(std::ranges::all_of(made, [](char c) { return std::string_view("0123456789abcdef").contains(c); }));
  }
}

TEST(RequestIdTest, TwoRequestsHaveTwoIds) {
  SeededRandom random(7);
  net::Request first, second;
  const TraceContext one = identify(first, random), other = identify(second, random);
  EXPECT_NE(one.request_id, other.request_id);
  EXPECT_NE(one.traceparent, other.traceparent);
}

TEST(RequestIdTest, LogsFindTheOneIdAmongTheHeaders) {
  net::Request request;
  request.headers = {{"x-request-id", "bad id"}, {"Accept", "*/*"}, {"X-REQUEST-ID", "other"}};
  SeededRandom random(7);
  const TraceContext context = identify(request, random);
  EXPECT_EQ(request.header(kRequestIdHeader), context.request_id);
  EXPECT_EQ(std::ranges::count_if(request.headers,
                                  [](const net::Header& h) { return net::same_token(h.name, kRequestIdHeader); }),
            1);
  EXPECT_EQ(request.header("accept"), "*/*");
}

TEST(RequestIdTest, ATraceOfTheClientGoesOnWithASpanOfOurs) {
  const std::string ours = identify_with({{"traceparent", kParent}}).traceparent;
  EXPECT_TRUE(well_formed(ours)) << ours;
  EXPECT_EQ(ours.substr(3, 32), kTrace);
  EXPECT_NE(ours.substr(36, 16), kParent.substr(36, 16));
  EXPECT_EQ(ours.substr(53), "01");
}

TEST(RequestIdTest, AMalformedTraceStartsANewOne) {
  for (const std::string& parent :
       {std::string(), kParent + "0", "01" + kParent.substr(2), kParent.substr(0, 53) + "0G",
        "00-" + std::string(32, '0') + kParent.substr(35), kParent.substr(0, 36) + std::string(16, '0') + "-01",
        "00-" + std::string(32, 'A') + kParent.substr(35), "00_" + kParent.substr(3)}) {
    const std::string ours = identify_with({{"traceparent", parent}}).traceparent;
    EXPECT_TRUE(well_formed(ours)) << ours;
    EXPECT_NE(ours.substr(3, 32), kTrace) << parent;
    EXPECT_EQ(ours.substr(53), "00") << parent;
  }
}

}  // namespace
}  // namespace holdfast::api
