// Made-up conversations for measurements: two people who chat, and now and then say something worth remembering.
//
// Sentences are made from templates and word lists of our own, by a seeded generator: the same seed and number give the
// same text everywhere. Messages have the length (about 25 words), and their statements the density, of a real chat
// between friends; rare names are coined, so that a vocabulary grows as a real one does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace holdfast::dev {

struct Line {
  bool first = true;  // said by the first of the two
  std::string name;
  std::string text;
  TimeMs time = 0;
};

struct Session {
  std::string id;
  std::vector<Line> lines;
};

// Immutable, so thread-safe.
class Dialogue {
 public:
  explicit Dialogue(std::uint64_t seed);

  // The session of this number: a function of seed, number and length alone.
  [[nodiscard]] Session session(std::size_t number, std::size_t messages = 50) const;

  // A question that a statement of session(number, messages) answers.
  [[nodiscard]] std::string question(std::size_t number, std::size_t messages = 50) const;

 private:
  struct Said;
  [[nodiscard]] Said make(std::size_t number, std::size_t messages) const;

  std::uint64_t seed_;
  std::string first_, second_;
};

}  // namespace holdfast::dev
