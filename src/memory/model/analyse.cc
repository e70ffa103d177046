// Query analysis on a chat model, laid over the builtin one.
#include <algorithm>

#include "language/words.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/topic_key.h"
#include "memory/model/render.h"
#include "memory/model/reply.h"
#include "memory/model/stage_model.h"
#include "memory/model/stages.h"
#include "memory/recall/analyse.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kTokens = 512;  // of a reply
constexpr double kShareOfTime = .5;   // the rest is for the answer
constexpr std::size_t kMostWords = 8;
constexpr std::size_t kMostOthers = 8;  // for one of them
constexpr std::size_t kMostNames = 8;
constexpr std::size_t kMostTopics = 8;

std::optional<TimeMs> day_in(const boost::json::object& reply, std::string_view key) {
  constexpr std::size_t kDayLength = 10;
  const std::string text = text_in(reply, key);
  if (text.size() != kDayLength) return std::nullopt;
  const auto time = parse_iso(text);
  if (!time || format_day(*time) != text || text < "1900" || text >= "2200") return std::nullopt;
  return *time;
}

void add_words(const boost::json::object& reply, AnalysedQuery& query) {
  const auto* terms = reply.if_contains("terms");
  if (terms == nullptr || !terms->is_array()) return;
  std::size_t words = 0;
  for (const boost::json::object* item : items_in(*terms, "terms")) {
    if (++words > kMostWords) return;
    std::size_t others = 0;
    for (const std::string& also : texts_in(*item, "also"))
      if (++others <= kMostOthers) add_other_words(query, text_in(*item, "of"), also);
  }
}

// What the model says, as far as it can be used; the question's own words decide the rest.
void lay_over(const boost::json::object& reply, AnalysedQuery& query) {
  if (std::string sentence = cut_text(text_in(reply, "hypothetical"), kContentCharacters); !sentence.empty())
    query.hypothetical = std::move(sentence);
  add_words(reply, query);
  const std::string asked = language::fold(query.text);
  for (std::string& name : texts_in(reply, "names")) {
    const std::string folded = language::fold(name);
    const bool known = std::ranges::any_of(
        query.names, [&](const std::string& other) { return language::fold(other).find(folded) != std::string::npos; });
    if (!known && query.names.size() < kMostNames && asked.find(folded) != std::string::npos)
      query.names.push_back(std::move(name));
  }
  for (const std::string& topic : texts_in(reply, "topics")) {
    std::string key = normalised_topic_key(topic);
    if (!key.empty() && query.topic_keys.size() < kMostTopics &&
        std::ranges::find(query.topic_keys, key) == query.topic_keys.end())
      query.topic_keys.push_back(std::move(key));
  }
  // A date that is written out is read by rules, and rightly.
  const auto from = day_in(reply, "from");
  const auto to = day_in(reply, "to");
  if (!query.asked_time && from && to && *from <= *to) query.asked_time = {*from, *to + kDayMs};
}

Result<> check_analysis(const boost::json::value& reply) {
  const auto* object = reply.if_object();
  if (object == nullptr || text_in(*object, "hypothetical").empty())
    return fail(Code::kInvalid, "the reply must be an object with a \"hypothetical\" sentence");
  return {};
}

class ModelQueryAnalyser final : public QueryAnalyser {
 public:
  ModelQueryAnalyser(const models::ChatModel& model, std::unique_ptr<QueryAnalyser> builtin,
                     const ModelStageOptions& options)
      : model_(model, "analyse", options), builtin_(std::move(builtin)) {}

  [[nodiscard]] Task<Result<AnalysedQuery>> analyse(const StageContext& context,
                                                    const RecallRequest& request) const override {
    HOLDFAST_CO_TRY(AnalysedQuery query, co_await builtin_->analyse(context, request));
    std::string text = "Today is " + render_day(request.reference_date) + ".\n<question>\n" +
                       render_line(request.query, model_.options().redact) + "\n</question>\n";
    Asked asked = co_await model_.ask(context, std::move(text), kTokens, check_analysis, kShareOfTime);
    if (asked.reply) {
      if (const auto* reply = asked.reply->value.if_object()) lay_over(*reply, query);
      model_.took(context, asked);
    } else {
      model_.gave_up(context, asked);
    }
    co_return query;
  }
  [[nodiscard]] std::string_view model() const override { return model_.model(); }

 private:
  const StageModel model_;
  const std::unique_ptr<QueryAnalyser> builtin_;
};

}  // namespace

std::unique_ptr<QueryAnalyser> model_query_analyser(const models::ChatModel& model,
                                                    std::unique_ptr<QueryAnalyser> builtin, ModelStageOptions options) {
  return std::make_unique<ModelQueryAnalyser>(model, std::move(builtin), options);
}

}  // namespace holdfast::memory
