// Structured logs: one JSON object a line on standard error.
//
//   log::warning("purge failed", {{"profile", id}, {"error", message}});
//   → {"time":"2026-04-21T00:00:00.000Z","level":"warning","message":"purge failed","profile":"…","error":"…"}
//
// Never log what people said: ids, counts and errors only. Thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

using Field = std::pair<std::string_view, std::string>;

void set_level(Level level);
[[nodiscard]] bool parse_level(std::string_view text, Level& level);  // "debug", "info", "warning", "error", "off"

void debug(std::string_view message, std::initializer_list<Field> fields = {});
void info(std::string_view message, std::initializer_list<Field> fields = {});
void warning(std::string_view message, std::initializer_list<Field> fields = {});
void error(std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace holdfast::log
