// The answer from numbered candidates on a chat model; one that they do not hold gives way to the builtin synthesis.
#include <algorithm>
#include <string>
#include <vector>

#include "language/secrets.h"
#include "memory/ingest/statement.h"
#include "memory/model/grounding.h"
#include "memory/model/render.h"
#include "memory/model/reply.h"
#include "memory/model/stage_model.h"
#include "memory/model/stages.h"
#include "memory/recall/statements.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kTokens = 512;  // of a reply
constexpr std::size_t kLongTokens = 1'024;
constexpr std::size_t kCandidateCharacters = 800;  // of one candidate
constexpr std::size_t kAllBytes = 16'000;          // of all
constexpr std::size_t kAnswerCharacters = 4'000;

std::string_view length_name(ResponseLength length) {
  switch (length) {
    case ResponseLength::kShort:
      return "short";
    case ResponseLength::kMedium:
      return "medium";
    case ResponseLength::kLong:
      return "long";
  }
  return "medium";
}

// What is shown of each candidate, as many as there is room for: all of a short one, of a long message the groups of
// sentences that cover most of the question.
std::vector<std::string> shown_texts(const AnalysedQuery& query, const std::vector<RecallCandidate>& candidates) {
  const std::vector<AnswerStatement> statements = statements_of(query, candidates, candidates.size());
  std::vector<std::string> texts;
  std::size_t all = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    std::string text = candidates[i].content;
    if (text.size() > kCandidateCharacters) {
      std::string parts;
      for (const AnswerStatement& statement : statements)
        if (statement.candidate == i) parts += (parts.empty() ? "" : " … ") + statement.text;
      text = cut_text(parts.empty() ? text : parts, kCandidateCharacters);
    }
    if (!texts.empty() && all + text.size() > kAllBytes) break;
    all += text.size();
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string render_question(const RecallRequest& request, const std::vector<RecallCandidate>& candidates,
                            const std::vector<std::string>& texts, std::size_t shown,
                            const std::vector<TemporalFact>& facts, bool redact) {
  std::string text = "<candidates>\n";
  for (std::size_t i = 0; i < shown; ++i) {
    text += "<candidate number=\"" + std::to_string(i + 1) + "\" date=\"" + format_day(candidates[i].time) + "\"";
    if (!candidates[i].name.empty()) {
      std::string name = render_line(candidates[i].name, redact);
      std::ranges::replace(name, '"', '\'');
      text += " speaker=\"" + name + "\"";
    }
    if (candidates[i].superseded) text += " superseded=\"yes\"";
    text += ">" + render_line(texts[i], redact) + "</candidate>\n";
  }
  text += "</candidates>\n";
  if (!facts.empty()) {
    text += "<facts>\n";
    for (const TemporalFact& fact : facts) text += render_line(fact.text, redact) + "\n";
    text += "</facts>\n";
  }
  text += "Today is " + render_day(request.reference_date) +
          ". length: " + std::string(length_name(request.response_length)) + "\n<question>\n" +
          render_line(request.query, redact) + "\n</question>\n";
  return text;
}

std::vector<std::size_t> used_in(const boost::json::object& reply, std::size_t shown) {
  std::vector<std::size_t> used;
  for (const std::int64_t number : wholes_in(reply, "used")) {
    if (number < 1 || static_cast<std::size_t>(number) > shown) continue;
    const std::size_t at = static_cast<std::size_t>(number) - 1;
    if (std::ranges::find(used, at) == used.end()) used.push_back(at);
  }
  std::ranges::sort(used);
  return used;
}

bool is_grounded(const RecallRequest& request, const std::vector<RecallCandidate>& candidates,
                 const std::vector<TemporalFact>& facts, const std::vector<std::size_t>& used,
                 std::string_view answer) {
  if (used.empty() && facts.empty()) return false;
  Grounds grounds;
  grounds.add(request.query, request.reference_date);
  for (const TemporalFact& fact : facts) grounds.add(fact.text, request.reference_date);
  for (const std::size_t at : used) {
    grounds.add(candidates[at].content, candidates[at].time, candidates[at].name);
    for (const Message& source : candidates[at].sources) grounds.add(source.content, source.timestamp, source.name);
  }
  // "Three times": how many it found.
  grounds.add(std::to_string(used.size()), request.reference_date);
  return grounds.missing(answer).empty() && grounds.shares_words(answer);
}

// One answer may have several lines: what text_in() makes of it is for comparing, not for showing.
std::string answer_in(const boost::json::object& reply) {
  const auto* value = reply.if_contains("answer");
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr || text_in(reply, "answer").empty()) return {};
  std::string answer(text->data(), text->size());
  std::erase_if(answer, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  while (answer.ends_with('\n') || answer.ends_with(' ')) answer.pop_back();
  return cut_text(answer, kAnswerCharacters);
}

Result<> check_answer(const boost::json::value& reply) {
  const auto* object = reply.if_object();
  const auto* answer = object == nullptr ? nullptr : object->if_contains("answer");
  if (answer == nullptr || !answer->is_string())
    return fail(Code::kInvalid,
                "the reply must be an object with \"answer\", a string, and \"used\", a list of numbers");
  return {};
}

class ModelSynthesiser final : public Synthesiser {
 public:
  ModelSynthesiser(const models::ChatModel& model, std::unique_ptr<Synthesiser> builtin,
                   const ModelStageOptions& options)
      : model_(model, "synthesise", options), builtin_(std::move(builtin)) {}

  [[nodiscard]] Task<Result<std::string>> synthesise(const StageContext& context, const RecallRequest& request,
                                                     const AnalysedQuery& query,
                                                     const std::vector<RecallCandidate>& candidates,
                                                     const std::vector<TemporalFact>& facts) const override {
    if (candidates.empty()) co_return std::string();
    const bool redact = model_.options().redact;
    const std::vector<std::string> texts = shown_texts(query, candidates);
    const std::size_t max_tokens = request.response_length == ResponseLength::kLong ? kLongTokens : kTokens;
    std::size_t shown = texts.size();
    for (;;) {
      std::string text = render_question(request, candidates, texts, shown, facts, redact);
      Asked asked = co_await model_.ask(context, std::move(text), max_tokens, check_answer);
      if (asked.too_large() && shown > 1) {
        model_.split(context, asked);
        shown /= 2;
        continue;
      }
      if (!asked.reply) {
        model_.gave_up(context, asked);
        break;
      }
      const auto* reply = asked.reply->value.if_object();
      const std::string answer = reply == nullptr ? std::string() : answer_in(*reply);
      const std::vector<std::size_t> used = reply == nullptr ? std::vector<std::size_t>() : used_in(*reply, shown);
      if (!answer.empty() && !is_grounded(request, candidates, facts, used, answer)) {
        model_.gave_up(context, asked, "unsupported");
        break;
      }
      std::string note;
      for (const std::size_t at : used) note += " " + std::to_string(at + 1);
      model_.took(context, asked, answer.empty() || note.empty() ? std::string() : "used" + note);
      co_return language::redact_secrets(answer);
    }
    co_return co_await builtin_->synthesise(context, request, query, candidates, facts);
  }
  [[nodiscard]] std::string_view model() const override { return model_.model(); }

 private:
  const StageModel model_;
  const std::unique_ptr<Synthesiser> builtin_;
};

}  // namespace

std::unique_ptr<Synthesiser> model_synthesiser(const models::ChatModel& model, std::unique_ptr<Synthesiser> builtin,
                                               ModelStageOptions options) {
  return std::make_unique<ModelSynthesiser>(model, std::move(builtin), options);
}

}  // namespace holdfast::memory
