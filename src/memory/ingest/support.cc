#include "memory/ingest/support.h"

#include <algorithm>
#include <charconv>

#include "base/time.h"
#include "language/dates.h"
#include "language/names.h"
#include "language/numbers.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "language/words.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

struct Evidence {
  std::vector<const TranscriptMessage*> messages;
  std::string folded;                 // all texts, folded
  std::vector<std::string> speakers;  // folded
};

void add_message(Evidence& evidence, const TranscriptMessage& message) {
  evidence.messages.push_back(&message);
  evidence.folded += language::fold(message.message.content);
  evidence.folded += '\n';
  evidence.speakers.push_back(language::fold(message.speaker));
}

Evidence gather_evidence(const Transcript& transcript, const Candidate& candidate) {
  Evidence evidence;
  for (const Source& source : candidate.sources) {
    for (const TranscriptMessage& message : transcript.messages) {
      if (message.message.id != source.message) continue;
      add_message(evidence, message);
      break;
    }
  }
  return evidence;
}

void add_derivation(Candidate& candidate, std::string_view rule) {
  if (std::find(candidate.derivations.begin(), candidate.derivations.end(), rule) == candidate.derivations.end())
    candidate.derivations.emplace_back(rule);
}

// Every word of a name, or the name as one, in the sources or that of a speaker.
bool name_stands(const Evidence& evidence, const std::string& name, Candidate& candidate) {
  const std::string folded = language::fold(name);
  if (evidence.folded.find(folded) != std::string::npos) return true;
  if (is_one_of(folded, "user assistant system") || folded == "the user" || folded == "the assistant") {
    add_derivation(candidate, "resolved speaker");
    return true;
  }
  for (const std::string& speaker : evidence.speakers) {
    if (speaker.find(folded) != std::string::npos || (!speaker.empty() && folded.find(speaker) != std::string::npos)) {
      add_derivation(candidate, "resolved speaker");
      return true;
    }
  }
  bool all = true;
  const Tokens words(folded);
  for (const Token& token : words) {
    std::string_view word = token.text;
    if (word.ends_with("'s")) word.remove_suffix(2);
    if (is_one_of(word, "the user user's agreed assistant")) continue;
    all = all && evidence.folded.find(word) != std::string::npos;
  }
  return all && words.size() > 1;
}

bool date_stands(const Evidence& evidence, const language::DateMention& date, Candidate& candidate) {
  if (evidence.folded.find(date.iso) != std::string::npos) return true;
  for (const TranscriptMessage* message : evidence.messages) {
    if (date.first == date.last && date.first == day_of(message->message.timestamp)) {
      add_derivation(candidate, "message date");
      return true;
    }
    for (const language::DateMention& said :
         language::find_dates(message->message.content, message->message.timestamp)) {
      // A date of the memory may be the day, an end of the range, or the month or year it falls in.
      const bool same = said.iso == date.iso || said.first == date.first || said.last == date.last ||
                        said.iso.find(date.iso) != std::string::npos;
      if (!same) continue;
      if (said.relative || !said.complete) add_derivation(candidate, "relative date");
      return true;
    }
  }
  return false;
}

// "2026-05", "2026": a month or a year, which find_dates gives only as part of a day.
bool is_month_or_year(std::string_view word) {
  if (word.size() != 4 && word.size() != 7) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (i == 4 ? word[i] != '-' : word[i] < '0' || word[i] > '9') return false;
  return word.starts_with("20");
}

// Whether a month or year is the one that a date of the sources falls in.
bool period_stands(const Evidence& evidence, std::string_view period, Candidate& candidate) {
  for (const TranscriptMessage* message : evidence.messages) {
    if (format_day(message->message.timestamp).starts_with(period)) return true;
    for (const language::DateMention& said :
         language::find_dates(message->message.content, message->message.timestamp)) {
      if (said.iso.find(period) == std::string::npos) continue;
      add_derivation(candidate, "relative date");
      return true;
    }
  }
  return false;
}

bool number_stands(const Evidence& evidence, const language::NumberMention& number, std::string_view text,
                   Candidate& candidate) {
  const std::string written = language::fold(text.substr(number.begin, number.end - number.begin));
  if (evidence.folded.find(written) != std::string::npos || evidence.folded.find(number.canonical) != std::string::npos)
    return true;
  double total = 0;
  std::size_t counted = 0;
  std::size_t names = 0;
  for (const TranscriptMessage* message : evidence.messages) {
    for (const language::NumberMention& said : language::find_numbers(message->message.content)) {
      if (said.canonical == number.canonical) {
        if (said.word != number.word) add_derivation(candidate, "number word");
        return true;
      }
      double value = 0;
      const auto parsed = std::from_chars(said.canonical.data(), said.canonical.data() + said.canonical.size(), value);
      if (parsed.ec == std::errc{}) {
        total += value;
        ++counted;
      }
    }
    names += language::find_names(message->message.content).size();
  }
  double wanted = 0;
  const auto parsed =
      std::from_chars(number.canonical.data(), number.canonical.data() + number.canonical.size(), wanted);
  if (parsed.ec != std::errc{}) return false;
  const bool is_sum = counted >= 2 && total > wanted - 1e-9 && total < wanted + 1e-9;
  const bool is_count =
      names >= 2 && static_cast<double>(names) > wanted - .5 && static_cast<double>(names) < wanted + .5;
  if (is_sum || is_count) add_derivation(candidate, "counted total");
  return is_sum || is_count;
}

