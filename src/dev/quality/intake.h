// Getting conversations into profiles, once: a kept data directory is not filled again.
//
// A profile's name is made of everything that goes into it, so that a changed conversation is another profile. What the
// binary makes of it is not part of the name: after a change of what is kept, start with an empty directory.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "dev/quality/corpus.h"
#include "dev/quality/options.h"
#include "dev/quality/room.h"

namespace holdfast::dev::quality {

struct IntakeCost {
  std::size_t messages = 0;
  std::size_t reused = 0;  // profiles that were there
  double seconds = 0;      // in ingest calls, summed over conversations
  double vectors = 0;      // after them, until no vector was pending, summed over conversations
};

class Intake {
 public:
  // A room on `options.cache`, or on a directory of its own that goes with it.
  [[nodiscard]] static Result<std::unique_ptr<Intake>> open(const Options& options);

  // Returns the profile that holds the conversation, with nothing pending. Thread-safe for different conversations.
  [[nodiscard]] Result<std::string> take(const Conversation& conversation, IntakeCost& cost);
  [[nodiscard]] Room& room() { return *room_; }

 private:
  Intake(std::unique_ptr<Room> room, std::string marks) : room_(std::move(room)), marks_(std::move(marks)) {}
  [[nodiscard]] Result<> wait(const std::string& profile);

  std::unique_ptr<Room> room_;
  std::string marks_;  // a directory with a file for each profile that is complete
};

// Runs `work` for 0 … count-1, `jobs` at a time; the first error, by number.
[[nodiscard]] Result<> each(std::size_t count, std::size_t jobs, const std::function<Result<>(std::size_t)>& work);

}  // namespace holdfast::dev::quality
