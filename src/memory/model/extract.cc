// The full and the detail pass on a chat model.
#include <algorithm>
#include <iterator>
#include <optional>

#include "memory/model/extracted.h"
#include "memory/model/pieces.h"
#include "memory/model/reply.h"
#include "memory/model/stage_model.h"
#include "memory/model/stages.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kFullTokens = 4'096;  // of a reply
constexpr std::size_t kDetailTokens = 1'536;
constexpr std::size_t kMostContinued = 3;  // replies to one chunk that may break off

Result<> check_memories(const boost::json::value& reply) {
  HOLDFAST_CHECK(check_list(reply, "memories"));
  const auto items = items_in(reply, "memories");
  const bool none = std::ranges::none_of(items, [](const boost::json::object* item) {
    return !text_in(*item, "content").empty() && !wholes_in(*item, "sources").empty();
  });
  if (!items.empty() && none)
    return fail(Code::kInvalid, "every memory needs \"content\" and \"sources\", a list of message numbers");
  return {};
}

// What a reply that broke off has not come to.
std::optional<Piece> unread_rest(const Transcript& transcript, const Piece& piece,
                                 const std::vector<ShownMessage>& shown, const models::StructuredReply& reply,
                                 const std::vector<Candidate>& candidates) {
  if (!reply.salvaged) return std::nullopt;
  std::size_t read = piece.chunk.first;
  for (const ShownMessage& message : shown) {
    const Id& id = transcript.messages[message.at].message.id;
    const bool stated = std::ranges::any_of(
        candidates, [&](const Candidate& candidate) { return candidate.sources.front().message == id; });
    if (stated) read = std::max(read, message.at);
  }
  return rest_of(transcript, piece, read);
}

class ModelExtractor final : public Extractor {
 public:
  ModelExtractor(const models::ChatModel& model, std::string_view stage, std::size_t max_tokens,
                 std::unique_ptr<Extractor> builtin, const ModelStageOptions& options)
      : model_(model, stage, options), max_tokens_(max_tokens), builtin_(std::move(builtin)) {}

  [[nodiscard]] Task<Result<std::vector<Candidate>>> extract(const StageContext& context, const Transcript& transcript,
                                                             Chunk chunk) const override {
    if (model_.options().gate) {
      auto seen = co_await builtin_->extract(context, transcript, chunk);
      if (!seen || seen->empty()) co_return seen;
    }
    std::vector<Candidate> all;
    std::vector<Piece> waiting{{.chunk = chunk}};  // the next one last
    while (!waiting.empty()) {
      const Piece piece = waiting.back();
      waiting.pop_back();
      const std::vector<ShownMessage> shown = shown_messages(transcript, piece);
      std::string text = render_messages(transcript, shown, model_.options().redact);
      Asked asked = co_await model_.ask(context, std::move(text), max_tokens_, check_memories);
      if (asked.too_large()) {
        std::vector<Piece> parts = halves(transcript, piece, model_.options().redact);
        if (!parts.empty()) {
          model_.split(context, asked);
          std::ranges::copy(parts.rbegin(), parts.rend(), std::back_inserter(waiting));
          continue;
        }
      }
      Extracted extracted;
      if (asked.reply)
        extracted = read_extracted(asked.reply->value, transcript, shown, model_.stage(), asked.time.model);
      std::optional<Chunk> for_builtin;
      // A reply that broke off before it came to anything new of the piece: where to go on from is not known.
      const bool none_read = asked.reply && asked.reply->salvaged && extracted.candidates.empty();
      if (!asked.reply || extracted.unusable || none_read) {
        model_.gave_up(context, asked, none_read ? "unreadable" : "unsupported");
        for_builtin = piece.chunk;
        extracted.candidates.clear();
        // The builtin stage reads the message whole.
        std::erase_if(waiting,
                      [&](const Piece& other) { return other.part() && other.chunk.first == piece.chunk.first; });
      } else if (const auto rest = unread_rest(transcript, piece, shown, *asked.reply, extracted.candidates)) {
        if (rest->continued <= kMostContinued) {
          model_.took(context, asked);
          waiting.push_back(*rest);
        } else {
          model_.gave_up(context, asked, "unreadable");
          for_builtin = rest->chunk;
        }
      } else {
        model_.took(context, asked, piece.part() ? "part of a message" : "");
      }
      std::ranges::move(extracted.candidates, std::back_inserter(all));
      if (!for_builtin) continue;
      HOLDFAST_CO_TRY(std::vector<Candidate> instead, co_await builtin_->extract(context, transcript, *for_builtin));
      std::ranges::move(instead, std::back_inserter(all));
    }
    co_return all;
  }

  [[nodiscard]] std::string_view model() const override { return model_.model(); }

 private:
  const StageModel model_;
  const std::size_t max_tokens_;
  const std::unique_ptr<Extractor> builtin_;
};

}  // namespace

std::unique_ptr<Extractor> model_extractor(const models::ChatModel& model, std::unique_ptr<Extractor> builtin,
                                           ModelStageOptions options) {
  return std::make_unique<ModelExtractor>(model, "extract", kFullTokens, std::move(builtin), options);
}

std::unique_ptr<Extractor> model_detail_extractor(const models::ChatModel& model, std::unique_ptr<Extractor> builtin,
                                                  ModelStageOptions options) {
  return std::make_unique<ModelExtractor>(model, "detail", kDetailTokens, std::move(builtin), options);
}

}  // namespace holdfast::memory
