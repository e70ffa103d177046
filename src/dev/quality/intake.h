// Getting conversations into profiles, once: a kept data directory is not filled again.
//
// A profile's name is made of everything that goes into it and of the encoder's, so that a changed conversation, or
// another encoder, is another profile. What the
// binary makes of it is not part of the name: after a change of what is kept, start with an empty directory.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dev/quality/corpus.h"
#include "dev/quality/options.h"
#include "dev/quality/remembering_encoder.h"
#include "dev/quality/room.h"

namespace holdfast::dev::quality {

struct IntakeCost {
  std::size_t messages = 0;
  std::size_t reused = 0;  // profiles that were there
  double seconds = 0;      // in ingest calls, summed over conversations
  double vectors = 0;      // after them, until no vector was pending, summed over conversations

  IntakeCost& operator+=(const IntakeCost& other);
};

// What it took, and what is there now that the profiles have been closed and opened again: files hold no journal then.
struct Footing {
  IntakeCost intake;
  double bytes_on_disk = 0, bytes_in_memory = 0;  // a message
  std::size_t vectors_known = 0;                  // of texts that were not encoded again while asking
};

class Intake {
 public:
  // A room on `options.cache`, or on a directory of its own that goes with it.
  [[nodiscard]] static Result<std::unique_ptr<Intake>> open(const Options& options);

  // Returns the profile that holds the conversation, with nothing pending. Thread-safe for different conversations.
  [[nodiscard]] Result<std::string> take(const Conversation& conversation, IntakeCost& cost);
  // Takes all, `options.jobs` at a time; profiles are parallel to the conversations.
  [[nodiscard]] Result<std::vector<std::string>> take_all(const std::vector<Conversation>& conversations,
                                                          const Options& options, IntakeCost& cost);
  [[nodiscard]] Room& room() { return *room_; }

  // From now on the vectors of questions are remembered, and done_asking() writes them into a kept directory.
  void begin_asking();
  [[nodiscard]] Result<> done_asking();

  // Opens the room anew.
  [[nodiscard]] Result<Footing> footing(const std::vector<std::string>& profiles, const IntakeCost& cost);

 private:
  Intake(std::unique_ptr<Room> room, std::string directory, const Options& options)
      : room_(std::move(room)), directory_(std::move(directory)), keep_(!options.cache.empty()) {}
  [[nodiscard]] Result<> wait(const std::string& profile);

  std::unique_ptr<Room> room_;
  const std::string directory_;
  const bool keep_;
  std::shared_ptr<RememberingEncoder> encoder_;  // null for none
};

// Runs `work` for 0 … count-1, `jobs` at a time; the first error, by number.
[[nodiscard]] Result<> each(std::size_t count, std::size_t jobs, const std::function<Result<>(std::size_t)>& work);

}  // namespace holdfast::dev::quality
