#include "memory/ingest/record.h"

#include <string>
#include <string_view>

#include "language/secrets.h"
#include "language/sentences.h"
#include "memory/ingest/body.h"
#include "memory/ingest/speakers.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLongest = 400;  // bytes of a message: longer ones explain

constexpr std::string_view kDone = "booked confirmed reserved scheduled ordered cancelled canceled registered merged";
constexpr std::string_view kArranged =
    "booked reserved scheduled confirmed registered refund refunded credited booking reservation appointment order "
    "ordered contract ticket invoice delivery delivered ships shipped arrives valid expires due costs technician "
    "technicians warranty replacement parcel subscription tariff account policy claim fee balance reference check-in "
    "check-out room seat flight visit shipment";
constexpr std::string_view kFirm = "your you our we us we've we'll we're";
constexpr std::string_view kNot =
    "if would could might maybe shall should can i'd i'll please unless otherwise probably usually typically depends "
    "whether once noted remember sounds don't let want updated so";

// A number of two digits and more, an amount or a reference.
bool names_value(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) digits += c >= '0' && c <= '9';
  return digits >= 2;
}

bool is_record(const Tokens& tokens, bool firm) {
  constexpr std::size_t kSaysSomething = 4;  // words
  if (tokens.size() < 3 || !names_value(tokens.source())) return false;
  const bool reported = is_one_of(tokens[0].text, kDone);
  if (!reported && tokens.size() < kSaysSomething) return false;
  bool arranged = reported;
  bool addressed = firm || reported;
  for (const Token& token : tokens) {
    if (token.code || token.after == '?' || is_one_of(token.text, kNot)) return false;
    arranged = arranged || is_one_of(token.text, kArranged);
    addressed = addressed || is_one_of(token.text, kFirm);
  }
  return arranged && addressed;
}

// "Your room is reserved for you" → "The user's room is reserved for the user".
std::string about_the_user(std::string_view text, const Tokens& tokens) {
  std::string out;
  std::size_t done = 0;
  for (const Token& token : tokens) {
    if (!is_one_of(token.text, "you your")) continue;
    out += text.substr(done, token.begin - done);
    out += token.begin == 0 ? "The user" : "the user";
    if (token.text == "your") out += "'s";
    done = token.end;
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
  bool firm = false;
  for (const Token& token : Tokens(body.text)) firm = firm || is_one_of(token.text, kFirm);
  for (const language::Sentence& sentence : language::sentences(body.text)) {
    if (sentence.quoted || !is_readable(sentence.text) || !language::find_secrets(sentence.text).empty()) continue;
    const Tokens tokens(sentence.text);
    if (!is_record(tokens, firm)) continue;
    Unit unit;
    unit.text = about_the_user(sentence.text, tokens);
    unit.line_from = sentence.line_from + body.line - 1;
    unit.line_to = sentence.line_to + body.line - 1;
    unit.cues = find_cues(tokens);
    records.push_back(std::move(unit));
  }
  return records;
}

}  // namespace holdfast::memory
