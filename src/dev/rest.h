// The REST calls that are measured, from the client's side. Not thread-safe: one a thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dev/dialogue.h"
#include "net/client.h"

namespace holdfast::dev {

// The body of an ingest call that holds a whole session.
[[nodiscard]] std::string ingest_body(const Session& session, bool async);
[[nodiscard]] std::string recall_body(std::string_view query);

class Rest {
 public:
  [[nodiscard]] static Result<Rest> connect(const std::string& url, const std::string& token);

  // Every answer but a success is an error: a measurement must not count failures as fast.
  [[nodiscard]] Result<> create_namespace();
  [[nodiscard]] Result<> ingest(std::string_view profile, std::string_view body);
  [[nodiscard]] Result<std::size_t> recall(std::string_view profile, std::string_view body);  // how many candidates

  struct Status {
    std::int64_t messages = 0, memories = 0, jobs_pending = 0;
  };
  [[nodiscard]] Result<Status> status(std::string_view profile);
  // Waits until no job is pending.
  [[nodiscard]] Result<> drain(std::string_view profile);
  [[nodiscard]] Result<double> metric(std::string_view name);

 private:
  explicit Rest(net::Client client) : client_(std::move(client)) {}
  [[nodiscard]] Result<std::string> call(std::string_view method, const std::string& path, std::string_view body);

  net::Client client_;
};

}  // namespace holdfast::dev
