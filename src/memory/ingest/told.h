// What an earlier session said in its own words, and whether a statement says no more than that.
//
// For sessions that are told again (retelling.h): likeness shows that something was said, but not that its values are
// the same ones. English.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/comparable.h"
#include "memory/ingest/pair_cues.h"
#include "memory/types.h"

namespace holdfast::memory {

// Not copied: what is compared points into it.
class ToldSession {
 public:
  // `messages`: of the session, in order.
  explicit ToldSession(const std::vector<Message>& messages);
  ToldSession(const ToldSession&) = delete;
  ToldSession& operator=(const ToldSession&) = delete;

  // Whether the statement has no number, day, path, known value or scope that message `at`, with the question it
  // answers, does not have; no name that the session does not know; no change or denial of its own.
  [[nodiscard]] bool says_values_of(const Comparable& statement, std::size_t at) const;

  // The place of a message among them.
  [[nodiscard]] std::optional<std::size_t> find(const Id& message) const;

  // The message of somebody else that stands before it, which it may answer.
  [[nodiscard]] std::optional<Id> before(std::size_t at) const;

 private:
  struct Turn {
    Id id;
    Role role = Role::kUser;
    Memory memory;  // the message as if it were one
    Comparable comparable;
    std::string name;                  // of who said it, folded
    std::vector<std::string> numbers;  // sorted
  };

  [[nodiscard]] bool answers(std::size_t at) const;
  [[nodiscard]] bool names_anywhere(std::string_view word) const;
  [[nodiscard]] bool says_numbers_of(const Comparable& statement, std::size_t at) const;
  [[nodiscard]] bool says_names_of(const PartView& part) const;
  [[nodiscard]] bool says_known_values_of(const Comparable& statement, std::size_t at) const;

  // Whether that holds of the message or one of the two before or after it.
  template <typename Says>
  [[nodiscard]] bool says_around(std::size_t at, Says says) const {
    constexpr std::size_t kAround = 2;
    const std::size_t last = std::min(turns_.size(), at + kAround + 1);
    for (std::size_t turn = at < kAround ? 0 : at - kAround; turn < last; ++turn)
      if (says(turns_[turn])) return true;
    return false;
  }

  std::deque<Turn> turns_;
};

// Whether each part of the statement that says something has its like in one of those it was compared with.
[[nodiscard]] bool meets_all_parts(const Comparable& statement, std::span<const Likeness> told);

}  // namespace holdfast::memory
