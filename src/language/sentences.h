// From a message to the sentences and clauses in which something is said.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::language {

struct Sentence {
  std::string_view text;  // a range of the message, trimmed; the mark of a list item is not part of it
  std::size_t begin = 0;  // in bytes, in the message
  std::size_t end = 0;
  int line_from = 1;  // 1-based
  int line_to = 1;
  bool quoted = false;           // all of it stands in quotation marks: somebody else's words, or an example
  std::string_view header = {};  // for a list item: the line ending with ':' before the list (without the ':')
};

// The sentences of `message` in order; the views point into it. Left out: fenced code, quoted lines (">"), lines of
// diffs, logs and stack traces. Each item of a list is a sentence, or more if it holds more. Text splits after . ! ? …
// before a space, at a semicolon and at " -- "; not after abbreviations and initials, nor inside decimals, versions,
// addresses, file names or `inline code`. A line break ends a sentence. Linear in the message.
[[nodiscard]] std::vector<Sentence> sentences(std::string_view message);

// The parts of a sentence that say something on their own: it is split at a comma, "and" or "but" where the part before
// and the part after each have a verb, both are long enough, and the second is not a dependent clause ("because …").
// Nothing is split inside brackets, quotation marks or backticks. At least one part unless the sentence is blank.
[[nodiscard]] std::vector<std::string_view> clauses(std::string_view sentence);

// Whether any word of `text` is, or by its ending probably is, a verb.
[[nodiscard]] bool has_verb(std::string_view text);

}  // namespace holdfast::language
