#include "api/auth.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace holdfast::api {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// Base64 for URLs (RFC 4648, section 5), without padding.
std::string base64url(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = buffer << 8 | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += kAlphabet[buffer >> bits & 63];
    }
  }
  if (bits > 0) text += kAlphabet[buffer << (6 - bits) & 63];
  return text;
}

bool equal(const Digest& a, const Digest& b) {
  const auto view = [](const Digest& d) { return std::string_view(reinterpret_cast<const char*>(d.data()), d.size()); };
  return equal_in_constant_time(view(a), view(b));
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;  // the last star takes one character more
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string make_token(Random& random) {
  std::array<std::uint8_t, 32> bytes{};
  random.fill(bytes);
  return "hf_" + base64url(bytes);
}

Auth::Auth(memory::Catalogue& catalogue, const Clock& clock, Random& random, std::string_view admin_token,
           double requests_per_second)
    : catalogue_(catalogue),
      clock_(clock),
      random_(random),
      admin_(sha256(admin_token)),
      requests_per_second_(requests_per_second) {}

Result<> Auth::load() {
  HOLDFAST_TRY(std::vector<memory::TokenRecord> tokens, catalogue_.list_tokens());
  const std::unique_lock lock(mutex_);
  tokens_ = std::move(tokens);
  return {};
}

std::optional<memory::TokenRecord> Auth::find(const Digest& digest) const {
  const std::shared_lock lock(mutex_);
  std::optional<memory::TokenRecord> found;
  for (const memory::TokenRecord& token : tokens_)
    if (equal(token.digest, digest)) found = token;  // no early end: the time tells nothing
  return found;
}

Result<> Auth::allow(std::string_view authorization, const Access& access) {
  const auto unknown = [] { return fail(Code::kUnauthenticated, "Authentication error"); };
  const auto forbidden = [] { return fail(Code::kForbidden, "Authentication error"); };
  if (authorization.size() <= kBearer.size() || !same_ignoring_case(authorization.substr(0, kBearer.size()), kBearer))
    return unknown();
  const Digest digest = sha256(authorization.substr(kBearer.size()));
  if (equal(digest, admin_)) return spend(Id{});

  const std::optional<memory::TokenRecord> token = find(digest);
  if (!token || (token->expires_at && *token->expires_at <= clock_.now())) return unknown();
  HOLDFAST_CHECK(spend(token->id));
  const auto has = [&](std::string_view scope) {
    return std::ranges::find(token->scopes, scope) != token->scopes.end();
  };
  if (!has(access.scope) && !has(kAdminScope)) return forbidden();
  if (!token->namespace_name.empty() && access.name_space != token->namespace_name) return forbidden();
  if (!token->profile_pattern.empty() && !matches(token->profile_pattern, access.profile)) return forbidden();
  return {};
}

Result<> Auth::spend(const Id& token) {
  if (requests_per_second_ <= 0) return {};
  const double burst = std::max(1.0, requests_per_second_);
  const std::int64_t now = clock_.monotonic_us();
  const std::lock_guard lock(bucket_mutex_);
  const auto [it, made] = buckets_.try_emplace(token, Bucket{burst, now});
  Bucket& bucket = it->second;
  const double gained = static_cast<double>(now - bucket.filled_us) * 1e-6 * requests_per_second_;
  bucket.tokens = std::min(burst, bucket.tokens + gained);
  bucket.filled_us = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return {};
  }
  Error error{Code::kRateLimited, "too many requests with this token: slow down"};
  error.retry_after_seconds = std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / requests_per_second_)));
  return std::unexpected(std::move(error));
}

Result<NewToken> Auth::create(std::vector<std::string> scopes, std::string name_space, std::string pattern,
                              std::optional<TimeMs> expires_at) {
  NewToken token;
  token.secret = make_token(random_);
  token.record.id = ids_.next(clock_.now(), random_);
  token.record.digest = sha256(token.secret);
  token.record.scopes = std::move(scopes);
  token.record.namespace_name = std::move(name_space);
  token.record.profile_pattern = std::move(pattern);
  token.record.created_at = clock_.now();
  token.record.expires_at = expires_at;
  HOLDFAST_CHECK(catalogue_.add_token(token.record));
  const std::unique_lock lock(mutex_);
  tokens_.push_back(token.record);
  return token;
}

std::vector<memory::TokenRecord> Auth::list() const {
  const std::shared_lock lock(mutex_);
  std::vector<memory::TokenRecord> tokens = tokens_;
  std::ranges::sort(tokens, {}, &memory::TokenRecord::id);
  return tokens;
}

Result<> Auth::revoke(const Id& id) {
  HOLDFAST_CHECK(catalogue_.revoke_token(id));
  const std::unique_lock lock(mutex_);
  std::erase_if(tokens_, [&](const memory::TokenRecord& token) { return token.id == id; });
  return {};
}

}  // namespace holdfast::api
