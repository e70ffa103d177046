// Any bytes, through everything that reads text: must not crash, and must give ranges that lie in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "language/dates.h"
#include "language/durations.h"
#include "language/names.h"
#include "language/numbers.h"
#include "language/secrets.h"
#include "language/sentences.h"
#include "language/words.h"

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::language;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto inside = [&](std::size_t begin, std::size_t end) { demand(begin < end && end <= size); };

  for_each_word(text, [&](const Word& word) {
    inside(word.begin, word.end);
    demand(!word.text.empty());
    terms_of_word(word.text, word.compound, [](std::string_view term) { demand(!term.empty()); });
  });
  (void)fold(text);
  for (const Sentence& sentence : sentences(text)) {
    inside(sentence.begin, sentence.end);
    (void)clauses(sentence.text);
  }
  (void)clauses(text);
  (void)has_verb(text);
  for (const holdfast::TimeMs said_at :
       {holdfast::TimeMs{0}, INT64_MAX, INT64_MIN, holdfast::TimeMs{1'776'000'000'000}}) {
    std::size_t at = 0;
    for (const DateMention& date : find_dates(text, said_at)) {
      inside(date.begin, date.end);
      demand(date.begin >= at && date.first.ok() && date.last.ok() && date.first <= date.last);
      at = date.end;
    }
    (void)with_absolute_dates(text, said_at);
  }
  for (const NumberMention& number : find_numbers(text)) inside(number.begin, number.end);
  for (const NameMention& name : find_names(text)) inside(name.begin, name.end);
  std::size_t at = 0;
  for (const auto& [begin, end] : find_secrets(text)) {
    inside(begin, end);
    demand(begin >= at);
    at = end;
  }
  (void)redact_secrets(text);
  (void)describe_days(static_cast<long>(size));
  return 0;
}
