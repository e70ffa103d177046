#include "models/openai/embeddings.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/openai/about_tokens.h"
#include "models/openai/embedding_reply.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kUsualTokens = 512;
constexpr std::size_t kFewestTokens = 16;
constexpr std::size_t kLongText = 100;  // tokens; a shorter one is not why a server breaks down
constexpr std::string_view kStage = "embed";

// How a batch is asked for.
struct Asking {
  std::chrono::milliseconds budget;
  Priority priority = Priority::kBackground;
};

using Vectors = std::vector<std::vector<float>>;

// Texts to send, each once, and which of them each input is.
struct Sending {
  std::vector<std::string> texts;
  std::vector<std::size_t> text_of;
};

class OpenAiEncoder final : public Encoder {
 public:
  OpenAiEncoder(OpenAiEmbeddingOptions options, const Provider& provider, const Clock& clock, ModelObserver* observer)
      : options_(std::move(options)),
        provider_(provider),
        clock_(clock),
        observer_(observer),
        tokens_(options_.input_tokens == 0 ? kUsualTokens : options_.input_tokens),
        batch_(std::max<std::size_t>(options_.batch, 1)),
        name_dimensions_(options_.name_dimensions && options_.dimensions > 0) {
    know(options_.dimensions);
  }

  // Before anything else is encoded.
  Task<Result<>> discover() {
    auto vectors = co_await ask({"."}, {.budget = options_.budget});
    if (!vectors) co_return std::unexpected(std::move(vectors).error());
    know(vectors->front().size());
    co_return Result<>{};
  }

  [[nodiscard]] std::string_view model() const override { return identity_; }
  [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
  [[nodiscard]] bool has_tokens() const override { return false; }
  [[nodiscard]] std::size_t texts_at_once() const override { return batch_.load(); }

  [[nodiscard]] Task<Result<std::vector<Encoding>>> encode(std::vector<EncoderInput> inputs) const override {
    const bool asked = std::ranges::any_of(inputs, &EncoderInput::query);
    const Asking asking = asked ? Asking{options_.query_budget, Priority::kQuery} : Asking{options_.budget};
    const Sending sending = sending_of(inputs);
    const std::size_t batch = batch_.load(), count = (sending.texts.size() + batch - 1) / batch;
    auto batches = co_await gather<Result<Vectors>>(count, provider_.options().in_flight, [&](std::size_t number) {
      const auto first = sending.texts.begin() + static_cast<std::ptrdiff_t>(number * batch);
      const std::size_t size = std::min(batch, sending.texts.size() - number * batch);
      return ask({first, first + static_cast<std::ptrdiff_t>(size)}, asking);
    });
    Vectors vectors;
    for (Result<Vectors>& some : batches) {
      if (!some) co_return std::unexpected(std::move(some).error());
      std::ranges::move(*some, std::back_inserter(vectors));
    }
    std::vector<Encoding> encodings;
    for (const std::size_t text : sending.text_of)
      encodings.push_back({.pooled = vectors[text], .spans = {}, .tokens = {}});
    co_return encodings;
  }

  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    return about_pieces(text, tokens, stride, most);
  }

 private:
  void know(std::size_t dimensions) {
    dimensions_ = dimensions;
    identity_ = fmt::format("openai/{}/{}", options_.model, dimensions);
  }

  [[nodiscard]] Sending sending_of(const std::vector<EncoderInput>& inputs) const {
    Sending sending;
    std::map<std::string, std::size_t, std::less<>> known;
    for (const EncoderInput& input : inputs) {
      const bool blank = input.text.find_first_not_of(" \t\r\n\f\v") == std::string::npos;
      std::string text = (input.query ? options_.query_prefix : options_.passage_prefix) + (blank ? "." : input.text);
      const auto [place, fresh] = known.try_emplace(std::move(text), sending.texts.size());
      if (fresh) sending.texts.push_back(place->first);
      sending.text_of.push_back(place->second);
    }
    return sending;
  }

  struct Extras {
    bool format = true;
    bool dimensions = false;
  };

  [[nodiscard]] std::string body_of(const std::vector<std::string>& texts, std::size_t tokens, Extras extras) const {
    json::object body;
    body["model"] = options_.model;
    json::array input;
    for (const std::string& text : texts) input.push_back(json::value(std::string(first_tokens(text, tokens))));
    body["input"] = std::move(input);
    if (extras.format) body["encoding_format"] = "float";
    if (extras.dimensions) body["dimensions"] = options_.dimensions;
    return json::serialize(body);
  }

