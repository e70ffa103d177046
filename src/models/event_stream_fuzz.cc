// Any bytes as a stream of events: must not crash, and must tell the same events in whatever pieces the bytes come.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "models/openai/event_stream.h"

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

struct Told {
  std::vector<std::string> events;
  bool whole = true;

  bool operator==(const Told&) const = default;
};

Told read(std::string_view text, std::size_t piece) {
  Told told;
  holdfast::models::EventStream stream([&](std::string_view event, std::string_view data) -> holdfast::Result<> {
    told.events.push_back(std::string(event) + '\0' + std::string(data));
    if (data == "stop") return holdfast::fail(holdfast::Code::kCancelled, "stop");
    return {};
  });
  for (std::size_t at = 0; at < text.size() && told.whole; at += piece)
    told.whole = stream.feed(text.substr(at, piece)).has_value();
  told.whole = told.whole && stream.finish().has_value();
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Told whole = read(text, std::max<std::size_t>(text.size(), 1));
  demand(read(text, 1) == whole);
  demand(read(text, data[0] % 32U + 1) == whole);
  std::size_t bytes = 0;
  for (const std::string& event : whole.events) bytes += event.size();
  demand(bytes <= 2 * text.size());

  // Written as it should be, with CR LF and comments between, it reads the same.
  std::string proper;
  for (const std::string& event : whole.events) {
    const std::string_view all = event;
    const std::size_t middle = all.find('\0');
    if (std::ranges::count(all, '\0') != 1) return 0;
    proper += ": a comment\r\nevent: " + std::string(all.substr(0, middle)) + "\r\n";
    std::string_view rest = all.substr(middle + 1);
    for (std::size_t end = 0; end != std::string_view::npos;) {
      end = rest.find('\n');
      proper += "data: " + std::string(rest.substr(0, end)) + "\r\n";
      if (end != std::string_view::npos) rest.remove_prefix(end + 1);
    }
    proper += "\r\n";
  }
  demand(read(proper, 7) == whole || !whole.whole);
  return 0;
}
