#include "memory/ingest/statement.h"

#include <algorithm>

#include "base/utf8.h"
#include "language/names.h"
#include "language/words.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Statement read_statement(std::string_view text) {
  Statement statement;
  statement.terms = language::terms(text);
  sort_unique(statement.terms);
  // Who speaks is no part of what is said.
  std::erase(statement.terms, "user");
  for (const Token& token : Tokens(text))
    if (token.text.find_first_of("0123456789") != std::string_view::npos) statement.values.emplace_back(token.text);
  for (const language::NameMention& name : language::find_names(text))
    statement.values.push_back(language::fold(name.text));
  sort_unique(statement.values);
  return statement;
}

std::size_t shared(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::size_t count = 0;
  for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
    if (*i < *k) {
      ++i;
    } else if (*k < *i) {
      ++k;
    } else {
      ++count;
      ++i;
      ++k;
    }
  }
  return count;
}

bool includes(const std::vector<std::string>& whole, const std::vector<std::string>& part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

std::string cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit || count_code_points(text) <= limit) return std::string(text);
  const std::string_view head = first_code_points(text, limit - 1);  // room for "…"
  for (const std::string_view mark : {". ", "! ", "; ", ", ", " "}) {
    const std::size_t at = head.rfind(mark);
    if (at == std::string_view::npos || at < head.size() / 2) continue;
    std::string out(head.substr(0, mark == ". " || mark == "! " ? at + 1 : at));
    if (mark != ". " && mark != "! ") out += "\xE2\x80\xA6";
    return out;
  }
  return std::string(head) + "\xE2\x80\xA6";
}

}  // namespace holdfast::memory
