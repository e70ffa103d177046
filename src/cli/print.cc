#include "cli/print.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kColumnGap = 2;
constexpr std::size_t kNarrowestColumn = 20;  // the last column is not cut below this

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// The ranges of Unicode's East Asian Width "W" and "F" that matter in practice.
std::size_t width_of(char32_t c) {
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

bool is_scalar(const json::value& value) { return !value.is_object() && !value.is_array(); }

bool is_empty(const json::value& value) {
  return (value.is_object() && value.get_object().empty()) || (value.is_array() && value.get_array().empty());
}

// Something that fits on one line: a scalar, or an object of nothing but scalars.
bool is_flat(const json::value& value) {
  if (const json::object* members = value.if_object())
    return std::ranges::all_of(*members, [](const auto& member) { return is_scalar(member.value()); });
  return is_scalar(value);
}

std::string flat(const json::value& value) {
  const json::object* members = value.if_object();
  if (members == nullptr) return one_line(text_of(value));
  std::string line;
  for (const auto& member : *members) {
    if (!line.empty()) line += ", ";
    line += one_line(member.key()) + ": " + one_line(text_of(member.value()));
  }
  return line;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    append_utf8(out, is_control(c) && c != '\n' && c != '\t' ? U'\uFFFD' : c);
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += width_of(next_code_point(text, at));
  return width;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    width += width_of(next_code_point(text, at));
    if (width > columns - 1) return std::string(text.substr(0, before)) + "…";
  }
  return std::string(text);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line;
    for (std::size_t at = from; at < end;) {
      const std::size_t stop = std::min(text.find(' ', at), end);
      const std::string_view word = text.substr(at, stop - at);
      if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
        lines.push_back(std::move(line));
        line.clear();
      } else if (at != from) {
        line += ' ';
      }
      line += word;
      at = stop + 1;
    }
    lines.push_back(std::move(line));
    from = end + 1;
  }
  return lines;
}

std::string text_of(const json::value& value) {
  if (value.is_null()) return {};
  if (const json::string* text = value.if_string()) return std::string(*text);
  if (const double* number = value.if_double()) return fmt::format("{:.6g}", *number);
  return json::serialize(value);
}

std::string field(const json::value& object, std::string_view name) {
  const json::object* members = object.if_object();
  const json::value* value = members == nullptr ? nullptr : members->if_contains(name);
  return value == nullptr ? std::string() : text_of(*value);
}

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = one_line(cell);
  cells.resize(rows_.front().size());
  rows_.push_back(std::move(cells));
}

void Table::print(World& world) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  for (const auto& row : rows_) {
    std::string line;
    std::size_t used = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i + 1 == row.size()) {
        const std::size_t left = world.columns > used ? world.columns - used : 0;
        line += world.out_is_terminal ? fit(row[i], std::max(left, kNarrowestColumn)) : row[i];
      } else {
        line += row[i] + std::string(widths[i] - display_width(row[i]) + kColumnGap, ' ');
        used += widths[i] + kColumnGap;
      }
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    world.out << line << '\n';
  }
}

void print_objects(World& world, const json::array& rows) {
  std::vector<std::string> names;
  for (const json::value& row : rows)
    if (const json::object* members = row.if_object())
      for (const auto& member : *members)
        if (std::ranges::find(names, member.key()) == names.end()) names.emplace_back(member.key());
  if (names.empty()) return;
  Table table(names);
  for (const json::value& row : rows) {
    std::vector<std::string> cells;
    for (const std::string& name : names) cells.push_back(field(row, name));
    table.add(std::move(cells));
  }
  table.print(world);
}

void print_tree(World& world, const json::value& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (const json::object* members = value.if_object()) {
    for (const auto& member : *members) {
      world.out << margin << printable(member.key()) << ':';
      if (is_scalar(member.value())) {
        world.out << ' ' << one_line(text_of(member.value())) << '\n';
      } else if (is_empty(member.value())) {
        world.out << " none\n";
      } else {
        world.out << '\n';
        print_tree(world, member.value(), indent + 2);
      }
    }
  } else if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) {
      if (is_flat(item)) {
        world.out << margin << "- " << flat(item) << '\n';
      } else {
        world.out << margin << "-\n";
        print_tree(world, item, indent + 2);
      }
    }
  } else {
    world.out << margin << one_line(text_of(value)) << '\n';
  }
}

void print_json(World& world, const json::value& value) { world.out << json::serialize(value) << '\n'; }

}  // namespace holdfast::cli
