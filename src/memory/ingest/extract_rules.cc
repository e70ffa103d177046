#include "memory/ingest/extract_rules.h"

#include <algorithm>

#include "language/dates.h"
#include "memory/ingest/acceptance.h"
#include "memory/ingest/body.h"
#include "memory/ingest/compose.h"
#include "memory/ingest/keep.h"
#include "memory/ingest/record.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/surroundings.h"
#include "memory/ingest/type.h"
#include "memory/ingest/unit_cues.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kBuiltin = "builtin";

// Whether the day on which it was said says when it was. "Is called" has a participle, but tells of no event.
bool needs_day(const Unit& unit, MemoryType type, bool dated) {
  const CueSet& cues = unit.cues;
  if (cues.any(Cue::kAlways, Cue::kRoutine) && type != MemoryType::kEvent) return false;
  if (dated) return unit.undated_event;
  if (type == MemoryType::kEvent) return true;
  return cues.any(Cue::kDone, Cue::kCancels, Cue::kStrongChange) || (cues.has(Cue::kPast) && !cues.has(Cue::kNaming));
}

void add_accepted(const Transcript& transcript, std::size_t at, std::vector<Candidate>& candidates) {
  if (at == 0) return;
  const TranscriptMessage& answer = transcript.messages[at];
  const TranscriptMessage& offer = transcript.messages[at - 1];
  if (offer.message.role != Role::kAssistant || speaks_as_person(offer)) return;
  const auto accepted = accepted_offer(offer, answer);
  if (!accepted) return;
  Composed composed = compose(accepted->proposal, "the assistant", answer.message.timestamp, false);
  constexpr std::string_view kPrefix = "the assistant: ";
  if (composed.content.starts_with(kPrefix)) composed.content.erase(0, kPrefix.size());
  Candidate candidate;
  const std::string who = speaker_name(answer);
  candidate.content = (who.empty() ? std::string("The user") : who) + " agreed: " + composed.content;
  candidate.type = MemoryType::kInstruction;
  candidate.name = who;
  candidate.sources = {{offer.message.id, accepted->line_from, accepted->line_to}, {answer.message.id, 1, 1}};
  candidate.time = answer.message.timestamp;
  candidate.position = answer.message.position;
  candidate.derivations = std::move(composed.derivations);
  candidate.derivations.emplace_back("accepted offer");
  candidate.stage = "extract";
  candidate.model = kBuiltin;
  candidates.push_back(std::move(candidate));
}

}  // namespace

Candidate make_candidate(const TranscriptMessage& message, const ReadUnit& read, std::string_view stage) {
  const Unit& unit = read.unit;
  Candidate candidate;
  candidate.name = speaker_name(message);
  candidate.type = type_of(read.type_cues);
  const bool dated = !language::find_dates(unit.text, message.message.timestamp).empty();
  Composed composed =
      compose(unit.text, candidate.name, message.message.timestamp, needs_day(unit, candidate.type, dated));
  candidate.content = std::move(composed.content);
  candidate.derivations = std::move(composed.derivations);
  candidate.sources = {{message.message.id, unit.line_from, unit.line_to}};
  candidate.time = message.message.timestamp;
  candidate.position = message.message.position;
  candidate.closes = unit.cues.any(Cue::kDone, Cue::kCancels);
  candidate.stage = stage;
  candidate.model = kBuiltin;
  return candidate;
}

Reading read_message(const Transcript& transcript, std::size_t at) {
  Reading reading;
  const TranscriptMessage& message = transcript.messages[at];
  if (!speaks_as_person(message)) return reading;
  const Body body = body_of(message);
  MessageUnits units = units_of(body.text, body.line);
  const Surroundings around = surroundings_of(transcript, at, units);
  reading.asks = units.asks;
  reading.fenced = units.fenced;
  reading.pasted = units.pasted;
  for (Unit& unit : units.units) {
    ReadUnit read;
    read.type_cues = unit_cues(unit, message.message.timestamp);
    read.keep_cues = keep_cues(read.type_cues, around);
    read.unit = std::move(unit);
    reading.units.push_back(std::move(read));
  }
  return reading;
}

Candidate record_candidate(const TranscriptMessage& message, Unit record) {
  ReadUnit read;
  read.type_cues = unit_cues(record, message.message.timestamp);
  read.unit = std::move(record);
  Candidate candidate = make_candidate(message, read, "extract");
  candidate.derivations.emplace_back("said by the assistant");
  return candidate;
}

std::vector<Candidate> extract_statements(const Transcript& transcript, const Chunk& chunk) {
  std::vector<Candidate> candidates;
  for (std::size_t at = chunk.first; at < chunk.last && at < transcript.messages.size(); ++at) {
    const TranscriptMessage& message = transcript.messages[at];
    if (message.context) continue;
    for (Unit& record : records_of(message)) candidates.push_back(record_candidate(message, std::move(record)));
    if (!speaks_as_person(message)) continue;
    const Reading reading = read_message(transcript, at);
    if (reading.units.empty() || reading.units.front().unit.text.size() < 2 * kFragment)
      add_accepted(transcript, at, candidates);
    if (reading.units.empty()) continue;
    std::vector<double> scores;
    for (const ReadUnit& read : reading.units) scores.push_back(keep_head().probability(read.keep_cues));
    const double threshold = std::ranges::max(scores) >= kKeepThreshold ? kKeepBeside : kKeepThreshold;
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (scores[i] >= threshold) candidates.push_back(make_candidate(message, reading.units[i], "extract"));
  }
  return candidates;
}

}  // namespace holdfast::memory
