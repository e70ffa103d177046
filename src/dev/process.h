// A server in a process of its own, so that its memory is its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace holdfast::dev {

// Resident memory of a process, in bytes; nullopt where the system does not tell.
[[nodiscard]] std::optional<std::uint64_t> resident_bytes(std::int64_t process);

class ServerProcess {
 public:
  // Runs `binary serve` on a free port of this machine with its defaults (warnings go to standard error); returns once
  // it answers. kIo.
  [[nodiscard]] static Result<ServerProcess> start(const std::string& binary, const std::string& data,
                                                   const std::string& token);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();  // stops it and waits

  [[nodiscard]] std::int64_t process() const { return process_; }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  ServerProcess() = default;
  std::int64_t process_ = 0;
  std::string url_;
};

}  // namespace holdfast::dev
