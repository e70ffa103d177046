// The server as the commands see it: JSON calls with the envelope taken off, errors that say what to do next.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/connection.h"
#include "cli/exit.h"
#include "net/client.h"

namespace holdfast::cli {

struct Answer {
  int status = 0;
  boost::json::value result;  // what stands under "result"
  boost::json::object info;   // "result_info", {} when there is none
};

// Not thread-safe.
class Remote {
 public:
  [[nodiscard]] static Outcome<Remote> connect(Connection connection, World& world);

  // A body is sent as JSON. 429 and 503 are tried again a few times, waiting as long as the server asks.
  [[nodiscard]] Outcome<Answer> call(std::string_view method, const std::string& path,
                                     const std::optional<boost::json::value>& body = std::nullopt);

  // GETs `path` page by page until `limit` rows are there (0: all of them). `more` is set when rows were left out.
  [[nodiscard]] Outcome<boost::json::array> pages(const std::string& path, std::size_t limit, bool& more);

  // Makes the namespace "default" when it is that one and it is not there yet, and says so.
  [[nodiscard]] Outcome<> ensure_namespace();

  // GET, the body piece by piece.
  [[nodiscard]] Outcome<> download(const std::string& path, const net::Client::Sink& sink);
  // POST of a streamed body. `length` when it is known.
  [[nodiscard]] Outcome<Answer> upload(const std::string& path, const net::Client::Source& source,
                                       std::string_view content_type, std::optional<std::uint64_t> length);

  // A GET of a path that is not part of the REST surface; gives the status and the body as they are.
  [[nodiscard]] Outcome<net::ClientResponse> plain(const std::string& path);

  [[nodiscard]] std::string memory_path(std::string_view rest) const;     // …/agent-memory + rest
  [[nodiscard]] std::string namespace_path(std::string_view rest) const;  // …/namespaces/NAMESPACE + rest
  [[nodiscard]] std::string profile_path(std::string_view rest) const;    // …/profiles/PROFILE + rest
  [[nodiscard]] const Connection& connection() const { return connection_; }

 private:
  Remote(Connection connection, World& world, net::Client client);
  [[nodiscard]] Failure unreachable(Error error) const;
  [[nodiscard]] Outcome<Answer> open(const net::ClientResponse& response) const;
  [[nodiscard]] Failure refusal(const net::ClientResponse& response) const;

  Connection connection_;
  World* world_;
  net::Client client_;
};

// "?a=b" or "&a=b" appended to a path, the value encoded.
void add_query(std::string& path, std::string_view name, std::string_view value);

}  // namespace holdfast::cli
