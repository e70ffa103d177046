#include "models/openai/event_stream.h"

namespace holdfast::models {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::unexpected<Error> too_long() { return fail(Code::kTooLarge, "the server sent an event of over 1 MiB"); }

}  // namespace

Result<> EventStream::feed(std::string_view piece) {
  while (!piece.empty()) {
    if (after_return_) {
      after_return_ = false;
      if (piece.front() == '\n') {
        piece.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = piece.find_first_of("\r\n");
    if (line_.size() + (end == std::string_view::npos ? piece.size() : end) > kMaxEventBytes) return too_long();
    line_.append(piece.substr(0, end));
    if (end == std::string_view::npos) return {};
    after_return_ = piece[end] == '\r';
    piece.remove_prefix(end + 1);
    const Result<> read = line(line_);
    line_.clear();
    if (!read) return read;
  }
  return {};
}

Result<> EventStream::finish() {
  if (!line_.empty()) HOLDFAST_CHECK(line(line_));
  line_.clear();
  return dispatch();
}

Result<> EventStream::line(std::string_view text) {
  if (first_line_ && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  if (text.empty()) return dispatch();
  const std::size_t colon = text.find(':');
  const std::string_view field = text.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (data_.size() + value.size() + 1 > kMaxEventBytes) return too_long();
    if (has_data_) data_.push_back('\n');
    data_.append(value);
    has_data_ = true;
  } else if (field == "event") {
    event_ = value;
  }
  return {};
}

Result<> EventStream::dispatch() {
  const bool told = has_data_;
  has_data_ = false;
  Result<> read;
  if (told) read = on_event_(event_, data_);
  event_.clear();
  data_.clear();
  return read;
}

}  // namespace holdfast::models
