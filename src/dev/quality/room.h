// The memory service in this process, over a data directory: what `holdfast serve` runs, without the network.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "memory/service.h"
#include "models/encoder.h"

namespace holdfast::dev::quality {

class Room {
 public:
  // Creates the directory where there is none; no server may hold it. `remove`: the directory goes with the room.
  // `encoder` may be null.
  [[nodiscard]] static Result<std::unique_ptr<Room>> open(const std::string& directory, bool remove,
                                                          std::shared_ptr<const models::Encoder> encoder);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // The directory stays after all.
  void keep();
  [[nodiscard]] memory::MemoryService& service();
  [[nodiscard]] static memory::Address address(std::string profile);
  [[nodiscard]] TimeMs now() const;
  [[nodiscard]] std::string_view model() const;  // the encoder's; "none" without one

 private:
  struct Parts;
  explicit Room(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::dev::quality
