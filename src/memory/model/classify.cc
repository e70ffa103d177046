// Type, topic, summary, keywords and queries on a chat model, laid over what the builtin classifier says.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "language/words.h"
#include "memory/ingest/describe.h"
#include "memory/ingest/known_topics.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/topic_key.h"
#include "memory/model/batch.h"
#include "memory/model/grounding.h"
#include "memory/model/render.h"
#include "memory/model/reply.h"
#include "memory/model/stage_model.h"
#include "memory/model/stages.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kTokens = 3'072;    // of a reply
constexpr std::size_t kBatch = 12;        // candidates of a call
constexpr std::size_t kInFlight = 4;      // calls at the same time
constexpr std::size_t kTopicsShown = 60;  // of the known topics, of a call
constexpr std::size_t kFewestQueries = 3;
constexpr std::size_t kKeywordBytes = 48;
constexpr std::size_t kQueryBytes = 200;

// What the model says of one candidate, as far as it can be used.
struct Filed {
  std::optional<MemoryType> type;
  std::optional<std::string> topic;  // normalised; "" for none
  std::string summary;
  std::vector<std::string> keywords;
  std::vector<std::string> queries;
};

// The known topics that share a word with the candidates, in their order.
std::vector<std::string> topics_near(std::span<const Candidate> candidates, std::span<const std::string> known) {
  std::set<std::string, std::less<>> words;
  for (const Candidate& candidate : candidates)
    language::for_each_word(candidate.content, [&](const language::Word& word) { words.emplace(word.text); });
  std::vector<std::string> near;
  for (const std::string& key : known) {
    bool shares = false;
    language::for_each_word(key, [&](const language::Word& word) { shares = shares || words.contains(word.text); });
    if (shares && near.size() < kTopicsShown) near.push_back(key);
  }
  return near;
}

std::string render_batch(std::span<const Candidate> candidates, const std::vector<std::string>& topics, bool redact) {
  std::string text = "<topics>\n";
  for (const std::string& topic : topics) text += render_line(topic, redact) + "\n";
  text += "</topics>\n<candidates>\n";
  for (std::size_t i = 0; i < candidates.size(); ++i)
    text += std::to_string(i + 1) + ". (" + std::string(to_string(candidates[i].type)) + ") " +
            render_line(candidates[i].content, redact) + "\n";
  return text + "</candidates>\n";
}

std::vector<std::string> keywords_in(const boost::json::object& item, const Candidate& candidate) {
  const std::string content = language::fold(candidate.content);
  std::vector<std::string> keywords;
  for (const std::string& given : texts_in(item, "keywords")) {
    std::string word = language::fold(given);
    if (word.size() > kKeywordBytes || std::ranges::find(keywords, word) != keywords.end()) continue;
    // A value that is not there would find what does not say it.
    if (word.find_first_of("0123456789") != std::string::npos && content.find(word) == std::string::npos) continue;
    if (keywords.size() < kKeywords) keywords.push_back(std::move(word));
  }
  return keywords;
}

Filed filed_in(const boost::json::object& item, const Candidate& candidate) {
  Filed filed;
  Grounds grounds;
  grounds.add(candidate.content, candidate.time, candidate.name);
  filed.type = parse_memory_type(text_in(item, "type"));
  // Where it was read it was no rule: the extractor has seen whose words they are. What is remembered explicitly has
  // no source.
  if (filed.type == MemoryType::kInstruction && candidate.type != MemoryType::kInstruction &&
      !candidate.sources.empty())
    filed.type = std::nullopt;
  if (item.contains("topic")) {
    const std::string given = text_in(item, "topic");
    const std::string topic = normalised_topic_key(given);
    if (given.empty() || !topic.empty()) filed.topic = topic;
  }
  const std::string summary = cut_text(text_in(item, "summary"), kSummaryCharacters);
  if (grounds.missing(summary).empty()) filed.summary = summary;
  filed.keywords = keywords_in(item, candidate);
  for (std::string& query : texts_in(item, "queries"))
    if (filed.queries.size() < kQueries && query.size() <= kQueryBytes && grounds.missing(query).empty())
      filed.queries.push_back(std::move(query));
  return filed;
}

std::vector<std::optional<Filed>> all_filed_in(const boost::json::value& reply, std::span<const Candidate> candidates) {
  std::vector<std::optional<Filed>> filed(candidates.size());
  for (const boost::json::object* item : items_in(reply, "memories")) {
    const auto number = whole_in(*item, "candidate");
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > candidates.size()) continue;
    const std::size_t at = static_cast<std::size_t>(*number) - 1;
    if (!filed[at]) filed[at] = filed_in(*item, candidates[at]);
  }
  return filed;
}

