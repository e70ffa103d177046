// The stages of ingest that may ask a model. Each is one interface; `builtin_…` gives the implementation that needs
// nothing but the binary (rules and lexicons). A stage maps values to values: it knows no store, no profile and no
// clock. Implementations are shared by all profiles and thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "memory/ingest/candidate.h"
#include "memory/ingest/chunk.h"
#include "memory/ingest/transcript.h"
#include "memory/stage_context.h"
#include "models/encoder.h"

namespace holdfast::memory {

// Reads statements out of one chunk. The full pass looks for everything worth keeping; the detail pass, over smaller
// overlapping windows, for concrete values (numbers, names, versions, places) that the full pass may overlook.
class Extractor {
 public:
  virtual ~Extractor() = default;
  [[nodiscard]] virtual Task<Result<std::vector<Candidate>>> extract(const StageContext& context,
                                                                     const Transcript& transcript,
                                                                     Chunk chunk) const = 0;
  [[nodiscard]] virtual std::string_view model() const = 0;
};

struct Verdict {
  enum class Kind { kPass, kCorrect, kDrop };
  Kind kind = Kind::kPass;
  std::string reason;   // for kCorrect and kDrop
  Candidate candidate;  // as it shall be stored; unchanged for kPass
};

// Checks candidates against their sources; gives a verdict for each, in order.
class Verifier {
 public:
  virtual ~Verifier() = default;
  [[nodiscard]] virtual Task<Result<std::vector<Verdict>>> verify(const StageContext& context,
                                                                  const Transcript& transcript,
                                                                  std::vector<Candidate> candidates) const = 0;
  [[nodiscard]] virtual std::string_view model() const = 0;
};

// Turns verified candidates into memories: type, topic key, summary, keywords, queries. Ids and supersession come
// later. `known_topic_keys` are the profile's, so that keys converge.
class Classifier {
 public:
  virtual ~Classifier() = default;
  [[nodiscard]] virtual Task<Result<std::vector<NewMemory>>> classify(
      const StageContext& context, const std::string& session_id, std::vector<Candidate> candidates,
      std::span<const std::string> known_topic_keys) const = 0;
  [[nodiscard]] virtual std::string_view model() const = 0;
};

// The encoder must outlive the stage; null, or one that the learned heads do not know (heads/heads_know.h): rules and
// lexicons alone.
[[nodiscard]] std::unique_ptr<Extractor> builtin_extractor(const models::Encoder* encoder = nullptr);
[[nodiscard]] std::unique_ptr<Extractor> builtin_detail_extractor(const models::Encoder* encoder = nullptr);
[[nodiscard]] std::unique_ptr<Verifier> builtin_verifier(const models::Encoder* encoder = nullptr);
[[nodiscard]] std::unique_ptr<Classifier> builtin_classifier(const models::Encoder* encoder = nullptr);

}  // namespace holdfast::memory