  // One batch, in as many calls as it takes to find out what the server can do.
  Task<Result<Vectors>> ask(std::vector<std::string> texts, Asking asking) const {
    const std::int64_t until = clock_.monotonic_us() + std::chrono::microseconds(asking.budget).count();
    const std::size_t longest = longest_of(texts);
    std::size_t tokens = tokens_.load();
    bool shortened = false;
    for (;;) {
      const std::int64_t began = clock_.monotonic_us();
      const auto left = std::chrono::milliseconds(std::max<std::int64_t>((until - began) / 1'000, 1));
      ProviderCall call;
      call.path = "/embeddings";
      const Extras extras{.format = name_format_.load(), .dimensions = name_dimensions_.load()};
      call.body = body_of(texts, tokens, extras);
      call.budget = left;
      call.priority = asking.priority;
      Result<ProviderReply> reply = co_await provider_.call(std::move(call));
      if (!reply) {
        told(reply.error().cause, began, {});
        // Some servers break down on what is too long for them. That it was, is a guess: the limit stays as it was.
        if (reply.error().cause == "failed" && !shortened && std::min(longest, tokens) > kLongText) {
          shortened = true;
          tokens = std::min(longest, tokens) / 2;
          continue;
        }
        co_return std::unexpected(std::move(reply).error());
      }
      if (reply->ok()) {
        Result<EmbeddingReply> read = read_embeddings(reply->body, texts.size(), dimensions_);
        told(read ? "ok" : "failed", began, read ? read->usage : ChatUsage{});
        if (!read) co_return std::unexpected(std::move(read).error());
        if (!shortened) lower(tokens_, tokens);
        co_return std::move(read->vectors);
      }
      const EmbeddingRefusal refusal = refusal_of(reply->status, reply->body);
      if (refusal == EmbeddingRefusal::kTextTooLong && std::min(longest, tokens) > kFewestTokens) {
        told("too_long", began, {});
        tokens = std::max(std::min(longest, tokens) / 2, kFewestTokens);
        continue;
      }
      told("refused", began, {});
      if (refusal == EmbeddingRefusal::kTooManyTexts && texts.size() > 1) {
        lower(batch_, texts.size() / 2);
        co_return co_await ask_in_halves(std::move(texts), {.budget = left, .priority = asking.priority});
      }
      if (refusal == EmbeddingRefusal::kNoDimensions && extras.dimensions) {
        name_dimensions_.store(false);
        continue;
      }
      if (refusal == EmbeddingRefusal::kNoFormat && extras.format) {
        name_format_.store(false);
        continue;
      }
      co_return refused(reply->status);
    }
  }

  Task<Result<Vectors>> ask_in_halves(std::vector<std::string> texts, Asking asking) const {
    const auto middle = texts.begin() + static_cast<std::ptrdiff_t>(texts.size() / 2);
    auto first = co_await ask({texts.begin(), middle}, asking);
    if (!first) co_return first;
    auto second = co_await ask({middle, texts.end()}, asking);
    if (!second) co_return second;
    std::ranges::move(*second, std::back_inserter(*first));
    co_return first;
  }

  static std::size_t longest_of(const std::vector<std::string>& texts) {
    std::size_t longest = 0;
    for (const std::string& text : texts) longest = std::max(longest, about_tokens(text));
    return longest;
  }

  // Never back up: what a server has once refused it will refuse again.
  static void lower(std::atomic<std::size_t>& value, std::size_t to) {
    std::size_t now = value.load();
    while (to < now && !value.compare_exchange_weak(now, to)) {
    }
  }

  [[nodiscard]] std::unexpected<Error> refused(int status) const {
    return fail(Code::kProviderFailed,
                fmt::format("the embedding server refused a call with status {}: check base_url, api_key and model in "
                            "[embedding]; `holdfast models check` says more",
                            status),
                {}, "refused");
  }

  void told(std::string_view outcome, std::int64_t began, const ChatUsage& usage) const {
    if (observer_ != nullptr)
      observer_->on_call(kStage, options_.model, outcome.empty() ? "failed" : outcome, clock_.monotonic_us() - began,
                         usage);
  }

  const OpenAiEmbeddingOptions options_;
  const Provider& provider_;
  const Clock& clock_;
  ModelObserver* const observer_;
  std::size_t dimensions_ = 0;
  std::string identity_;
  mutable std::atomic<std::size_t> tokens_, batch_;
  mutable std::atomic<bool> name_dimensions_;
  mutable std::atomic<bool> name_format_ = true;
};

}  // namespace

Task<Result<std::unique_ptr<Encoder>>> make_openai_encoder(OpenAiEmbeddingOptions options, const Provider& provider,
                                                           const Clock& clock, ModelObserver* observer) {
  auto encoder = std::make_unique<OpenAiEncoder>(std::move(options), provider, clock, observer);
  if (encoder->dimensions() == 0) {
    auto discovered = co_await encoder->discover();
    if (!discovered) co_return std::unexpected(std::move(discovered).error());
  }
  co_return Result<std::unique_ptr<Encoder>>(std::move(encoder));
}

}  // namespace holdfast::models
