// Short lists in one column, as JSON: what is always read and written whole. Part of the SQLite stores.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/types.h"

namespace holdfast::memory::sqlite {

// An empty list is "".
[[nodiscard]] std::string write_list(const std::vector<std::string>& list);
[[nodiscard]] std::string write_list(const std::vector<Id>& list);
[[nodiscard]] std::string write_list(const std::vector<Source>& list);

// False when the text is not what write_list writes; `list` is then in pieces.
[[nodiscard]] bool read_list(std::string_view text, std::vector<std::string>& list);
[[nodiscard]] bool read_list(std::string_view text, std::vector<Id>& list);
[[nodiscard]] bool read_list(std::string_view text, std::vector<Source>& list);

// 16 bytes and nothing else.
[[nodiscard]] std::optional<Id> read_id(std::span<const std::uint8_t> bytes);

}  // namespace holdfast::memory::sqlite
