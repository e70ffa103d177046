// From what a model read out of a piece to candidates.
#pragma once

#include <boost/json.hpp>

#include <span>
#include <string_view>
#include <vector>

#include "memory/ingest/candidate.h"
#include "memory/ingest/transcript.h"
#include "memory/model/render.h"

namespace holdfast::memory {

struct Extracted {
  std::vector<Candidate> candidates;
  // Items there were, but nothing that stands in the conversation: the model did not read it.
  bool unusable = false;
};

// Takes the items that can be used: with a content (cut to kContentCharacters) and a source among the messages shown
// that is no context; numbers of others are left out. Time, position and speaker are those of the first source, lines
// too where none or impossible ones are given. Left out: orders to machines, and instructions that nobody states in
// words of their own (own_words.h).
[[nodiscard]] Extracted read_extracted(const boost::json::value& reply, const Transcript& transcript,
                                       std::span<const ShownMessage> shown, std::string_view stage,
                                       std::string_view model);

}  // namespace holdfast::memory
