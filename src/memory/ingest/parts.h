// Parts: the pieces of a statement that can be replaced one by one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::memory {

struct Part {
  std::string_view text;  // into the statement; trimmed
  std::size_t sentence = 0;
};

// The clauses of a statement in order; one that gives several values ("go 1.22, sqlc, port 8010") is cut at its commas.
// The date of the message in brackets at the end, and a caption in square ones before it, belong to none. Linear.
[[nodiscard]] std::vector<Part> parts_of(std::string_view statement);

// How many bytes of the content say only who speaks: "Mara: ", "[Mara] "; 0 when `name` does not begin it.
[[nodiscard]] std::size_t speaker_prefix(std::string_view content, std::string_view name);

// Without the date of the message in brackets at the end.
[[nodiscard]] std::string_view without_stamp(std::string_view statement);

}  // namespace holdfast::memory
