// Who may do what: bearer tokens, their scopes, and how many requests a second they may make.
//
// A token is "hf_" and 43 characters of base64url (256 bits). On disk there are only SHA-256 hashes; a token is found
// by comparing with every hash in constant time. The admin token comes from outside (HOLDFAST_TOKEN or the file
// admin.token) and holds every scope. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "memory/profile/catalogue.h"

namespace holdfast::api {

inline constexpr std::string_view kReadScope = "memory:read";
inline constexpr std::string_view kWriteScope = "memory:write";
inline constexpr std::string_view kAdminScope = "admin";  // holds every other

struct NewToken {
  memory::TokenRecord record;
  std::string secret;  // shown once
};

// What a request wants to touch. Empty where it names none.
struct Access {
  std::string_view scope;
  std::string_view name_space;
  std::string_view profile;
};

class Auth {
 public:
  // `requests_per_second` 0: no limit.
  Auth(memory::Catalogue& catalogue, const Clock& clock, Random& random, std::string_view admin_token,
       double requests_per_second);

  // Reads the tokens of the catalogue.
  [[nodiscard]] Result<> load();

  // `authorization` is the header's value. kUnauthenticated, kForbidden, kRateLimited; ok means go on.
  [[nodiscard]] Result<> allow(std::string_view authorization, const Access& access);

  // Blocks on the disk.
  [[nodiscard]] Result<NewToken> create(std::vector<std::string> scopes, std::string name_space, std::string pattern,
                                        std::optional<TimeMs> expires_at);
  [[nodiscard]] std::vector<memory::TokenRecord> list() const;  // by id
  [[nodiscard]] Result<> revoke(const Id& id);                  // kTokenNotFound

 private:
  struct Bucket {
    double tokens = 0;
    std::int64_t filled_us = 0;
  };

  [[nodiscard]] std::optional<memory::TokenRecord> find(const Digest& digest) const;
  [[nodiscard]] Result<> spend(const Id& token);

  memory::Catalogue& catalogue_;
  const Clock& clock_;
  Random& random_;
  UlidSource ids_;
  const Digest admin_;
  const double requests_per_second_;
  mutable std::shared_mutex mutex_;
  std::vector<memory::TokenRecord> tokens_;
  std::mutex bucket_mutex_;
  std::map<Id, Bucket> buckets_;
};

// Whether `pattern` ('*' for any run of characters) covers the whole of `text`.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text);

// 256 random bits as base64url with the prefix "hf_".
[[nodiscard]] std::string make_token(Random& random);

}  // namespace holdfast::api
