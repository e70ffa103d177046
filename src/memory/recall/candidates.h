// What recall found, with all that explains it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "memory/types.h"

namespace holdfast::memory {

// How one channel saw a candidate.
struct ChannelHit {
  std::string channel;   // "full_text", "topic_key", "messages"; later "vector", "hyde"
  std::size_t rank = 0;  // from 1
  double score = 0;      // the channel's own
  double weight = 0;     // in the fusion
};

// By the encoder's token vectors (closeness.h): each content token of the question against its closest token here.
struct Closeness {
  double mean = 0;
  double lowest = 0;  // of the third of the tokens that find the least
  // By WeightedTerm::word, the mean over the word's tokens: here, in the two messages before it, in the one after it.
  std::vector<float> words = {};
  std::vector<float> before = {};
  std::vector<float> after = {};
};

struct RecallCandidate {
  enum class Kind { kMemory, kMessage };  // a message that no memory covers is a candidate of its own

  Kind kind = Kind::kMemory;
  Id id;
  std::string summary;  // a message's: the first 200 characters; secrets redacted
  std::string content;  // for the synthesis; secrets redacted
  MemoryType type = MemoryType::kFact;
  std::string about;  // a memory's topic key, keywords and the questions it answers: what it does not say itself
  std::string session_id;
  std::string name;         // who stated it
  TimeMs time = 0;          // source time
  bool superseded = false;  // a memory, of a question about the past; a message of which all memories are
  double score = 0;         // fused; never rising from one candidate to the next
  std::vector<ChannelHit> channels;
  std::vector<Message> sources;             // what says most to the question first
  std::vector<Source> source_lines;         // parallel to `sources`
  std::optional<Closeness> closeness = {};  // none without an encoder
  double evidence = 0;                      // of the messages it comes from the best (Evidence::of)
};

}  // namespace holdfast::memory
