// What the head for types sees: a row for each labelled memory that a unit holds, since one unit may hold several.
#include <algorithm>

#include "dev/features.h"
#include "memory/ingest/extract_rules.h"

namespace holdfast::dev {

Result<> type_features(const Case& labelled, const FeatureSink& sink) {
  for (const CaseSession& session : labelled.sessions) {
    const memory::Transcript transcript = memory::make_transcript(session.id, session.messages, {});
    for (std::size_t at = 0; at < transcript.messages.size(); ++at) {
      const memory::Reading reading = memory::read_message(transcript, at);
      const std::string key = message_key(session, at);
      for (const memory::ReadUnit& read : reading.units) {
        const std::string content = folded(memory::unit_candidate(transcript, at, read).content);
        for (const CaseGold& gold : labelled.gold) {
          if (std::ranges::find(gold.from, key) == gold.from.end() ||
              count_terms(content, gold.must) < gold.must.size() || has_any(content, gold.none))
            continue;
          sink({labelled.id,
                key,
                std::string(memory::to_string(gold.type)),
                read.unit.text,
                read.cues,
                {read.unit.text}});
        }
      }
    }
  }
  return {};
}

}  // namespace holdfast::dev
