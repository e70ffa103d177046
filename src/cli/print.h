// Text for people: safe to show on a terminal, aligned, readable.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/world.h"

namespace holdfast::cli {

// Control characters replaced, so that stored text cannot steer the terminal it is printed on. Line breaks and tabs
// stay in printable(); one_line() turns every run of white space into one space.
[[nodiscard]] std::string printable(std::string_view text);
[[nodiscard]] std::string one_line(std::string_view text);

// Columns that `text` takes on a terminal (East Asian wide characters take two), and `text` cut to at most `columns`,
// with an ellipsis when something was cut.
[[nodiscard]] std::size_t display_width(std::string_view text);
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

// `text` broken into lines of at most `columns` at spaces; a longer word stays whole.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// A member as text: a string as it is, null or absent as "", anything else as JSON.
[[nodiscard]] std::string text_of(const boost::json::value& value);
[[nodiscard]] std::string field(const boost::json::value& object, std::string_view name);

// Rows under headers, each column as wide as its widest cell. On a terminal the last column is cut to fit.
class Table {
 public:
  explicit Table(std::vector<std::string> headers) : rows_{std::move(headers)} {}
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  void print(World& world) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A table of JSON objects whose members name the columns, in the order they first appear.
void print_objects(World& world, const boost::json::array& rows);

// Nested JSON as indented "name: value" lines; an object of scalars within a list takes one line.
void print_tree(World& world, const boost::json::value& value, std::size_t indent = 0);

// One JSON document, on a line of its own.
void print_json(World& world, const boost::json::value& value);

}  // namespace holdfast::cli
