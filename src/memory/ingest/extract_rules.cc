#include "memory/ingest/extract_rules.h"

#include <algorithm>

#include "language/dates.h"
#include "memory/ingest/acceptance.h"
#include "memory/ingest/compose.h"
#include "memory/ingest/keep.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/type.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kBuiltin = "builtin";
constexpr std::size_t kLongAnswer = 400;  // bytes from which an answer is one to a question

// Whether a statement tells of something that happened, so that its date matters. "Is called" has a participle, but
// tells of no event.
bool happened(const CueSet& cues) {
  if (cues.any(Cue::kAlways, Cue::kRoutine)) return false;
  return cues.any(Cue::kDone, Cue::kCancels, Cue::kStrongChange) || (cues.has(Cue::kPast) && !cues.has(Cue::kNaming));
}

Surroundings surroundings_of(const Transcript& transcript, std::size_t at, const MessageUnits& units) {
  Surroundings around;
  around.position = static_cast<std::size_t>(std::max<std::int64_t>(0, transcript.messages[at].message.position));
  around.bytes = units.bytes;
  around.asks = units.asks;
  around.requests = units.requests;
  around.fenced = units.fenced;
  around.pasted = units.pasted;
  if (at > 0) {
    const std::string& before = transcript.messages[at - 1].message.content;
    around.answers_question = before.ends_with('?');
  }
  if (at + 1 < transcript.messages.size()) {
    const TranscriptMessage& next = transcript.messages[at + 1];
    if (!speaks_as_person(next)) {
      const Body answer = body_of(next);
      around.acknowledged = acknowledges(Tokens(answer.text.substr(0, 160)));
      around.long_answer = answer.text.size() > kLongAnswer;
    }
  }
  return around;
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

Body body_of(const TranscriptMessage& message) {
  Body body{message.message.content, 1};
  const std::string_view content = message.message.content;
  const std::string& speaker = message.speaker;
  if (content.size() > speaker.size() + 1 && content.starts_with(speaker) && content[speaker.size()] == ':') {
    std::size_t begin = speaker.size() + 1;
    while (begin < content.size() && (content[begin] == ' ' || content[begin] == '\n')) {
      if (content[begin] == '\n') ++body.line;
      ++begin;
    }
    body.text = content.substr(begin);
  }
  return body;
}

Candidate make_candidate(const TranscriptMessage& message, const Unit& unit, std::string_view stage) {
  Candidate candidate;
  candidate.name = speaker_name(message);
  Composed composed = compose(unit.text, candidate.name, message.message.timestamp, happened(unit.cues));
  candidate.content = std::move(composed.content);
  candidate.derivations = std::move(composed.derivations);
  candidate.type = type_of(unit.cues, composed.own_date, !unit.topic.empty());
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
    read.dated = !language::find_dates(unit.text, message.message.timestamp).empty();
    read.score = keep_score(unit, read.dated, around);
    read.cues = keep_cues(unit, read.dated, around);
    read.unit = std::move(unit);
    reading.units.push_back(std::move(read));
  }
  return reading;
}

CueRow type_cues(const ReadUnit& unit) { return unit.cues; }

std::vector<Candidate> extract_statements(const Transcript& transcript, const Chunk& chunk) {
  std::vector<Candidate> candidates;
  for (std::size_t at = chunk.first; at < chunk.last && at < transcript.messages.size(); ++at) {
    const TranscriptMessage& message = transcript.messages[at];
    if (message.context || !speaks_as_person(message)) continue;
    Reading reading = read_message(transcript, at);
    if (reading.units.empty() || reading.units.front().unit.text.size() < 2 * kFragment)
      add_accepted(transcript, at, candidates);
    if (reading.units.empty()) continue;
    const double best = std::ranges::max(reading.units, {}, &ReadUnit::score).score;
    const double threshold = best >= kKeepThreshold ? kKeepBeside : kKeepThreshold;
    for (const ReadUnit& read : reading.units)
      if (read.score >= threshold) candidates.push_back(make_candidate(message, read.unit, "extract"));
  }
  return candidates;
}

}  // namespace holdfast::memory
