// What an extractor proposes: a statement, and the messages it was read from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memory/types.h"
#include "memory/vectors/encoded_text.h"

namespace holdfast::memory {

struct Candidate {
  std::string content;                  // self-contained: first person resolved, dates absolute; at most 300 characters
  MemoryType type = MemoryType::kFact;  // the extractor's: who reads the sentence in its place knows best
  std::string name;                     // who states it; "" when it is the user
  std::vector<Source> sources;          // in the order of their weight; never empty
  TimeMs time = 0;                      // of the first message that states it
  std::int64_t position = 0;            // of that message in its session
  std::vector<std::string> derivations;  // named rules that made words of it ("relative date", "resolved speaker", …)
  bool closes = false;                   // says that something is done, merged or dropped
  std::string stage;                     // "extract" or "detail"
  std::string model;                     // "builtin", or the model's name
};

// A memory that is ready but for its id and its place among the others.
struct NewMemory {
  Memory memory;
  bool closes = false;                              // as in Candidate
  std::shared_ptr<const EncodedText> vectors = {};  // of the content; null without an encoder
  // The topic key was read off the words by rules: whether it is the topic that others have under that key, the pair
  // decides. A model that was shown the keys there are has decided already.
  bool guessed_topic = false;
};

// A candidate that was not stored, and why (for `verbose` and metrics).
struct Dropped {
  std::string content;
  std::string reason;  // "name not in the sources: Kyoto"
  std::string stage;   // "verify", "merge", "place"
  std::string model;
};

}  // namespace holdfast::memory
