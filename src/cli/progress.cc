#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::cli {
namespace {

constexpr std::uint64_t kCells = 30;
constexpr std::uint64_t kUnknownStep = 1024;  // without a total, draw once for so many units

}  // namespace

Progress::Progress(World& world, std::string label, std::uint64_t total, std::string unit)
    : world_(world), label_(std::move(label)), unit_(std::move(unit)), total_(total) {
  draw();
}

Progress::~Progress() { wipe(); }

void Progress::advance(std::uint64_t amount) {
  done_ += amount;
  const std::uint64_t step = total_ == 0 ? done_ / kUnknownStep : done_ * 200 / total_;
  if (step == drawn_step_ && done_ != total_) return;
  drawn_step_ = step;
  draw();
}

void Progress::wipe() {
  if (world_.err_is_terminal) world_.err << "\r\x1b[K" << std::flush;
}

void Progress::draw() {
  if (!world_.err_is_terminal) return;
  if (total_ == 0) {
    world_.err << fmt::format("\r{} {} {}\x1b[K", label_, done_, unit_) << std::flush;
    return;
  }
  const std::uint64_t filled = std::min(kCells, done_ * kCells / total_);
  world_.err << fmt::format("\r{} [{}{}] {}/{} {}\x1b[K", label_, std::string(filled, '#'),
                            std::string(kCells - filled, ' '), done_, total_, unit_)
             << std::flush;
}

}  // namespace holdfast::cli
