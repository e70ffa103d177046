// How two parts of memories compare: the values each gives, the words both have. What the cues of a pair and the rules
// that keep memories apart are made of. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "memory/ingest/comparable.h"

namespace holdfast::memory {

// Words for what stays as it was.
inline constexpr std::string_view kStays = "still stays stay stayed remains remain same unchanged keeps";

// How the values of two parts compare.
struct ValuesCompared {
  bool other[kValueKinds] = {};  // both give a value of that kind, and none in common
  bool same_unit = false;        // two quantities of one unit that differ
  bool same_owner = false;       // two versions of one thing that differ
  bool grows = false;            // the newer of two such quantities is the larger
  bool repeats = false;          // a value, other than a name, stands in both
  bool any_other = false;
};

[[nodiscard]] ValuesCompared compare_values(const std::vector<KindedValue>& newer,
                                            const std::vector<KindedValue>& older);

// How the known values (tools, preferences) of two parts compare.
struct ClassesCompared {
  bool other_one = false;      // values of one exclusive kind that differ
  bool other_several = false;  // of a kind of which several live beside each other
  bool same = false;
};

[[nodiscard]] ClassesCompared compare_classes(const PartView& newer, const PartView& older);

// Whether the newer part denies something the older one says: "not npm", "from 512Mi to …".
[[nodiscard]] bool denies_old(const PartView& newer, const PartView& older);

// Whether both name scopes of one kind, and none in common.
[[nodiscard]] bool scopes_conflict(const std::vector<std::string>& a, const std::vector<std::string>& b);

// Whether any of the part's words is one of the words of `list`, which are separated by single spaces.
[[nodiscard]] bool has_word(const PartView& part, std::string_view list);

template <typename Equal>
bool any_pair(const auto& a, const auto& b, Equal equal) {
  return std::any_of(a.begin(), a.end(), [&](const auto& x) {
    return std::any_of(b.begin(), b.end(), [&](const auto& y) { return equal(x, y); });
  });
}

inline bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return any_pair(a, b, [](const std::string& x, const std::string& y) { return x == y; });
}

// Whether both have some, and none in common.
inline bool conflict(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return !a.empty() && !b.empty() && !share(a, b);
}

}  // namespace holdfast::memory
