// The catalogue: which namespaces, profiles and tokens there are, and which profiles have work left.
//
// A profile is marked dirty before a commit that leaves work (jobs, purges) and clean once that is drained, so a
// restart opens only the profiles that have some. Deleted namespaces and profiles free their names at once; their files
// go later
// (`condemned`). Thread-safe; every change is durable when it returns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace holdfast::memory {

struct NamespaceRecord {
  Id id;  // a ULID
  std::string account;
  std::string name;
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
};

struct ProfileRecord {
  Id id;  // names its files; a profile made anew under an old name has another
  Id namespace_id;
  std::string name;
  TimeMs created_at = 0;
};

struct TokenRecord {
  Id id;                            // a ULID
  Digest digest{};                  // SHA-256 of the token; the token itself is nowhere on disk
  std::vector<std::string> scopes;  // "memory:read", "memory:write", "admin"
  std::string namespace_name;       // "" for any
  std::string profile_pattern;      // '*' stands for any run of characters; "" for any
  TimeMs created_at = 0;
  std::optional<TimeMs> expires_at;
};

struct NamespaceQuery {
  enum class Order { kId, kName };
  Order order = Order::kId;
  bool descending = false;
  std::string after;  // the last page's last id or name (exclusive); "" for the first page
  std::size_t limit = 20;
};

class Catalogue {
 public:
  virtual ~Catalogue() = default;

  // kNamespaceExists when the account has one of that name.
  [[nodiscard]] virtual Result<> create_namespace(const NamespaceRecord& record) = 0;
  // kNamespaceNotFound.
  [[nodiscard]] virtual Result<NamespaceRecord> find_namespace(std::string_view account,
                                                               std::string_view name) const = 0;
  [[nodiscard]] virtual Result<std::vector<NamespaceRecord>> list_namespaces(std::string_view account,
                                                                             const NamespaceQuery& query) const = 0;
  // Its profiles are condemned with it. kNamespaceNotFound.
  [[nodiscard]] virtual Result<> delete_namespace(std::string_view account, std::string_view name) = 0;

  [[nodiscard]] virtual Result<std::optional<ProfileRecord>> find_profile(const Id& namespace_id,
                                                                          std::string_view name) const = 0;
  // The profile of that name, made from `record` when there is none. kNamespaceNotFound when the namespace is gone.
  [[nodiscard]] virtual Result<ProfileRecord> ensure_profile(const ProfileRecord& record) = 0;
  // By name, those after `after` (exclusive; "" for the first).
  [[nodiscard]] virtual Result<std::vector<ProfileRecord>> list_profiles(const Id& namespace_id, std::string_view after,
                                                                         std::size_t limit) const = 0;
  // Condemns the profile; true when there was one.
  [[nodiscard]] virtual Result<bool> delete_profile(const Id& namespace_id, std::string_view name) = 0;

  [[nodiscard]] virtual Result<> mark_dirty(const Id& profile) = 0;
  [[nodiscard]] virtual Result<> mark_clean(const Id& profile) = 0;
  [[nodiscard]] virtual Result<std::vector<ProfileRecord>> dirty_profiles() const = 0;

  // Deleted profiles whose files are still there, and the word that they are gone.
  [[nodiscard]] virtual Result<std::vector<Id>> condemned(std::size_t limit) const = 0;
  [[nodiscard]] virtual Result<> release(const Id& profile) = 0;

  [[nodiscard]] virtual Result<> add_token(const TokenRecord& record) = 0;
  [[nodiscard]] virtual Result<std::vector<TokenRecord>> list_tokens() const = 0;
  // kTokenNotFound.
  [[nodiscard]] virtual Result<> revoke_token(const Id& id) = 0;
};

}  // namespace holdfast::memory
