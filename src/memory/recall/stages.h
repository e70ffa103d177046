// The stages of recall that may ask a model: query analysis and synthesis. `builtin_…` needs nothing but the binary.
// Implementations are shared by all profiles and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "memory/recall/candidates.h"
#include "memory/recall/query.h"
#include "memory/recall/temporal.h"
#include "memory/stage_context.h"
#include "models/encoder.h"

namespace holdfast::memory {

class QueryAnalyser {
 public:
  virtual ~QueryAnalyser() = default;
  [[nodiscard]] virtual Task<Result<AnalysedQuery>> analyse(const StageContext& context,
                                                            const RecallRequest& request) const = 0;
  [[nodiscard]] virtual std::string_view model() const = 0;
};

// Answers from the candidates alone, in the words of the source; "" when they do not hold an answer.
class Synthesiser {
 public:
  virtual ~Synthesiser() = default;
  [[nodiscard]] virtual Task<Result<std::string>> synthesise(const StageContext& context, const RecallRequest& request,
                                                             const AnalysedQuery& query,
                                                             const std::vector<RecallCandidate>& candidates,
                                                             const std::vector<TemporalFact>& facts) const = 0;
  [[nodiscard]] virtual std::string_view model() const = 0;
};

// The encoder must outlive the stage; null: words alone.
[[nodiscard]] std::unique_ptr<QueryAnalyser> builtin_query_analyser(const models::Encoder* encoder = nullptr);
[[nodiscard]] std::unique_ptr<Synthesiser> builtin_synthesiser(const models::Encoder* encoder = nullptr);

}  // namespace holdfast::memory
