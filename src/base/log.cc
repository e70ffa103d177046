#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/clock.h"
#include "base/utf8.h"

namespace holdfast::log {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    auto logger = std::make_shared<spdlog::logger>("holdfast", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::info);
    logger->flush_on(spdlog::level::trace);
    return logger;
  }();
  return *made;
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view message,
           std::initializer_list<Field> fields) {
  if (!logger().should_log(level)) return;
  boost::json::object line;
  line["time"] = format_iso(SystemClock().now());
  line["level"] = name;
  line["message"] = message;
  for (const auto& [key, value] : fields) line[key] = valid_utf8(value) ? value : std::string("(not UTF-8)");
  logger().log(level, boost::json::serialize(line));
}

}  // namespace

void set_level(Level level) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                                   spdlog::level::err, spdlog::level::off};
  logger().set_level(kLevels[static_cast<int>(level)]);
}

bool parse_level(std::string_view text, Level& level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error", "off"};
  for (int i = 0; i < 5; ++i) {
    if (text != kNames[i]) continue;
    level = static_cast<Level>(i);
    return true;
  }
  return false;
}

void debug(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::debug, "debug", message, fields);
}
void info(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::info, "info", message, fields);
}
void warning(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::warn, "warning", message, fields);
}
void error(std::string_view message, std::initializer_list<Field> fields) {
  write(spdlog::level::err, "error", message, fields);
}

}  // namespace holdfast::log
