#include "api/envelope.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace holdfast::api {
namespace {

namespace json = boost::json;

struct Row {
  Code code;
  int status;
  int wire;
};

class ErrorTable : public ::testing::TestWithParam<Row> {};

TEST_P(ErrorTable, GivesStatusCodeAndEnvelope) {
  const Row& row = GetParam();
  EXPECT_EQ(wire_error(row.code).status, row.status);
  EXPECT_EQ(wire_error(row.code).code, row.wire);
  const net::Response response = failure(Error{row.code, "what happened"});
  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(json::parse(response.body),
            json::value({{"result", nullptr},
                         {"success", false},
                         {"errors", json::array{{{"code", row.wire}, {"message", "what happened"}}}},
                         {"messages", json::array()}}));
}

INSTANTIATE_TEST_SUITE_P(Contract, ErrorTable,
                         ::testing::Values(Row{Code::kInvalid, 400, 11001}, Row{Code::kTooLarge, 413, 11013},
                                           Row{Code::kUnauthenticated, 401, 10000}, Row{Code::kForbidden, 403, 10000},
                                           Row{Code::kNotFound, 404, 11000}, Row{Code::kMethodNotAllowed, 405, 11002},
                                           Row{Code::kNamespaceNotFound, 404, 1003},
                                           Row{Code::kProfileNotFound, 404, 11004},
                                           Row{Code::kMemoryNotFound, 404, 11005},
                                           Row{Code::kMessageNotFound, 404, 11006}, Row{Code::kJobNotFound, 404, 11007},
                                           Row{Code::kTokenNotFound, 404, 11008},
                                           Row{Code::kNamespaceExists, 409, 10008}, Row{Code::kConflict, 409, 11009},
                                           Row{Code::kRateLimited, 429, 11029}, Row{Code::kOverloaded, 503, 11053},
                                           Row{Code::kDiskFull, 503, 11053}, Row{Code::kCancelled, 408, 11010},
                                           Row{Code::kProviderFailed, 502, 11052}, Row{Code::kCorrupt, 500, 11050},
                                           Row{Code::kNewerSchema, 500, 11050}, Row{Code::kIo, 500, 11050},
                                           Row{Code::kInternal, 500, 11050}),
                         [](const auto& test) { return std::string(code_name(test.param.code)); });

TEST(EnvelopeTest, SuccessHasTheContractsFieldsAndNoOthers) {
  const net::Response response = success(json::object{{"id", "x"}}, 201);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(net::find_header(response.headers, "Content-Type"), "application/json");
  EXPECT_EQ(response.body, R"({"result":{"id":"x"},"success":true,"errors":[],"messages":[]})");
}

TEST(EnvelopeTest, ListsAddResultInfo) {
  const net::Response response = success(json::array{1, 2}, 200, json::object{{"count", 2}});
  EXPECT_EQ(response.body, R"({"result":[1,2],"success":true,"errors":[],"messages":[],"result_info":{"count":2}})");
}

TEST(EnvelopeTest, AnErrorSaysWhichFieldAndNothingOfItsCause) {
  const net::Response response = failure(Error{Code::kInvalid, "name is missing", "/name", "secret of a library"});
  EXPECT_EQ(json::parse(response.body).at("errors").at(0).at("source"), json::value({{"pointer", "/name"}}));
  EXPECT_EQ(response.body.find("library"), std::string::npos);
  EXPECT_EQ(net::find_header(response.headers, "Content-Type"), "application/json");
}

TEST(EnvelopeTest, RetryAfterIsWhatTheErrorSaysElseASecond) {
  Error error{Code::kRateLimited, "slow down"};
  error.retry_after_seconds = 7;
  EXPECT_EQ(net::find_header(failure(error).headers, "Retry-After"), "7");
  EXPECT_EQ(net::find_header(failure(Error{Code::kOverloaded, "full"}).headers, "Retry-After"), "1");
  EXPECT_EQ(net::find_header(failure(Error{Code::kDiskFull, "full"}).headers, "Retry-After"), "1");
  EXPECT_EQ(net::find_header(failure(Error{Code::kInvalid, "no"}).headers, "Retry-After"), "");
}

TEST(EnvelopeTest, AnUnknownCallerIsToldTheScheme) {
  EXPECT_EQ(net::find_header(failure(Error{Code::kUnauthenticated, "who"}).headers, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(net::find_header(failure(Error{Code::kForbidden, "no"}).headers, "WWW-Authenticate"), "");
}

TEST(EnvelopeTest, AStatusOfHttpsOwnKeepsTheCode) {
  const net::Response response = failure(Error{Code::kInvalid, "the header is too large"}, 431);
  EXPECT_EQ(response.status, 431);
  EXPECT_EQ(json::parse(response.body).at("errors").at(0).at("code"), 11001);
}

TEST(EnvelopeTest, WhatIsNotUtf8IsNotRepeated) {
  const net::Response response = failure(Error{Code::kInvalid, "bad \xff byte", "/\xff"});
  const json::value item = json::parse(response.body).at("errors").at(0);
  EXPECT_EQ(item.at("message"), "invalid request");
  EXPECT_FALSE(item.as_object().contains("source"));
}

}  // namespace
}  // namespace holdfast::api
