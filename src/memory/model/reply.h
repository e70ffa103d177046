// Reads what a model answered, whatever it is: a field that is missing or of another kind is empty.
//
// Pure; any thread.
#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::memory {

inline constexpr std::size_t kMostItems = 200;  // of a reply's list that are looked at

// The objects of the list `key` of a reply, or of the reply itself where it is a list; at most kMostItems. The pointers
// live as long as the reply.
[[nodiscard]] std::vector<const boost::json::object*> items_in(const boost::json::value& reply, std::string_view key);

// kInvalid, in words for the model, when there is no such list. An empty one is fine.
[[nodiscard]] Result<> check_list(const boost::json::value& reply, std::string_view key);

// One line of valid UTF-8, white space and control characters as single spaces; "" when there is none.
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view key);
// Of the strings of a list, those that are not empty, each once, as text_in gives them.
[[nodiscard]] std::vector<std::string> texts_in(const boost::json::object& object, std::string_view key);
// 3, 3.0, "3", "[3]"
[[nodiscard]] std::optional<std::int64_t> whole_in(const boost::json::object& object, std::string_view key);
// A list of them, or one alone.
[[nodiscard]] std::vector<std::int64_t> wholes_in(const boost::json::object& object, std::string_view key);
[[nodiscard]] bool flag_in(const boost::json::object& object, std::string_view key);

}  // namespace holdfast::memory