bool has_topic(MemoryType type) { return type == MemoryType::kFact || type == MemoryType::kInstruction; }

// Lays what the model says over the builtin result.
class Overlay {
 public:
  explicit Overlay(std::span<const std::string> known) : topics_(known) {}

  void lay(const Filed& filed, NewMemory& made) {
    Memory& memory = made.memory;
    memory.type = filed.type.value_or(memory.type);
    if (!has_topic(memory.type)) {
      memory.topic_key.clear();
      made.guessed_topic = false;
    } else if (filed.topic) {
      memory.topic_key = topics_.converge(*filed.topic, false);
      made.guessed_topic = false;
    }
    if (!filed.summary.empty()) memory.summary = filed.summary;
    if (!filed.keywords.empty()) memory.keywords = filed.keywords;
    if (!filed.queries.empty()) {
      std::vector<std::string> queries = filed.queries;
      for (const std::string& query : memory.queries)
        if (queries.size() < kFewestQueries && std::ranges::find(queries, query) == queries.end())
          queries.push_back(query);
      memory.queries = std::move(queries);
    }
  }
  void add(const NewMemory& made) { topics_.add(made.memory.topic_key); }

 private:
  KnownTopics topics_;
};

// Statements of one message that have one topic are not versions of each other but several values of it: there the pair
// decides, as where rules made the key.
void doubt_shared_topics(std::vector<NewMemory>& memories) {
  std::map<std::pair<Id, std::string>, std::size_t> first;
  for (std::size_t i = 0; i < memories.size(); ++i) {
    const Memory& memory = memories[i].memory;
    if (memory.topic_key.empty() || memory.sources.empty()) continue;
    const auto [other, is_first] = first.try_emplace({memory.sources.front().message, memory.topic_key}, i);
    if (is_first) continue;
    for (const std::size_t at : {other->second, i}) memories[at].guessed_topic = !is_sure_topic(memory.topic_key);
  }
}

Result<> check_filed(const boost::json::value& reply) { return check_list(reply, "memories"); }

class ModelClassifier final : public Classifier {
 public:
  ModelClassifier(const models::ChatModel& model, std::unique_ptr<Classifier> builtin, const ModelStageOptions& options)
      : model_(model, "classify", options), builtin_(std::move(builtin)) {}

  [[nodiscard]] Task<Result<std::vector<NewMemory>>> classify(
      const StageContext& context, const std::string& session_id, std::vector<Candidate> candidates,
      std::span<const std::string> known_topic_keys) const override {
    HOLDFAST_CO_TRY(std::vector<NewMemory> memories,
                    co_await builtin_->classify(context, session_id, candidates, known_topic_keys));
    if (memories.size() != candidates.size()) co_return memories;
    const std::size_t batches = (candidates.size() + kBatch - 1) / kBatch;
    const auto lists = co_await gather<std::vector<std::optional<Filed>>>(batches, kInFlight, [&](std::size_t i) {
      const std::size_t first = i * kBatch;
      return file(context, std::span<const Candidate>(candidates), known_topic_keys,
                  {first, std::min(candidates.size(), first + kBatch)});
    });
    Overlay overlay(known_topic_keys);
    std::size_t at = 0;
    for (const auto& list : lists) {
      for (const std::optional<Filed>& filed : list) {
        if (filed) overlay.lay(*filed, memories[at]);
        overlay.add(memories[at++]);
      }
    }
    doubt_shared_topics(memories);
    co_return memories;
  }
  [[nodiscard]] std::string_view model() const override { return model_.model(); }

 private:
  [[nodiscard]] Task<std::vector<std::optional<Filed>>> file(const StageContext& context,
                                                             std::span<const Candidate> candidates,
                                                             std::span<const std::string> known,
                                                             CandidateRange batch) const {
    return ask_in_halves<std::optional<Filed>>(
        model_, context, candidates, batch, kTokens, check_filed,
        [this, known](std::span<const Candidate> some) {
          return render_batch(some, topics_near(some, known), model_.options().redact);
        },
        all_filed_in);
  }

  const StageModel model_;
  const std::unique_ptr<Classifier> builtin_;
};

}  // namespace

std::unique_ptr<Classifier> model_classifier(const models::ChatModel& model, std::unique_ptr<Classifier> builtin,
                                             ModelStageOptions options) {
  return std::make_unique<ModelClassifier>(model, std::move(builtin), options);
}

}  // namespace holdfast::memory
