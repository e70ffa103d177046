// A bar on the terminal for work that takes long. Silent when the error stream is not a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "cli/world.h"

namespace holdfast::cli {

// Draws as soon as it is made; the bar is wiped when it is destroyed.
class Progress {
 public:
  // `total` 0: not known, then only the amount done is shown. `unit` follows the amount: "messages".
  Progress(World& world, std::string label, std::uint64_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::uint64_t amount);
  void wipe();  // so that a line can be said in between; the next advance() draws again

 private:
  void draw();

  World& world_;
  std::string label_, unit_;
  std::uint64_t total_, done_ = 0, drawn_step_ = 0;
};

}  // namespace holdfast::cli
