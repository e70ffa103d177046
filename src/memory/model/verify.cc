// The eight checks of candidates against their sources on a chat model; the builtin verifier after it, always.
#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "memory/ingest/statement.h"
#include "memory/model/batch.h"
#include "memory/model/own_words.h"
#include "memory/model/render.h"
#include "memory/model/reply.h"
#include "memory/model/stage_model.h"
#include "memory/model/stages.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kTokens = 2'048;       // of a reply
constexpr std::size_t kBatch = 12;           // candidates of a call
constexpr std::size_t kBatchBytes = 12'000;  // of the messages shown with them, unless one alone has more
constexpr std::size_t kInFlight = 4;         // calls at the same time
constexpr std::size_t kContextBytes = 600;   // of a message before a source, up to which it is shown
constexpr std::size_t kReasonCharacters = 160;

// What the model thinks of one candidate.
struct Opinion {
  Verdict::Kind kind = Verdict::Kind::kPass;
  std::string reason;
  std::string content;  // corrected
};

using Places = std::map<Id, std::size_t>;  // of messages in the transcript

Places places_of(const Transcript& transcript) {
  Places places;
  for (std::size_t at = 0; at < transcript.messages.size(); ++at)
    places.emplace(transcript.messages[at].message.id, at);
  return places;
}

// The sources of candidates, and short messages before them, in the order of the conversation.
std::vector<ShownMessage> shown_for(const Transcript& transcript, const Places& places,
                                    std::span<const Candidate> candidates) {
  std::map<std::size_t, bool> shown;  // whether it is context
  for (const Candidate& candidate : candidates) {
    for (const Source& source : candidate.sources) {
      const auto place = places.find(source.message);
      if (place == places.end()) continue;
      shown[place->second] = false;
      if (place->second == 0) continue;
      if (transcript.messages[place->second - 1].message.content.size() <= kContextBytes)
        shown.emplace(place->second - 1, true);
    }
  }
  std::vector<ShownMessage> messages;
  for (const auto& [at, context] : shown) messages.push_back({.at = at, .context = context});
  return messages;
}

std::vector<CandidateRange> batches_of(const Transcript& transcript, const Places& places,
                                       std::span<const Candidate> candidates) {
  std::vector<CandidateRange> batches;
  for (std::size_t first = 0; first < candidates.size();) {
    std::size_t last = first + 1;
    while (last < candidates.size() && last - first < kBatch) {
      std::size_t bytes = 0;
      for (const ShownMessage& shown : shown_for(transcript, places, candidates.subspan(first, last + 1 - first)))
        bytes += transcript.messages[shown.at].message.content.size();
      if (bytes > kBatchBytes) break;
      ++last;
    }
    batches.push_back({first, last});
    first = last;
  }
  return batches;
}

std::string render_batch(const Transcript& transcript, const std::vector<ShownMessage>& shown,
                         std::span<const Candidate> candidates, bool redact) {
  std::string text = render_messages(transcript, shown, redact) + "<candidates>\n";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    std::string numbers;
    for (const Source& source : candidate.sources) {
      for (std::size_t number = 0; number < shown.size(); ++number) {
        if (transcript.messages[shown[number].at].message.id != source.message) continue;
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(number + 1);
      }
    }
    text += std::to_string(i + 1) + ". (" + std::string(to_string(candidate.type)) + ") [" + numbers + "] " +
            render_line(candidate.content, redact) + "\n";
  }
  return text + "</candidates>\n";
}

std::string reason_in(const boost::json::object& item) {
  const std::string check = text_in(item, "check");
  const std::string reason = cut_text(text_in(item, "reason"), kReasonCharacters);
  if (check.empty() || check == "none" || check.size() > kReasonCharacters)
    return reason.empty() ? "the model" : reason;
  return reason.empty() ? check : check + ": " + reason;
}

// Opinions about `candidates`; one that has no usable verdict passes, for the builtin verifier looks at it too.
std::vector<Opinion> opinions_in(const boost::json::value& reply, std::span<const Candidate> candidates) {
  std::vector<Opinion> opinions(candidates.size());
  std::vector<bool> seen(candidates.size());
  for (const boost::json::object* item : items_in(reply, "verdicts")) {
    const auto number = whole_in(*item, "candidate");
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > candidates.size()) continue;
    const std::size_t at = static_cast<std::size_t>(*number) - 1;
    if (seen[at]) continue;
    seen[at] = true;
    const std::string verdict = text_in(*item, "verdict");
    if (verdict == "drop") {
      opinions[at] = {.kind = Verdict::Kind::kDrop, .reason = reason_in(*item), .content = {}};
    } else if (verdict == "correct") {
      std::string content = cut_text(text_in(*item, "content"), kContentCharacters);
      if (content.empty() || content == candidates[at].content || is_machine_order(content)) continue;
      opinions[at] = {.kind = Verdict::Kind::kCorrect, .reason = reason_in(*item), .content = std::move(content)};
    }
  }
  return opinions;
}

