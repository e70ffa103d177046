// What both builtin passes do with a message: cut it into units, weigh them, compose what is kept.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "memory/heads/linear_head.h"
#include "memory/ingest/candidate.h"
#include "memory/ingest/chunk.h"
#include "memory/ingest/transcript.h"
#include "memory/ingest/units.h"

namespace holdfast::memory {

// A unit with what the heads see of it.
struct ReadUnit {
  Unit unit;
  CueRow cues;                // of the unit itself, and of what stands around it
  std::vector<float> vector;  // the encoder's, of the unit's text; empty: the heads decide by cues alone
  // The probability that it is worth a memory.
  [[nodiscard]] double keep() const;
};

struct Reading {
  std::vector<ReadUnit> units;  // of a person's message; none of a machine's
  bool asks = false;            // as in MessageUnits
  bool fenced = false;
  bool pasted = false;
};

// Message `at` of the transcript, cut and weighed.
[[nodiscard]] Reading read_message(const Transcript& transcript, std::size_t at);

// The unit as a candidate of that message.
[[nodiscard]] Candidate make_candidate(const TranscriptMessage& message, const ReadUnit& read, std::string_view stage);

// The same, with whom "he" or "she" means named where the conversation shows it.
[[nodiscard]] Candidate unit_candidate(const Transcript& transcript, std::size_t at, const ReadUnit& read);

// What a machine's message records (record.h) as a candidate.
[[nodiscard]] Candidate record_candidate(const TranscriptMessage& message, Unit record);

// The full pass over one chunk, in two steps: what stands there, and what of it is kept. Between them an encoder, where
// there is one, gives vectors to the units that the cues leave in doubt.
struct ChunkReading {
  struct Entry {
    std::size_t at = 0;  // of the transcript
    Reading reading;
  };
  std::vector<Entry> messages;
};
[[nodiscard]] ChunkReading read_chunk(const Transcript& transcript, const Chunk& chunk);
[[nodiscard]] std::vector<ReadUnit*> units_in_doubt(ChunkReading& reading);
[[nodiscard]] std::vector<Candidate> extract_statements(const Transcript& transcript, const ChunkReading& reading);

// The detail pass over one window: clauses that give one concrete value, whatever the score of what stands around them.
[[nodiscard]] std::vector<Candidate> extract_details(const Transcript& transcript, const Chunk& window);

}  // namespace holdfast::memory
