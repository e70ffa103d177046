#include "memory/ingest/extract_rules.h"

#include <algorithm>

#include "language/dates.h"
#include "language/sentences.h"
#include "memory/ingest/acceptance.h"
#include "memory/ingest/antecedent.h"
#include "memory/ingest/asked.h"
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

// What people say of themselves instructs nobody, unless it has the words of a rule, a wish or a decision.
bool may_instruct(const CueSet& cues) {
  return !cues.has(Cue::kFirstPerson) || cues.any(Cue::kAlways, Cue::kForbids, Cue::kImperative, Cue::kRequest,
                                                  Cue::kLastingWish, Cue::kRemember, Cue::kDecides);
}

// A statement that gives a topic its value: "use pnpm" is a rule, and "we switched to Yarn" tells what holds since,
// though it happened once.
MemoryType type_of_topic(const CueSet& cues, MemoryType type) {
  if (type == MemoryType::kEvent && cues.has(Cue::kStrongChange) && !cues.any(Cue::kDone, Cue::kCancels))
    return MemoryType::kFact;
  if (type == MemoryType::kFact && cues.has(Cue::kImperative) && !cues.any(Cue::kFirstPerson, Cue::kWe, Cue::kDone))
    return MemoryType::kInstruction;
  return type;
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

constexpr std::size_t kTerse = 40;   // bytes up to which an answer needs its question
constexpr double kKeepAnswer = 0.2;  // a measure that was asked for

// "Wednesdays. Fridays is the choir.": begins with a few words that say nothing without the question.
bool begins_elliptic(std::string_view text) {
  constexpr std::size_t kFew = 30;       // bytes
  constexpr std::size_t kLongest = 160;  // of the answer
  if (text.size() > kLongest) return false;
  const std::size_t end = text.find_first_of(".!");
  if (end == std::string_view::npos || end > kFew || end + 1 >= text.size() || text[end + 1] != ' ') return false;
  return !language::has_verb(text.substr(0, end)) && Tokens(text.substr(0, end)).size() <= 4;
}

// An answer that gives a number, a time or a day, plainly.
bool gives_measure(const Unit& unit) {
  return unit.cues.any(Cue::kNumber, Cue::kMoney, Cue::kTimeOfDay, Cue::kVersion) &&
         !unit.cues.any(Cue::kHypothetical, Cue::kJoke, Cue::kReports, Cue::kRetracts);
}

// How many bytes only call the other by name: "Maria, since we last spoke …".
std::size_t address_before(std::string_view text, const TranscriptMessage& message, const Transcript& transcript) {
  const std::size_t end = text.find_first_of(" ,!");
  if (end == std::string_view::npos || end + 2 >= text.size() || text[end] == ' ' || text[end + 1] != ' ') return 0;
  const std::string_view name = text.substr(0, end);
  for (const TranscriptMessage& other : transcript.messages)
    if (other.speaker != message.speaker && other.speaker.starts_with(name) && !speaker_name(other).empty())
      return end + 2;
  return 0;
}

std::optional<Asked> question_of(const Transcript& transcript, std::size_t at) {
  if (at == 0) return std::nullopt;
  return asked_before(transcript.messages[at - 1], transcript.messages[at]);
}

// "How often should the job run: every 30 minutes"
Candidate answer_candidate(const Transcript& transcript, std::size_t at, const ReadUnit& answer, const Asked& asked) {
  ReadUnit whole = answer;
  whole.unit.text = asked.question + ": " + whole.unit.text;
  Candidate candidate = make_candidate(transcript.messages[at], whole, "extract");
  candidate.sources.push_back({transcript.messages[at - 1].message.id, asked.line_from, asked.line_to});
  candidate.derivations.emplace_back("question");
  return candidate;
}

}  // namespace