Result<> check_verdicts(const boost::json::value& reply) { return check_list(reply, "verdicts"); }

class ModelVerifier final : public Verifier {
 public:
  ModelVerifier(const models::ChatModel& model, std::unique_ptr<Verifier> builtin, const ModelStageOptions& options)
      : model_(model, "verify", options), builtin_(std::move(builtin)) {}

  [[nodiscard]] Task<Result<std::vector<Verdict>>> verify(const StageContext& context, const Transcript& transcript,
                                                          std::vector<Candidate> candidates) const override {
    const Places places = places_of(transcript);
    const std::vector<CandidateRange> batches = batches_of(transcript, places, candidates);
    const auto lists = co_await gather<std::vector<Opinion>>(batches.size(), kInFlight, [&](std::size_t i) {
      return judge(context, transcript, places, std::span(candidates), batches[i]);
    });
    std::vector<Opinion> opinions;
    for (const std::vector<Opinion>& list : lists) opinions.insert(opinions.end(), list.begin(), list.end());
    co_return co_await settle(context, transcript, std::move(candidates), std::move(opinions));
  }
  [[nodiscard]] std::string_view model() const override { return model_.model(); }

 private:
  // What the model thinks of a batch; where it fails, everything passes on to the builtin verifier.
  [[nodiscard]] Task<std::vector<Opinion>> judge(const StageContext& context, const Transcript& transcript,
                                                 const Places& places, std::span<const Candidate> candidates,
                                                 CandidateRange batch) const {
    return ask_in_halves<Opinion>(
        model_, context, candidates, batch, kTokens, check_verdicts,
        [this, &transcript, &places](std::span<const Candidate> some) {
          return render_batch(transcript, shown_for(transcript, places, some), some, model_.options().redact);
        },
        opinions_in);
  }

  // The builtin verifier over what the model lets pass, as it corrected it; a correction that it does not let pass
  // gives way to what there was before.
  [[nodiscard]] Task<Result<std::vector<Verdict>>> settle(const StageContext& context, const Transcript& transcript,
                                                          std::vector<Candidate> candidates,
                                                          std::vector<Opinion> opinions) const {
    std::vector<Candidate> checked;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      Opinion& opinion = opinions[i];
      if (opinion.kind == Verdict::Kind::kDrop) continue;
      Candidate candidate = candidates[i];
      if (opinion.kind == Verdict::Kind::kCorrect) {
        candidate.content = opinion.content;
        if (candidate.type == MemoryType::kInstruction && !may_instruct(transcript, candidate)) {
          opinion = {};
          candidate.content = candidates[i].content;
        }
      }
      checked.push_back(std::move(candidate));
    }
    HOLDFAST_CO_TRY(std::vector<Verdict> first, co_await builtin_->verify(context, transcript, std::move(checked)));
    std::vector<Candidate> again;
    std::size_t next = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (opinions[i].kind == Verdict::Kind::kDrop) continue;
      if (opinions[i].kind == Verdict::Kind::kCorrect && first[next].kind == Verdict::Kind::kDrop)
        again.push_back(candidates[i]);
      ++next;
    }
    HOLDFAST_CO_TRY(std::vector<Verdict> second, co_await builtin_->verify(context, transcript, std::move(again)));

    std::vector<Verdict> verdicts;
    next = 0;
    std::size_t next_again = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const Opinion& opinion = opinions[i];
      if (opinion.kind == Verdict::Kind::kDrop) {
        verdicts.push_back({Verdict::Kind::kDrop, opinion.reason, std::move(candidates[i])});
        continue;
      }
      Verdict verdict = std::move(first[next++]);
      if (opinion.kind == Verdict::Kind::kCorrect) {
        if (verdict.kind == Verdict::Kind::kDrop) {
          verdict = std::move(second[next_again++]);
        } else {
          verdict.reason = verdict.reason.empty() ? opinion.reason : opinion.reason + "; " + verdict.reason;
          verdict.kind = Verdict::Kind::kCorrect;
        }
      }
      verdicts.push_back(std::move(verdict));
    }
    co_return verdicts;
  }

  const StageModel model_;
  const std::unique_ptr<Verifier> builtin_;
};

}  // namespace

std::unique_ptr<Verifier> model_verifier(const models::ChatModel& model, std::unique_ptr<Verifier> builtin,
                                         ModelStageOptions options) {
  return std::make_unique<ModelVerifier>(model, std::move(builtin), options);
}

}  // namespace holdfast::memory
