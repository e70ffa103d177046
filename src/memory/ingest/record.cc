#include "memory/ingest/record.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/body.h"
#include "memory/ingest/speakers.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLongest = 400;  // bytes of a message: longer ones explain

constexpr std::string_view kDone = "booked confirmed reserved scheduled ordered cancelled canceled registered merged";
constexpr std::string_view kFinished = "done applied set changed issued credited";
constexpr std::string_view kArranged =
    "booked reserved scheduled confirmed registered refund refunded credited booking reservation appointment order "
    "ordered contract ticket invoice delivery delivered ships shipped arrives valid expires due costs technician "
    "technicians warranty replacement parcel subscription tariff account policy claim fee balance reference check-in "
    "check-out room seat flight visit shipment bill credit activation activated loyalty case repair rma";
// What has a number of its own with a service: said with that number, it needs no "your".
constexpr std::string_view kReference = "number reference confirmation booking rma";
constexpr std::string_view kFirm = "your you our we us we've we'll we're";
constexpr std::string_view kNot =
    "if would could might maybe shall should can i'd i'll please unless otherwise probably usually typically depends "
    "whether once noted remember sounds don't let want updated so";

std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }));
}

// A number of two digits and more, an amount or a reference.
bool names_value(std::string_view text) { return digits_in(text) >= 2; }

// "Case number RK-90215", "under RMA-5521", "booking 71290".
bool names_reference(const Tokens& tokens) {
  constexpr std::size_t kDigits = 4;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (digits_in(tokens[i].text) < kDigits) continue;
    const std::string_view code = tokens[i].text;
    if (is_one_of(code.substr(0, code.find('-')), kReference)) return true;
    for (std::ptrdiff_t back = 1; back <= 2; ++back)
      if (is_one_of(tokens.word(static_cast<std::ptrdiff_t>(i) - back), kReference)) return true;
  }
  return false;
}

// "The technicians are scheduled for Wednesday": arranged, whoever it is for.
bool is_arranged(const Tokens& tokens) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const std::string_view before = tokens[i - 1].text;
    if (is_one_of(before, "is are") && is_one_of(tokens[i].text, "scheduled booked reserved confirmed")) return true;
    if (before == "on" && tokens[i].text == "its" && tokens.word(static_cast<std::ptrdiff_t>(i) + 1) == "way")
      return true;
  }
  return false;
}

bool is_doubtful(const Tokens& tokens) {
  return std::ranges::any_of(
      tokens, [](const Token& token) { return token.code || token.after == '?' || is_one_of(token.text, kNot); });
}

bool is_record(const Tokens& tokens, bool firm) {
  constexpr std::size_t kSaysSomething = 4;  // words
  if (tokens.size() < 3 || !names_value(tokens.source())) return false;
  const bool reported = is_one_of(tokens[0].text, kDone);
  const bool referred = names_reference(tokens);
  if (!reported && !referred && tokens.size() < kSaysSomething) return false;
  const bool announced = referred || is_arranged(tokens);
  bool arranged = reported || announced;
  bool addressed = firm || reported || announced;
  if (is_doubtful(tokens)) return false;
  for (const Token& token : tokens) {
    arranged = arranged || is_one_of(token.text, kArranged);
    addressed = addressed || is_one_of(token.text, kFirm);
  }
  return arranged && addressed;
}

// "I've reserved your room" → "The assistant has reserved the user's room".
std::string about_the_user(std::string_view text, const Tokens& tokens) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool has =
        token.text == "i've" || (token.text == "i" && tokens.word(static_cast<std::ptrdiff_t>(i) + 1) == "have");
    if (!has && !is_one_of(token.text, "you your")) continue;
    out += text.substr(done, token.begin - done);
    out += token.begin == 0 ? "The " : "the ";
    out += has ? "assistant has" : token.text == "your" ? "user's" : "user";
    done = token.text == "i" ? tokens[i + 1].end : token.end;
  }
  out += text.substr(done);
  return out;
}

}  // namespace

std::vector<Unit> records_of(const TranscriptMessage& message) {
  std::vector<Unit> records;
  if (speaks_as_person(message) || message.message.role == Role::kSystem) return records;
  const Body body = body_of(message);
  if (body.text.size() > kLongest || body.text.find('`') != std::string_view::npos) return records;
  const Tokens words(body.text);
  bool firm = is_one_of(words.word(0), kFinished);
  for (const Token& token : words) firm = firm || is_one_of(token.text, kFirm);
  std::string before;  // values without a verb that stand before a record: "Thursday 11 December, 8–10."
  for (const language::Sentence& sentence : language::sentences(body.text)) {
    const std::string lead = std::exchange(before, {});
    if (sentence.quoted || !is_readable(sentence.text) || !language::find_secrets(sentence.text).empty()) continue;
    const Tokens tokens(sentence.text);
    if (!is_record(tokens, firm)) {
      if (names_value(sentence.text) && !language::has_verb(sentence.text) && !is_doubtful(tokens))
        before = about_the_user(sentence.text, tokens) + " ";
      continue;
    }
    Unit unit;
    unit.text = lead + about_the_user(sentence.text, tokens);
    unit.line_from = sentence.line_from + body.line - 1;
    unit.line_to = sentence.line_to + body.line - 1;
    unit.cues = find_cues(Tokens(unit.text));
    records.push_back(std::move(unit));
  }
  return records;
}

}  // namespace holdfast::memory
