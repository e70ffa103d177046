// What Prometheus sees. Names begin with holdfast_; times are in seconds, sizes in bytes.
#pragma once

#include <memory>
#include <string>

#include "base/trace.h"
#include "memory/service.h"
#include "net/server.h"

namespace holdfast::api {

// Thread-safe.
class Metrics final : public net::ServerObserver {
 public:
  Metrics();
  ~Metrics() override;

  void on_request(const net::Request& request, int status, std::int64_t us, std::uint64_t bytes_in,
                  std::uint64_t bytes_out) override;
  void on_connections(int open) override;
  void on_stage(const StageTime& stage);

  // The text exposition format; gauges of the service are read now.
  [[nodiscard]] std::string render(const memory::MemoryService& service);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace holdfast::api
