// For tests: an encoder without a model. Each word has a vector by its hash, a text the mean of its words', so that
// texts that share words are near.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "models/encoder.h"

namespace holdfast::memory {

class HashEncoder final : public models::Encoder {
 public:
  static constexpr std::size_t kDimensions = 64;

  explicit HashEncoder(std::string model = "hash/1") : model_(std::move(model)) {}

  // The next `times` calls fail.
  void fail(int times) { failures_ = times; }
  // Calls wait from now on, until open().
  void close() { closed_ = true; }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  [[nodiscard]] std::size_t encoded() const { return encoded_; }            // texts
  [[nodiscard]] std::size_t largest_call() const { return largest_call_; }  // texts

  [[nodiscard]] std::string_view model() const override { return model_; }
  [[nodiscard]] std::size_t dimensions() const override { return kDimensions; }
  [[nodiscard]] bool has_tokens() const override { return true; }

  [[nodiscard]] Task<Result<std::vector<models::Encoding>>> encode(
      std::vector<models::EncoderInput> inputs) const override {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !closed_; });
      largest_call_ = std::max(largest_call_, inputs.size());
    }
    if (failures_.fetch_sub(1) > 0) co_return holdfast::fail(Code::kProviderFailed, "told to fail");
    failures_ = std::max(failures_.load(), 0);
    std::vector<models::Encoding> encodings;
    for (const models::EncoderInput& input : inputs) encodings.push_back(encode_one(input));
    encoded_ += inputs.size();
    co_return encodings;
  }

  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    const std::vector<models::TokenSpan> words = words_of(text);
    std::vector<std::string_view> found;
    for (std::size_t first = 0; found.empty() || (first < words.size() && found.size() < most); first += stride) {
      const std::size_t last = std::min(first + tokens, words.size());
      const std::size_t begin = first == 0 ? 0 : words[first].begin;
      const std::size_t end = last == words.size() ? text.size() : words[last - 1].end;
      found.push_back(text.substr(begin, end - begin));
      if (last == words.size()) break;
    }
    return found;
  }

 private:
  static std::vector<models::TokenSpan> words_of(std::string_view text) {
    std::vector<models::TokenSpan> spans;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = std::min(text.find_first_not_of(" \n", at), text.size());
      const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
      if (end > begin) spans.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
      at = end;
    }
    return spans;
  }

  static void add_word(std::string_view word, float weight, std::span<float> vector) {
    const Digest first = sha256(word);
    const Digest second = sha256(std::string(word) + "+");
    for (std::size_t i = 0; i < kDimensions; ++i) {
      const std::uint8_t byte = i < first.size() ? first[i] : second[i - first.size()];
      vector[i] += weight * (static_cast<float>(byte) - 127.5F);
    }
  }

  static void normalise(std::span<float> vector) {
    float squares = 0;
    for (const float value : vector) squares += value * value;
    if (squares == 0) return;
    for (float& value : vector) value /= std::sqrt(squares);
  }

  // What was said before shapes the tokens a little.
  static models::Encoding encode_one(const models::EncoderInput& input) {
    models::Encoding encoding{.pooled = std::vector<float>(kDimensions), .spans = {}, .tokens = {}};
    std::vector<float> context(kDimensions);
    for (const std::string& before : input.context) add_word(before, .2F, context);
    for (const models::TokenSpan& span : words_of(input.text)) {
      const std::string_view word = std::string_view(input.text).substr(span.begin, span.end - span.begin);
      std::vector<float> token = context;
      add_word(word, 1, token);
      normalise(token);
      for (std::size_t i = 0; i < kDimensions; ++i) encoding.pooled[i] += token[i];
      if (!input.tokens) continue;
      encoding.spans.push_back(span);
      encoding.tokens.insert(encoding.tokens.end(), token.begin(), token.end());
    }
    normalise(encoding.pooled);
    return encoding;
  }

  const std::string model_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::atomic<bool> closed_ = false;
  mutable std::atomic<int> failures_ = 0;
  mutable std::atomic<std::size_t> encoded_ = 0;
  mutable std::size_t largest_call_ = 0;
};

// As an embedding server's: eight dimensions, and no vectors of tokens.
class PooledEncoder final : public models::Encoder {
 public:
  static constexpr std::size_t kDimensions = 8;

  // The next calls fail as those to a server that is down, until told otherwise.
  void set_down(bool down) { down_ = down; }
  // Texts that hold this are refused, and all that are sent with them.
  void refuse(std::string words) {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(words);
  }
  [[nodiscard]] std::size_t encoded() const { return encoded_; }      // texts
  [[nodiscard]] std::size_t questions() const { return questions_; }  // of these

  [[nodiscard]] std::string_view model() const override { return "pooled/8"; }
  [[nodiscard]] std::size_t dimensions() const override { return kDimensions; }
  [[nodiscard]] bool has_tokens() const override { return false; }
  [[nodiscard]] std::size_t texts_at_once() const override { return 64; }

  [[nodiscard]] Task<Result<std::vector<models::Encoding>>> encode(
      std::vector<models::EncoderInput> inputs) const override {
    if (down_) co_return holdfast::fail(Code::kProviderFailed, "told to be down", {}, "unreachable");
    if (refuses(inputs)) co_return holdfast::fail(Code::kProviderFailed, "told to refuse it", {}, "refused");
    for (models::EncoderInput& input : inputs) {
      input.tokens = false;
      ++encoded_;
      if (input.query) ++questions_;
    }
    auto encodings = co_await hash_.encode(std::move(inputs));
    for (models::Encoding& encoding : *encodings) {
      encoding.pooled.resize(kDimensions);
      float squares = 1e-12F;
      for (const float value : encoding.pooled) squares += value * value;
      for (float& value : encoding.pooled) value /= std::sqrt(squares);
    }
    co_return encodings;
  }

  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    return hash_.pieces(text, tokens, stride, most);
  }

 private:
  bool refuses(const std::vector<models::EncoderInput>& inputs) const {
    const std::lock_guard lock(mutex_);
    return !refused_.empty() && std::ranges::any_of(inputs, [&](const models::EncoderInput& input) {
      return input.text.contains(refused_);
    });
  }

  HashEncoder hash_;
  std::atomic<bool> down_ = false;
  mutable std::mutex mutex_;
  std::string refused_;
  mutable std::atomic<std::size_t> encoded_ = 0, questions_ = 0;
};

}  // namespace holdfast::memory
