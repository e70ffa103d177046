#include "memory/ingest/extract_rules.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/topic_key.h"

namespace holdfast::memory {
namespace {

// A clause that says plainly what the value of something is, and nothing that makes it doubtful.
bool gives_value(const Unit& unit) {
  const CueSet& cues = unit.cues;
  if (cues.any(Cue::kQuestionMark, Cue::kAsks, Cue::kHypothetical, Cue::kUnsure, Cue::kJoke, Cue::kReports,
               Cue::kQuotation, Cue::kRetracts, Cue::kRequest))
    return false;
  if (!cues.any(Cue::kNumber, Cue::kVersion, Cue::kMoney, Cue::kTimeOfDay, Cue::kName, Cue::kCode)) return false;
  if (!cues.any(Cue::kStates, Cue::kEquals, Cue::kStrongChange, Cue::kDecides)) return false;
  return !topic_key(unit.text).empty();
}

}  // namespace

std::vector<Candidate> extract_details(const Transcript& transcript, const Chunk& window) {
  std::vector<Candidate> candidates;
  for (std::size_t at = window.first; at < window.last && at < transcript.messages.size(); ++at) {
    const TranscriptMessage& message = transcript.messages[at];
    if (message.context || !speaks_as_person(message)) continue;
    const Reading reading = read_message(transcript, at);
    if (reading.asks || reading.fenced || reading.pasted) continue;
    for (const ReadUnit& read : reading.units)
      if (gives_value(read.unit)) candidates.push_back(make_candidate(message, read, "detail"));
  }
  return candidates;
}

}  // namespace holdfast::memory
