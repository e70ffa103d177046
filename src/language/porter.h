// The suffix stripper of M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, pp. 130–137.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::language {

// The stem of a lower-case English word: connections, connected → connect. A word that is not made of the letters a–z
// only, or has fewer than three, is returned as it is.
[[nodiscard]] std::string porter_stem(std::string_view word);

// The same in place: stems word[0, size) and returns the stem's length, never more than `size`.
[[nodiscard]] std::size_t porter_stem(char* word, std::size_t size);

}  // namespace holdfast::language
