// What the head for types sees: a row for each unit that somebody would keep.
#include "dev/features.h"
#include "dev/labels.h"
#include "memory/ingest/extract_rules.h"

namespace holdfast::dev {

Result<> type_features(const Case& labelled, const FeatureSink& sink) {
  for (const CaseSession& session : labelled.sessions) {
    const memory::Transcript transcript = memory::make_transcript(session.id, session.messages, {});
    for (std::size_t at = 0; at < transcript.messages.size(); ++at) {
      const memory::Reading reading = memory::read_message(transcript, at);
      const std::string key = message_key(session, at);
      const std::vector<const CaseGold*> labels = gold_of_units(labelled, key, transcript.messages[at], reading);
      for (std::size_t i = 0; i < reading.units.size(); ++i)
        if (labels[i] != nullptr)
          sink({labelled.id,
                key,
                std::string(memory::to_string(labels[i]->type)),
                reading.units[i].unit.text,
                memory::type_cues(reading.units[i]),
                {}});
    }
  }
  return {};
}

}  // namespace holdfast::dev
