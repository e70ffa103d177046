// libFuzzer: what comes out of the query, the percent-coding and the router is well-formed whatever goes in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "net/http.h"
#include "net/router.h"

namespace holdfast::net {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

const Router& router() {
  static const Router kRouter = [] {
    Router made;
    const RouteHandler none = [](std::shared_ptr<Request>, Params) -> Task<Response> { co_return Response{}; };
    for (const char* pattern : {"/", "/a/{x}", "/a/{x}/b", "/a/b/{y}", "/{v}/{w}/{z}"})
      made.add("GET", pattern, none, "");
    return made;
  }();
  return kRouter;
}

}  // namespace
}  // namespace holdfast::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using namespace holdfast::net;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto fields = parse_query(text)) {
    std::string again;
    for (const auto& [name, value] : *fields) {
      require(valid_utf8(name) && valid_utf8(value));
      again += "&" + percent_encode(name) + "=" + percent_encode(value);
    }
    require(parse_query(again) == *fields);
  }
  if (const auto decoded = percent_decode(text)) {
    require(valid_utf8(*decoded));
    require(percent_decode(percent_encode(*decoded)) == *decoded);
  }
  const RouteMatch match = router().match("GET", text);
  require((match.kind == RouteMatch::Kind::kFound) == (match.handler != nullptr));
  for (const auto& [name, value] : match.params.all()) require(!value.empty() && valid_utf8(value));
  return 0;
}
