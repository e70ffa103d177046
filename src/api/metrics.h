// What Prometheus sees. Names begin with holdfast_; times are in seconds, sizes in bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/trace.h"
#include "memory/service.h"
#include "models/observer.h"
#include "net/server.h"

namespace holdfast::api {

// Thread-safe.
class Metrics final : public net::ServerObserver, public models::ModelObserver {
 public:
  Metrics();
  ~Metrics() override;

  void on_request(const net::Request& request, int status, std::int64_t us, std::uint64_t bytes_in,
                  std::uint64_t bytes_out) override;
  void on_connections(int open) override;
  void on_stage(const StageTime& stage);
  void on_call(std::string_view stage, std::string_view model, std::string_view outcome, std::int64_t us,
               const models::ChatUsage& usage) override;
  void on_retry(std::string_view provider, std::string_view reason) override;
  void on_breaker(std::string_view provider, bool open) override;
  void on_fallback(std::string_view stage, std::string_view reason) override;

  // The text exposition format; gauges of the service are read now.
  [[nodiscard]] std::string render(const memory::MemoryService& service);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace holdfast::api
