#include "api/request_id.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace holdfast::api {
namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool all_zero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '0'; });
}

// "00-<32 hex>-<16 hex>-<2 hex>", ids not all zero.
bool valid_traceparent(std::string_view text) {
  return text.size() == 55 && text.substr(0, 3) == "00-" && text[35] == '-' && text[52] == '-' &&
         is_hex(text.substr(3, 32)) && is_hex(text.substr(36, 16)) && is_hex(text.substr(53, 2)) &&
         !all_zero(text.substr(3, 32)) && !all_zero(text.substr(36, 16));
}

bool plain_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace

TraceContext identify(net::Request& request, Random& random) {
  std::array<std::uint8_t, 40> chance{};
  random.fill(chance);
  const std::span<const std::uint8_t> bytes(chance);
  TraceContext context;
  const std::string_view theirs = request.header(kRequestIdHeader);
  context.request_id = plain_id(theirs) ? std::string(theirs) : to_hex(bytes.subspan(0, 16));
  std::erase_if(request.headers, [](const net::Header& h) { return net::same_token(h.name, kRequestIdHeader); });
  request.headers.push_back({std::string(kRequestIdHeader), context.request_id});

  const std::string_view parent = request.header("traceparent");
  const bool valid = valid_traceparent(parent);
  const std::string trace = valid ? std::string(parent.substr(3, 32)) : to_hex(bytes.subspan(16, 16));
  const std::string flags = valid ? std::string(parent.substr(53, 2)) : "00";
  context.traceparent = "00-" + trace + "-" + to_hex(bytes.subspan(32, 8)) + "-" + flags;
  return context;
}

}  // namespace holdfast::api
