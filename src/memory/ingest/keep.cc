#include "memory/ingest/keep.h"

namespace holdfast::memory {
namespace {

struct Weight {
  Cue cue;
  double weight;
};

// Positive: speaks for keeping. The sizes follow what a logistic regression over labelled conversations gave, rounded.
constexpr Weight kWeights[] = {
    {Cue::kQuestionMark, -1.2}, {Cue::kAsks, -1.2},        {Cue::kRequest, -0.5}, {Cue::kHypothetical, -1.0},
    {Cue::kUnsure, -0.8},       {Cue::kJoke, -1.0},        {Cue::kReports, -0.7}, {Cue::kQuotation, -0.9},
    {Cue::kYou, -0.5},          {Cue::kWe, -0.1},          {Cue::kAside, 0.5},    {Cue::kRemember, 0.6},
    {Cue::kAlways, 0.7},        {Cue::kForbids, 0.3},      {Cue::kNegation, 0.3}, {Cue::kPrefers, 0.3},
    {Cue::kChange, 0.3},        {Cue::kStrongChange, 0.4}, {Cue::kDecides, 0.4},  {Cue::kOpen, 0.4},
    {Cue::kUnfinished, 1.2},    {Cue::kDone, 0.8},         {Cue::kCancels, 0.4},  {Cue::kStates, 0.3},
    {Cue::kNaming, 0.8},        {Cue::kRoutine, 1.3},      {Cue::kIdentity, 0.6}, {Cue::kSetup, 0.8},
    {Cue::kNumber, 0.9},        {Cue::kVersion, 0.3},      {Cue::kName, 0.6},     {Cue::kCode, 0.3},
    {Cue::kEquals, 0.3},        {Cue::kImperative, 0.2},   {Cue::kMoney, 0.1},    {Cue::kTimeOfDay, 0.1},
};

constexpr double kBias = -0.9;
constexpr double kKeyed = 0.8;         // it gives a topic its value
constexpr double kKnownValue = 0.4;    // it names a tool or preference of the lexicon
constexpr double kShort = -1.2;        // under 25 bytes
constexpr double kRatherShort = -0.6;  // under 50
constexpr double kLong = 0.2;          // 80 and more
constexpr double kVeryLong = -0.4;     // 160 and more
constexpr double kDated = 0.9;
constexpr double kFirstMessages = 0.5;  // of a session: that is where people say what holds
constexpr double kAcknowledged = 1.3;
constexpr double kLongAnswer = -0.5;
constexpr double kAnswersQuestion = -0.1;
constexpr double kAsksToo = -0.8;
constexpr double kRequestsToo = -0.3;
constexpr double kFenced = -0.7;
constexpr double kPasted = -0.8;

}  // namespace

CueRow keep_cues(const Unit& unit, bool dated, const Surroundings& around) {
  CueRow row;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Cue::kCount); ++i) {
    const Cue cue = static_cast<Cue>(i);
    row.add(to_string(cue), unit.cues.has(cue) ? 1 : 0);
  }
  row.add("keyed", unit.topic.empty() ? 0 : 1);
  row.add("known_value", unit.known_value ? 1 : 0);
  row.add("dated", dated ? 1 : 0);
  row.add("first_messages", around.position < 3 ? 1 : 0);
  row.add("acknowledged", around.acknowledged ? 1 : 0);
  return row;
}

double keep_score(const Unit& unit, bool dated, const Surroundings& around) {
  double score = kBias;
  for (const Weight& entry : kWeights)
    if (unit.cues.has(entry.cue)) score += entry.weight;
  const std::size_t size = around.bytes;
  if (size < 25)
    score += kShort;
  else if (size < 50)
    score += kRatherShort;
  else if (size >= 160)
    score += kLong + kVeryLong;
  else if (size >= 80)
    score += kLong;
  if (!unit.topic.empty()) score += kKeyed;
  if (unit.known_value) score += kKnownValue;
  if (dated) score += kDated;
  if (around.position < 3) score += kFirstMessages;
  if (around.acknowledged) score += kAcknowledged;
  if (around.long_answer) score += kLongAnswer;
  if (around.asks) score += kAsksToo;
  if (around.requests) score += kRequestsToo;
  if (around.fenced) score += kFenced;
  if (around.pasted) score += kPasted;
  if (around.answers_question) score += kAnswersQuestion;
  return score;
}

}  // namespace holdfast::memory
