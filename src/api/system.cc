// What needs no token: health, readiness, metrics and the OpenAPI document.
#include "api/api.h"
#include "api/envelope.h"
#include "api/openapi.h"

namespace holdfast::api {
namespace {

net::Response plain(std::string_view type, std::string body, int status = 200) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", std::string(type)});
  response.body = std::move(body);
  return response;
}

Task<Result<net::Response>> healthz(Api&, Call) { co_return plain("text/plain; charset=utf-8", "ok\n"); }

Task<Result<net::Response>> readyz(Api& api, Call) {
  const bool ready = !api.parts().ready || api.parts().ready();
  if (!ready) co_return fail(Code::kOverloaded, "the server is stopping");
  co_return plain("text/plain; charset=utf-8", "ready\n");
}

Task<Result<net::Response>> metrics(Api& api, Call) {
  co_await api.parts().compute.turn();
  co_return plain("text/plain; version=0.0.4; charset=utf-8",
                  api.parts().render_metrics ? api.parts().render_metrics() : std::string());
}

Task<Result<net::Response>> openapi(Api&, Call) {
  co_return plain("application/json", std::string(openapi_document()));
}

}  // namespace

void add_system_routes(Api& api) {
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("GET", "/healthz", "healthz", "", bind(healthz));
  api.add("GET", "/readyz", "readyz", "", bind(readyz));
  api.add("GET", "/metrics", "metrics", "", bind(metrics));
  api.add("GET", "/openapi.json", "openapi", "", bind(openapi));
}

}  // namespace holdfast::api
