#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/router.h"

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Query, DecodesFieldsInOrder) {
  EXPECT_THAT(
      *parse_query("a=1&b=x+y&a=%C3%A9&c&d=&&e=f%3Dg=h"),
      ElementsAre(Pair("a", "1"), Pair("b", "x y"), Pair("a", "é"), Pair("c", ""), Pair("d", ""), Pair("e", "f=g=h")));
  EXPECT_TRUE(parse_query("")->empty());
}

TEST(Query, RefusesWhatCannotBeDecoded) {
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "%G0=1", "a=%FF", "a=\xFF", "a=%ED%A0%80", "a=1&b=%"}) {
    const auto fields = parse_query(bad);
    ASSERT_FALSE(fields) << bad;
    EXPECT_EQ(fields.error().code, Code::kInvalid);
  }
}

TEST(Percent, DecodesWhatItEncodes) {
  std::string all;
  for (char32_t c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "é日👩";
  EXPECT_EQ(*percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a/b c+~.-_é"), "a%2Fb%20c%2B~.-_%C3%A9");
  EXPECT_EQ(*percent_decode("a+b%2b"), "a+b+");
  EXPECT_FALSE(percent_decode("abc%4"));
  EXPECT_EQ(*percent_decode("abc%41"), "abcA");
}

TEST(Headers, AreFoundInAnyCase) {
  const std::vector<Header> headers = {{"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(find_header(headers, "X-ONE"), "1");
  EXPECT_EQ(find_header(headers, "X-Two"), "");
}

TEST(ReadAll, StopsAtItsLimit) {
  StringBody fits("0123456789", 3);
  EXPECT_EQ(*run_here(read_all(fits, 10)), "0123456789");
  StringBody over("0123456789", 3);
  const auto refused = run_here(read_all(over, 9));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kTooLarge);
  EXPECT_EQ(**run_here(over.next()), "012") << "nothing is read of a body that says it is too large";
}

// A body whose length is not known before.
class ChunkedBody final : public BodyReader {
 public:
  Task<Result<Piece>> next() override {
    ++pulled;
    co_return Piece{"0123456789"};
  }
  std::optional<std::uint64_t> content_length() const override { return std::nullopt; }
  int pulled = 0;
};

TEST(ReadAll, StopsReadingAnEndlessBody) {
  ChunkedBody body;
  const auto refused = run_here(read_all(body, 25));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kTooLarge);
  EXPECT_EQ(body.pulled, 3);
}

Task<Response> answer(std::string text) {
  Response response;
  response.body = std::move(text);
  co_return response;
}

Router make_router() {
  Router router;
  const auto add = [&](const char* method, const char* pattern, const char* name) {
    router.add(method, pattern, [name](std::shared_ptr<Request>, Params) { return answer(name); }, name);
  };
  add("GET", "/", "root");
  add("GET", "/a/{account}/profiles", "list");
  add("POST", "/a/{account}/profiles", "create");
  add("GET", "/a/{account}/profiles/{profile}", "get");
  add("DELETE", "/a/{id}/profiles/{name}", "delete");
  add("POST", "/a/{account}/profiles/export", "export");
  add("GET", "/a/b/{x}/d", "literal");
  add("HEAD", "/own", "own-head");
  add("GET", "/own", "own-get");
  return router;
}

TEST(Router, FindsHandlerAndParameters) {
  const Router router = make_router();
  const RouteMatch match = router.match("GET", "/a/42/profiles/Z%C3%BCrich%20%2F%2e%2E");
  ASSERT_EQ(match.kind, RouteMatch::Kind::kFound);
  EXPECT_EQ(match.route->pattern, "/a/{account}/profiles/{profile}");
  EXPECT_EQ(match.params.get("account"), "42");
  EXPECT_EQ(match.params.get("profile"), "Zürich /..");
  EXPECT_FALSE(match.params.has("id"));
  EXPECT_EQ(match.params.get("id"), "");
  EXPECT_EQ(run_here((*match.handler)(nullptr, match.params)).body, "get");
  EXPECT_EQ(router.match("DELETE", "/a/42/profiles/x").params.get("name"), "x") << "each route has its own names";
}

TEST(Router, TakesDotsAndEscapedSlashesAsValues) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/a/../profiles").params.get("account"), "..");
  EXPECT_EQ(router.match("GET", "/a/%2e%2e/profiles").params.get("account"), "..");
  EXPECT_EQ(router.match("GET", "/a/x%2Fprofiles").kind, RouteMatch::Kind::kNotFound);
  EXPECT_EQ(router.match("GET", "/%61/1/profiles").kind, RouteMatch::Kind::kNotFound) << "literals are not decoded";
}

TEST(Router, PrefersLiteralsAndGoesBack) {
  const Router router = make_router();
  EXPECT_EQ(router.match("POST", "/a/1/profiles/export").route->name, "export");
  EXPECT_EQ(router.match("GET", "/a/1/profiles/export").route->name, "get") << "the literal has no GET";
  EXPECT_EQ(router.match("GET", "/a/b/profiles/d").route->name, "literal");
  EXPECT_EQ(router.match("GET", "/a/b/profiles/e").route->name, "get") << "/a/b/… leads nowhere";
  EXPECT_EQ(router.match("GET", "/a/b/profiles").route->name, "list");
}

TEST(Router, TellsNotFoundFromMethodNotAllowed) {
  const Router router = make_router();
  for (const char* path : {"/a", "/a/1/profiles/", "/a//profiles", "//", "", "a/1/profiles", "*", "/a/1/profiles/x/y"})
    EXPECT_EQ(router.match("GET", path).kind, RouteMatch::Kind::kNotFound) << path;
  const RouteMatch wrong = router.match("PUT", "/a/1/profiles");
  ASSERT_EQ(wrong.kind, RouteMatch::Kind::kMethodNotAllowed);
  EXPECT_EQ(wrong.allow, "GET, HEAD, POST");
  EXPECT_EQ(router.match("PUT", "/a/1/profiles/export").allow, "DELETE, GET, HEAD, POST");
  EXPECT_EQ(router.match("get", "/").kind, RouteMatch::Kind::kMethodNotAllowed);
}

TEST(Router, AnswersHeadLikeGet) {
  const Router router = make_router();
  EXPECT_EQ(router.match("HEAD", "/a/1/profiles").route->name, "list");
  EXPECT_EQ(router.match("HEAD", "/own").route->name, "own-head");
}

TEST(Router, TellsBadEscapes) {
  const Router router = make_router();
  for (const char* path : {"/a/%/profiles", "/a/%4/profiles", "/a/%ff/profiles", "/a/1/profiles/\xC3"}) {
    const RouteMatch match = router.match("GET", path);
    EXPECT_EQ(match.kind, RouteMatch::Kind::kBadPath) << path;
    EXPECT_EQ(match.error.code, Code::kInvalid);
  }
}

TEST(Router, ListsItsRoutes) {
  const auto routes = make_router().routes();
  ASSERT_EQ(routes.size(), 9U);
  EXPECT_EQ(routes[1].method + " " + routes[1].pattern + " " + routes[1].name, "GET /a/{account}/profiles list");
}

TEST(RouterDeathTest, EndsOnMistakesOfTheProgram) {
  const auto add = [](std::vector<const char*> patterns) {
    Router router;
    for (const char* pattern : patterns)
      router.add("GET", pattern, [](std::shared_ptr<Request>, Params) { return answer(""); }, "");
  };
  EXPECT_DEATH(add({"/a/{x}", "/a/{y}"}), "there is such a route already");
  EXPECT_DEATH(add({"a"}), "begins with");
  EXPECT_DEATH(add({"/a/x{y}"}), "whole segment");
  EXPECT_DEATH(add({"/{x}/{x}"}), "name of its own");
}

}  // namespace
}  // namespace holdfast::net
