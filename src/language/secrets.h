// Keys, tokens, passwords and card numbers in text, so that they are neither stored as facts nor shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::language {

// The byte ranges [begin, end) of what looks like a secret, in order, not overlapping: API keys by their known prefixes
// (sk-, ghp_, AKIA, xoxb-, …), JSON Web Tokens, PEM private key blocks, the value after "password:", "token=", "my
// password is", the password in a URL, and the numbers of payment cards. Only the secret itself, not the words that
// announce it. Errs on the side of finding too little: prose about passwords is not a password. Linear; any thread.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> find_secrets(std::string_view text);

// `text` with each secret replaced by "[secret]".
[[nodiscard]] std::string redact_secrets(std::string_view text);

}  // namespace holdfast::language