Candidate make_candidate(const TranscriptMessage& message, const ReadUnit& read, std::string_view stage) {
  const Unit& unit = read.unit;
  Candidate candidate;
  candidate.name = speaker_name(message);
  candidate.type = type_of(read.cues, read.vector, may_instruct(unit.cues));
  if (!unit.topic.empty()) candidate.type = type_of_topic(unit.cues, candidate.type);
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

Candidate unit_candidate(const Transcript& transcript, std::size_t at, const ReadUnit& read) {
  const auto meant = antecedent_of(transcript, at, read.unit.text);
  if (!meant) return make_candidate(transcript.messages[at], read, "extract");
  ReadUnit named = read;
  named.unit.text = with_antecedent(read.unit.text, meant->who);
  Candidate candidate = make_candidate(transcript.messages[at], named, "extract");
  if (meant->message != transcript.messages[at].message.id)
    candidate.sources.push_back({meant->message, meant->line_from, meant->line_to});
  candidate.derivations.emplace_back("pronoun");
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
    unit.text.erase(0, address_before(unit.text, message, transcript));
    read.cues = unit_cues(unit, message.message.timestamp);
    add_cues(around, read.cues);
    read.unit = std::move(unit);
    reading.units.push_back(std::move(read));
  }
  return reading;
}

Candidate record_candidate(const TranscriptMessage& message, Unit record) {
  ReadUnit read;
  read.cues = unit_cues(record, message.message.timestamp);
  read.unit = std::move(record);
  Candidate candidate = make_candidate(message, read, "extract");
  candidate.derivations.emplace_back("said by the assistant");
  return candidate;
}

double ReadUnit::keep() const {
  const double score = keep_probability(cues, vector);
  const CueSet& said = unit.cues;
  // "My dog is called Momo": short, and worth it wherever it is said.
  const bool introduces = said.has(Cue::kNaming) && said.has(Cue::kIdentity) &&
                          !said.any(Cue::kQuestionMark, Cue::kHypothetical, Cue::kReports, Cue::kJoke, Cue::kNegation);
  const bool rules = unit.announced && !said.any(Cue::kQuestionMark, Cue::kJoke, Cue::kRetracts);
  return introduces || rules ? std::max(score, kKeepThreshold) : score;
}

ChunkReading read_chunk(const Transcript& transcript, const Chunk& chunk) {
  ChunkReading reading;
  for (std::size_t at = chunk.first; at < chunk.last && at < transcript.messages.size(); ++at)
    if (!transcript.messages[at].context) reading.messages.push_back({at, read_message(transcript, at)});
  return reading;
}

std::vector<ReadUnit*> units_in_doubt(ChunkReading& reading) {
  constexpr double kSurelyJunk = 0.25;
  constexpr double kSurelyKept = 0.9;
  constexpr double kSureOfType = 0.75;
  std::vector<ReadUnit*> doubtful;
  for (ChunkReading::Entry& entry : reading.messages) {
    for (ReadUnit& unit : entry.reading.units) {
      const double score = unit.keep();
      if (score < kSurelyJunk) continue;
      if (score >= kSurelyKept && std::ranges::max(type_head().shares(unit.cues)) >= kSureOfType) continue;
      doubtful.push_back(&unit);
    }
  }
  return doubtful;
}

std::vector<Candidate> extract_statements(const Transcript& transcript, const ChunkReading& chunk) {
  std::vector<Candidate> candidates;
  for (const auto& [at, reading] : chunk.messages) {
    const TranscriptMessage& message = transcript.messages[at];
    for (Unit& record : records_of(message)) candidates.push_back(record_candidate(message, std::move(record)));
    if (!speaks_as_person(message)) continue;
    if (reading.units.empty() || reading.units.front().unit.text.size() < 2 * kFragment)
      add_accepted(transcript, at, candidates);
    if (reading.units.empty()) continue;
    std::vector<double> scores;
    for (const ReadUnit& read : reading.units) scores.push_back(read.keep());
    const double threshold = std::ranges::max(scores) >= kKeepThreshold ? kKeepBeside : kKeepThreshold;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const ReadUnit& read = reading.units[i];
      const bool leans = i == 0 && (read.unit.text.size() <= kTerse || begins_elliptic(read.unit.text));
      const auto asked = leans ? question_of(transcript, at) : std::nullopt;
      if (asked && gives_measure(read.unit) ? scores[i] >= kKeepAnswer : scores[i] >= threshold)
        candidates.push_back(asked ? answer_candidate(transcript, at, read, *asked)
                                   : unit_candidate(transcript, at, read));
    }
  }
  return candidates;
}

}  // namespace holdfast::memory
