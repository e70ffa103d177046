// Reads server-sent events as they come in (WHATWG HTML, "Server-sent events"): what a model server streams its reply
// in.
//
// Lines end with LF, CR or CR LF; comments and fields nobody asked for are skipped. Not thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::models {

inline constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20;

class EventStream {
 public:
  // `event` is its name, "" for none; `data` its data lines, joined with line breaks. An error ends the reading.
  using OnEvent = std::function<Result<>(std::string_view event, std::string_view data)>;

  explicit EventStream(OnEvent on_event) : on_event_(std::move(on_event)) {}

  // The next piece, cut anywhere. kTooLarge for a line, or the data of an event, over kMaxEventBytes; else what the
  // callback returns.
  [[nodiscard]] Result<> feed(std::string_view piece);
  // The stream has ended: an event that only lacks its empty line is told as well.
  [[nodiscard]] Result<> finish();

 private:
  Result<> line(std::string_view text);
  Result<> dispatch();

  const OnEvent on_event_;
  std::string line_, event_, data_;
  bool has_data_ = false;
  bool first_line_ = true;
  bool after_return_ = false;  // an LF that follows is of the same line end
};

}  // namespace holdfast::models
