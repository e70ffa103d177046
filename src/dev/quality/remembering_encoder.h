// An encoder that remembers the vectors of questions, so that asking again with other weights takes no encoding.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/id.h"
#include "base/result.h"
#include "models/encoder.h"

namespace holdfast::dev::quality {

// Thread-safe.
class RememberingEncoder final : public models::Encoder {
 public:
  explicit RememberingEncoder(std::shared_ptr<const models::Encoder> encoder) : encoder_(std::move(encoder)) {}

  [[nodiscard]] std::string_view model() const override { return encoder_->model(); }
  [[nodiscard]] std::size_t dimensions() const override { return encoder_->dimensions(); }
  [[nodiscard]] bool has_tokens() const override { return encoder_->has_tokens(); }
  [[nodiscard]] Task<Result<std::vector<models::Encoding>>> encode(
      std::vector<models::EncoderInput> inputs) const override;
  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t tokens, std::size_t stride,
                                                     std::size_t most) const override {
    return encoder_->pieces(text, tokens, stride, most);
  }

  // From now on, what is encoded is remembered. Before, during ingest, it would be every message.
  void remember() { remembers_ = true; }
  // How many texts were known.
  [[nodiscard]] std::size_t known() const { return known_; }

  // A file of what is remembered, for the same model on a machine of the same kind. Reading one that is not there, or
  // of another model, remembers nothing.
  [[nodiscard]] Result<> load(const std::string& file);
  [[nodiscard]] Result<> save(const std::string& file) const;

 private:
  const std::shared_ptr<const models::Encoder> encoder_;
  std::atomic<bool> remembers_ = false;
  mutable std::atomic<std::size_t> known_ = 0;
  mutable std::mutex mutex_;
  mutable std::unordered_map<Id, models::Encoding> remembered_;
};

}  // namespace holdfast::dev::quality
