// What the head for keeping sees: a row for each unit of each message of a person.
#include "dev/features.h"
#include "dev/labels.h"
#include "memory/ingest/extract_rules.h"

namespace holdfast::dev {

Result<> keep_features(const Case& labelled, const FeatureSink& sink) {
  for (const CaseSession& session : labelled.sessions) {
    const memory::Transcript transcript = memory::make_transcript(session.id, session.messages, {});
    for (std::size_t at = 0; at < transcript.messages.size(); ++at) {
      const memory::Reading reading = memory::read_message(transcript, at);
      const std::string key = message_key(session, at);
      const std::vector<const CaseGold*> labels = gold_of_units(labelled, key, transcript.messages[at], reading);
      for (std::size_t i = 0; i < reading.units.size(); ++i) {
        const memory::ReadUnit& read = reading.units[i];
        const bool unknown = labels[i] == nullptr && !labelled.junk.contains(key);
        sink({labelled.id,
              key,
              labels[i] != nullptr ? "1"
              : unknown            ? "?"
                                   : "0",
              memory::unit_candidate(transcript, at, read).content,
              read.cues,
              {read.unit.text, at == 0 ? std::string() : transcript.messages[at - 1].message.content.substr(0, 600)}});
      }
    }
  }
  return {};
}

}  // namespace holdfast::dev
