#include "dev/quality/remembering_encoder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace holdfast::dev::quality {
namespace {

constexpr std::string_view kMagic = "holdfast question vectors 1\n";

Id key_of(const models::EncoderInput& input) {
  Sha256 hash;
  hash.add_field(input.text).add_field(input.tokens ? "tokens" : "");
  for (const std::string& before : input.context) hash.add_field(before);
  return Id::from_digest(hash.finish());
}

template <typename T>
void put(std::ostream& out, const std::vector<T>& items) {
  static_assert(std::is_trivially_copyable_v<T>);
  const std::uint64_t size = items.size();
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out.write(reinterpret_cast<const char*>(items.data()), static_cast<std::streamsize>(size * sizeof(T)));
}

template <typename T>
bool get(std::istream& in, std::vector<T>& items) {
  constexpr std::uint64_t kMost = 10'000'000;
  std::uint64_t size = 0;
  if (!in.read(reinterpret_cast<char*>(&size), sizeof size) || size > kMost) return false;
  items.resize(size);
  return static_cast<bool>(
      in.read(reinterpret_cast<char*>(items.data()), static_cast<std::streamsize>(size * sizeof(T))));
}

}  // namespace

Task<Result<std::vector<models::Encoding>>> RememberingEncoder::encode(std::vector<models::EncoderInput> inputs) const {
  std::vector<models::Encoding> encodings(inputs.size());
  std::vector<models::EncoderInput> missing;
  std::vector<std::size_t> places;
  std::vector<Id> keys;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      keys.push_back(key_of(inputs[i]));
      if (const auto found = remembered_.find(keys[i]); found != remembered_.end()) {
        encodings[i] = found->second;
        ++known_;
      } else {
        places.push_back(i);
        missing.push_back(std::move(inputs[i]));
      }
    }
  }
  if (missing.empty()) co_return encodings;
  HOLDFAST_CO_TRY(std::vector<models::Encoding> made, co_await encoder_->encode(std::move(missing)));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (remembers_) remembered_.insert_or_assign(keys[places[i]], made[i]);
    encodings[places[i]] = std::move(made[i]);
  }
  co_return encodings;
}

Result<> RememberingEncoder::load(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  std::ifstream in(file, std::ios::binary);
  std::vector<char> magic;
  std::vector<char> model;
  if (!get(in, magic) || !std::ranges::equal(magic, kMagic) || !get(in, model) ||
      !std::ranges::equal(model, this->model()))
    return {};
  const std::lock_guard lock(mutex_);
  std::vector<std::uint8_t> key;
  while (get(in, key)) {
    models::Encoding encoding;
    Id id;
    if (key.size() != id.bytes.size() || !get(in, encoding.pooled) || !get(in, encoding.spans) ||
        !get(in, encoding.tokens))
      return fail(Code::kCorrupt, file + " is damaged: delete it");
    std::ranges::copy(key, id.bytes.begin());
    remembered_.insert_or_assign(id, std::move(encoding));
  }
  return {};
}

Result<> RememberingEncoder::save(const std::string& file) const {
  const std::lock_guard lock(mutex_);
  std::ofstream out(file, std::ios::binary);
  put(out, std::vector<char>(kMagic.begin(), kMagic.end()));
  put(out, std::vector<char>(model().begin(), model().end()));
  std::vector<Id> ids;
  for (const auto& [id, encoding] : remembered_) ids.push_back(id);
  std::ranges::sort(ids);
  for (const Id& id : ids) {
    const models::Encoding& encoding = remembered_.at(id);
    put(out, std::vector<std::uint8_t>(id.bytes.begin(), id.bytes.end()));
    put(out, encoding.pooled);
    put(out, encoding.spans);
    put(out, encoding.tokens);
  }
  out.flush();
  if (!out) return fail(Code::kIo, "cannot write " + file);
  return {};
}

}  // namespace holdfast::dev::quality
