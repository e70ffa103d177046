// libFuzzer: a line that is a row is written and read back as the same row; any other is an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/transfer_json.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto require = [](bool holds) {
    if (!holds) std::abort();
  };
  const auto row = api::parse_line(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!row) {
    require(row.error().code == Code::kInvalid && valid_utf8(row.error().message));
    return 0;
  }
  const std::string line = api::to_line(*row);
  require(line.find('\n') == line.size() - 1 && valid_utf8(line));
  const auto again = api::parse_line(line);
  require(again.has_value() && *again == *row && api::to_line(*again) == line);
  return 0;
}
