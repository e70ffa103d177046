// The server as a whole: every part made, wired, started, and stopped in the right order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/config.h"
#include "base/result.h"
#include "models/encoder.h"

namespace holdfast::api {

class Application {
 public:
  // Creates the data directory where there is none. `admin_token`: "" reads DIR/admin.token, and makes it (mode 0600)
  // when it is not there. Answers requests once this returns; work left by an earlier run goes on in the background.
  // Without an `encoder` everything works on words alone.
  // kInvalid, kIo, kCorrupt, kNewerSchema, kOverloaded (another server holds the directory).
  [[nodiscard]] static Result<std::unique_ptr<Application>> start(const Config& config, const std::string& admin_token,
                                                                  std::unique_ptr<const models::Encoder> encoder = {});

  // As stop(), if that was not called.
  ~Application();

  [[nodiscard]] std::uint16_t port() const;
  // The file an admin token was read from or written to; "" when it came from outside.
  [[nodiscard]] const std::string& token_file() const;

  // Graceful: accepts no more, finishes what runs (requests at most as long as the configuration says), flushes.
  void stop();

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::api
