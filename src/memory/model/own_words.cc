#include "memory/model/own_words.h"

#include <algorithm>
#include <string>
#include <vector>

#include "language/sentences.h"
#include "memory/ingest/acceptance.h"
#include "memory/ingest/body.h"
#include "memory/ingest/cues.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/units.h"
#include "memory/recall/quoted_orders.h"

namespace holdfast::memory {
namespace {

// The sentences of a message that are its author's; none where one gives orders to machines, for then everything beside
// it is suspect.
std::string own_words(const TranscriptMessage& said) {
  if (said.message.role != Role::kSystem && !speaks_as_person(said)) return {};
  const std::string body = without_quotations(body_of(said).text);
  std::string words;
  for (const language::Sentence& sentence : language::sentences(body)) {
    if (sentence.quoted) continue;
    if (said.message.role != Role::kSystem && is_machine_order(sentence.text)) return {};
    words += sentence.text;
    words += '\n';
  }
  return words;
}

// Whether message `at` of the transcript agrees to what the assistant offered just before, and that is a source too.
bool accepts_source(const Transcript& transcript, std::size_t at, const Candidate& candidate) {
  if (at == 0 || !speaks_as_person(transcript.messages[at])) return false;
  const TranscriptMessage& offer = transcript.messages[at - 1];
  if (offer.message.role != Role::kAssistant || speaks_as_person(offer)) return false;
  const bool is_source =
      std::ranges::any_of(candidate.sources, [&](const Source& source) { return source.message == offer.message.id; });
  return is_source && accepted_offer(offer, transcript.messages[at]).has_value();
}

}  // namespace

bool is_machine_order(std::string_view text) {
  return orders_machines(text) || find_cues(Tokens(text)).has(Cue::kInjection);
}

bool may_instruct(const Transcript& transcript, const Candidate& candidate) {
  std::string own;
  for (const Source& source : candidate.sources) {
    for (std::size_t at = 0; at < transcript.messages.size(); ++at) {
      if (transcript.messages[at].message.id != source.message) continue;
      if (accepts_source(transcript, at, candidate)) return true;
      own += own_words(transcript.messages[at]);
      break;
    }
  }
  const std::vector<std::string> wanted = read_statement(candidate.content).terms;
  const std::vector<std::string> said = read_statement(own).terms;
  return !wanted.empty() && 2 * shared(wanted, said) >= wanted.size();
}

}  // namespace holdfast::memory
