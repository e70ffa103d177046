// What the heads for answers see: a row for each statement found for a question, and one for each question. With the
// encoder's vectors when the environment's HOLDFAST_MODEL names its file.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/random.h"
#include "dev/features.h"
#include "dev/quality/room.h"
#include "memory/recall/answer_ranking.h"
#include "memory/recall/synthesise.h"
#include "memory/recall/weights.h"

namespace holdfast::dev {
namespace {

using memory::RecallAnswer;

// A profile that holds the conversation, in a room of its own.
class CaseProfile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<CaseProfile>> open(const Case& labelled) {
    SystemRandom random;
    const std::string directory =
        (std::filesystem::temp_directory_path() / ("holdfast-features-" + Id::ulid(0, random).to_string())).string();
    HOLDFAST_TRY(const std::shared_ptr<const models::Encoder> encoder, features_encoder());
    HOLDFAST_TRY(auto room, quality::Room::open(directory, true, encoder));
    for (const CaseSession& session : labelled.sessions) {
      memory::IngestRequest request;
      request.session_id = session.id;
      request.arrived_at = room->now();
      for (const memory::Message& message : session.messages)
        request.messages.push_back({message.role, message.content, message.name, message.timestamp});
      HOLDFAST_CHECK(run_here(room->service().ingest(quality::Room::address("case"), std::move(request), true)));
    }
    for (;;) {
      HOLDFAST_TRY(const memory::ProfileStatus status,
                   run_here(room->service().status(quality::Room::address("case"))));
      if (status.vectors_pending == 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return std::make_unique<CaseProfile>(std::move(room));
  }
  explicit CaseProfile(std::unique_ptr<quality::Room> room) : room_(std::move(room)) {}

  [[nodiscard]] memory::RecallRequest request(const CaseQuestion& question) const {
    memory::RecallRequest request;
    request.query = question.question;
    request.thinking_level = memory::ThinkingLevel::kMedium;  // as many candidates as an answer is made from
    request.reference_date =
        question.reference_date.empty() ? room_->now() : parse_iso(question.reference_date).value_or(0);
    return request;
  }
  [[nodiscard]] Result<RecallAnswer> recall(const CaseQuestion& question) {
    return run_here(room_->service().recall(quality::Room::address("case"), request(question)));
  }

 private:
  std::unique_ptr<quality::Room> room_;
};

bool unanswerable(const CaseQuestion& question) { return question.kind == "unanswerable"; }

bool is_right(const CaseQuestion& question, std::string_view text) {
  const std::string answer = folded(text);
  return !unanswerable(question) && count_terms(answer, question.has) == question.has.size() &&
         !has_any(answer, question.none);
}

struct Judged {
  std::string text;
  memory::CueRow cues;
  bool right = false;
};

// How the question fares with these candidates; nothing without statements.
std::optional<Judged> judge(const CaseProfile& profile, const CaseQuestion& question,
                            const memory::AnalysedQuery& query,
                            const std::vector<memory::RecallCandidate>& candidates) {
  const auto statements = memory::statements_of(query, candidates, memory::weights::kAnswerPool);
  if (statements.empty()) return std::nullopt;
  const auto cues = memory::statement_cues(query, candidates, statements);
  const auto logits = memory::statement_logits(cues);
  const auto order = memory::likeliest_first(logits);
  const memory::RecallRequest request = profile.request(question);
  const auto facts = memory::temporal_facts(request, query, candidates);
  const std::string text = memory::compose_answer({request, query, candidates, statements, facts},
                                                  memory::rank_statements(query, candidates, statements));
  return Judged{text, memory::question_cues(query, candidates, statements, cues, logits, order),
                is_right(question, text)};
}

}  // namespace

Result<> statement_features(const Case& labelled, const FeatureSink& sink) {
  HOLDFAST_TRY(const auto profile, CaseProfile::open(labelled));
  for (std::size_t n = 0; n < labelled.questions.size(); ++n) {
    const CaseQuestion& question = labelled.questions[n];
    HOLDFAST_TRY(const RecallAnswer answer, profile->recall(question));
    const auto statements = memory::statements_of(answer.query, answer.candidates, memory::weights::kAnswerPool);
    const auto cues = memory::statement_cues(answer.query, answer.candidates, statements);
    // An answer that is computed from two statements makes neither of them right.
    const bool unknown = unanswerable(question) || question.kind == "duration";
    for (std::size_t i = 0; i < statements.size(); ++i) {
      sink({labelled.id,
            fmt::format("{}:{}", n, question.kind),
            unknown                                  ? "?"
            : is_right(question, statements[i].text) ? "1"
                                                     : "0",
            question.question + " | " + statements[i].text,
            cues[i].row,
            {}});
    }
  }
  return {};
}

Result<> answerable_features(const Case& labelled, const FeatureSink& sink) {
  HOLDFAST_TRY(const auto profile, CaseProfile::open(labelled));
  for (std::size_t n = 0; n < labelled.questions.size(); ++n) {
    const CaseQuestion& question = labelled.questions[n];
    HOLDFAST_TRY(const RecallAnswer answer, profile->recall(question));
    const std::string key = fmt::format("{}:{}", n, question.kind);
    if (const auto judged = judge(*profile, question, answer.query, answer.candidates)) {
      const char* const label = judged->right ? "1" : unanswerable(question) ? "0" : "wrong";
      sink({labelled.id, key, label, question.question + " | " + judged->text, judged->cues, {}});
    }
  }
  return {};
}

}  // namespace holdfast::dev