// What of `text` is not supported: the reason, or "".
std::string unsupported(const Evidence& evidence, std::string_view text, Candidate& candidate) {
  const TimeMs said_at = evidence.messages.front()->message.timestamp;
  const std::vector<language::DateMention> dates = language::find_dates(text, said_at);
  const auto in_date = [&](std::size_t begin, std::size_t end) {
    return std::any_of(dates.begin(), dates.end(),
                       [&](const language::DateMention& date) { return begin < date.end && end > date.begin; });
  };
  for (const language::DateMention& date : dates) {
    const std::string_view written = text.substr(date.begin, date.end - date.begin);
    if (evidence.folded.find(language::fold(written)) != std::string::npos) continue;
    if (!date_stands(evidence, date, candidate)) return "date not in the sources: " + std::string(written);
  }
  const Tokens tokens(text);
  const auto period_at = [&](std::size_t begin) -> std::string_view {
    for (const Token& token : tokens)
      if (token.begin <= begin && begin < token.end)
        return is_month_or_year(token.text) ? token.text : std::string_view{};
    return {};
  };
  for (const language::NumberMention& number : language::find_numbers(text)) {
    if (in_date(number.begin, number.end)) continue;
    if (const std::string_view period = period_at(number.begin);
        !period.empty() && period_stands(evidence, period, candidate))
      continue;
    if (!number_stands(evidence, number, text, candidate))
      return "number not in the sources: " + std::string(text.substr(number.begin, number.end - number.begin));
  }
  for (const language::NameMention& name : language::find_names(text)) {
    if (in_date(name.begin, name.end)) continue;
    if (!name_stands(evidence, name.text, candidate)) return "name not in the sources: " + name.text;
  }
  return {};
}

// At least half of the content words stand in the sources, in whatever form.
bool words_stand(const Evidence& evidence, std::string_view text) {
  std::vector<std::string> words = read_statement(text).terms;
  // Values were checked one by one.
  std::erase_if(words, [](const std::string& word) { return word.find_first_of("0123456789") != std::string::npos; });
  if (words.size() < 3) return true;
  const std::vector<std::string> said = read_statement(evidence.folded).terms;
  return 2 * shared(words, said) >= words.size();
}

Verdict drop(Candidate candidate, std::string reason) {
  return {Verdict::Kind::kDrop, std::move(reason), std::move(candidate)};
}

}  // namespace

Verdict check_support(const Transcript& transcript, Candidate candidate) {
  Verdict verdict;
  const Evidence evidence = gather_evidence(transcript, candidate);
  if (evidence.messages.empty()) return drop(std::move(candidate), "no source");
  if (Tokens(candidate.content).empty()) return drop(std::move(candidate), "says nothing");
  if (!language::find_secrets(candidate.content).empty()) {
    candidate.content = language::redact_secrets(candidate.content);
    verdict.kind = Verdict::Kind::kCorrect;
    verdict.reason = "secret";
  }
  if (std::string cut = cut_text(candidate.content, kContentCharacters); cut != candidate.content) {
    candidate.content = std::move(cut);
    verdict.kind = Verdict::Kind::kCorrect;
    verdict.reason = "over " + std::to_string(kContentCharacters) + " characters";
  }
  std::string reason = unsupported(evidence, candidate.content, candidate);
  if (!reason.empty()) {
    std::string kept;
    for (const language::Sentence& sentence : language::sentences(candidate.content)) {
      for (const std::string_view clause : language::clauses(sentence.text)) {
        if (!unsupported(evidence, clause, candidate).empty()) continue;
        if (!kept.empty()) kept += ", ";
        kept += clause;
      }
    }
    // A scrap of what was said says something else, or nothing.
    if (kept.size() < 12 || 2 * kept.size() < candidate.content.size() ||
        !unsupported(evidence, kept, candidate).empty())
      return drop(std::move(candidate), std::move(reason));
    candidate.content = std::move(kept);
    verdict.kind = Verdict::Kind::kCorrect;
    verdict.reason = std::move(reason);
  }
  if (!words_stand(evidence, candidate.content)) return drop(std::move(candidate), "not what the sources say");
  verdict.candidate = std::move(candidate);
  return verdict;
}

std::string unsupported_by(const Transcript& sources, std::string_view text) {
  if (sources.messages.empty()) return {};
  Evidence evidence;
  for (const TranscriptMessage& message : sources.messages) add_message(evidence, message);
  Candidate derived;
  return unsupported(evidence, text, derived);
}

}  // namespace holdfast::memory
