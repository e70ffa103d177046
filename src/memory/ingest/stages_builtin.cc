#include <algorithm>

#include "language/words.h"
#include "memory/heads/heads_know.h"
#include "memory/ingest/describe.h"
#include "memory/ingest/extract_rules.h"
#include "memory/ingest/known_topics.h"
#include "memory/ingest/stages.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/support.h"
#include "memory/ingest/tokens.h"
#include "memory/ingest/topic_key.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kEncodedAtOnce = 16;

// Gives the units that the cues leave in doubt their vectors, and says how many got one: where the encoder fails, cues
// decide.
Task<std::size_t> encode_units(const models::Encoder& encoder, std::vector<ReadUnit*> units) {
  for (std::size_t begin = 0; begin < units.size(); begin += kEncodedAtOnce) {
    const std::size_t end = std::min(units.size(), begin + kEncodedAtOnce);
    std::vector<models::EncoderInput> inputs;
    for (std::size_t i = begin; i < end; ++i) inputs.push_back({units[i]->unit.text, {}, false});
    auto encodings = co_await encoder.encode(std::move(inputs));
    if (!encodings || encodings->size() != end - begin) co_return begin;
    for (std::size_t i = begin; i < end; ++i) units[i]->vector = std::move((*encodings)[i - begin].pooled);
  }
  co_return units.size();
}

class BuiltinExtractor final : public Extractor {
 public:
  explicit BuiltinExtractor(const models::Encoder* encoder) : encoder_(heads_know(encoder) ? encoder : nullptr) {}
  [[nodiscard]] Task<Result<std::vector<Candidate>>> extract(const StageContext&, const Transcript& transcript,
                                                             Chunk piece) const override {
    ChunkReading reading = read_chunk(transcript, piece);
    if (encoder_ != nullptr) co_await encode_units(*encoder_, units_in_doubt(reading));
    co_return extract_statements(transcript, reading);
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }

 private:
  const models::Encoder* encoder_;  // null: cues decide
};

class BuiltinDetailExtractor final : public Extractor {
 public:
  [[nodiscard]] Task<Result<std::vector<Candidate>>> extract(const StageContext&, const Transcript& transcript,
                                                             Chunk piece) const override {
    co_return extract_details(transcript, piece);
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

class BuiltinVerifier final : public Verifier {
 public:
  [[nodiscard]] Task<Result<std::vector<Verdict>>> verify(const StageContext&, const Transcript& transcript,
                                                          std::vector<Candidate> candidates) const override {
    std::vector<Verdict> verdicts;
    verdicts.reserve(candidates.size());
    for (Candidate& candidate : candidates) verdicts.push_back(check_support(transcript, std::move(candidate)));
    co_return verdicts;
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

// What is stated, without what was put around it: "Melanie: " before and the date of the message after it.
std::string_view bare_statement(std::string_view content, std::string_view name) {
  if (!name.empty() && content.starts_with(name) && content.substr(name.size()).starts_with(": "))
    content.remove_prefix(name.size() + 2);
  constexpr std::string_view kSaid = " (said ";
  constexpr std::size_t kDay = 11;  // "2026-03-02)"
  if (content.size() > kDay + kSaid.size() && content.ends_with(')') && content[content.size() - 4] == '-') {
    const std::string_view before = content.substr(0, content.size() - kDay);
    if (before.ends_with(kSaid)) return before.substr(0, before.size() - kSaid.size());
    if (before.ends_with(" (")) return before.substr(0, before.size() - 2);
  }
  return content;
}

NewMemory classify_one(const std::string& session_id, Candidate candidate, KnownTopics& topics) {
  NewMemory made;
  Memory& memory = made.memory;
  const std::string_view stated = bare_statement(candidate.content, candidate.name);
  const CueSet cues = find_cues(Tokens(stated));
  std::string key = topic_key(stated);
  // Whoever speaks is no topic: nearly everything they say is about themselves.
  if (!is_sure_topic(key) && !candidate.name.empty() && is_one_of(language::fold(candidate.name), key)) key.clear();
  memory.type = candidate.type;
  if (memory.type == MemoryType::kFact || memory.type == MemoryType::kInstruction) {
    memory.topic_key = topics.converge(key, cues.any(Cue::kStrongChange, Cue::kChange));
    topics.add(memory.topic_key);
  }
  memory.session_id = session_id;
  memory.name = candidate.name;
  memory.created_at = candidate.time;
  memory.updated_at = candidate.time;
  memory.position = candidate.position;
  memory.summary = summarise(candidate.content);
  memory.keywords = keywords_of(stated);
  memory.sources = std::move(candidate.sources);
  memory.derivations = std::move(candidate.derivations);
  memory.content = std::move(candidate.content);
  memory.queries = queries_of(memory);
  made.closes = candidate.closes;
  made.guessed_topic = !memory.topic_key.empty() && !is_sure_topic(memory.topic_key);
  return made;
}

class BuiltinClassifier final : public Classifier {
 public:
  [[nodiscard]] Task<Result<std::vector<NewMemory>>> classify(
      const StageContext&, const std::string& session_id, std::vector<Candidate> candidates,
      std::span<const std::string> known_topic_keys) const override {
    KnownTopics topics(known_topic_keys);
    std::vector<NewMemory> memories;
    memories.reserve(candidates.size());
    for (Candidate& candidate : candidates) memories.push_back(classify_one(session_id, std::move(candidate), topics));
    co_return memories;
  }
  [[nodiscard]] std::string_view model() const override { return "builtin"; }
};

}  // namespace

std::unique_ptr<Extractor> builtin_extractor(const models::Encoder* encoder) {
  return std::make_unique<BuiltinExtractor>(encoder);
}
std::unique_ptr<Extractor> builtin_detail_extractor(const models::Encoder*) {
  return std::make_unique<BuiltinDetailExtractor>();
}
std::unique_ptr<Verifier> builtin_verifier(const models::Encoder*) { return std::make_unique<BuiltinVerifier>(); }
std::unique_ptr<Classifier> builtin_classifier(const models::Encoder*) { return std::make_unique<BuiltinClassifier>(); }

}  // namespace holdfast::memory
