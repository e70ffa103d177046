#include "base/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <vector>

namespace holdfast {
namespace {

// Where a value goes, and what is right for it.
enum class Kind { kText, kNumber, kSwitch };

struct Value {
  Kind kind;
  std::function<Result<>(const std::string& text)> set;
};

struct Key {
  const char* section;
  const char* name;
  Value value;
};

template <typename Number>
Value number(Number& target, Number least, Number most) {
  return {Kind::kNumber, [&target, least, most](const std::string& text) -> Result<> {
            Number value{};
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool in_range = value >= least && value <= most;  // a NaN is not
            if (error != std::errc() || end != text.data() + text.size() || !in_range)
              return fail(Code::kInvalid, fmt::format("must be a number from {} to {}, not \"{}\"", least, most, text));
            target = value;
            return {};
          }};
}

Value text(std::string& target) {
  return {Kind::kText, [&target](const std::string& value) -> Result<> {
            target = value;
            return {};
          }};
}

Value word(std::string& target, std::vector<std::string> words) {
  return {Kind::kText, [&target, words = std::move(words)](const std::string& value) -> Result<> {
            if (std::ranges::find(words, value) == words.end())
              return fail(Code::kInvalid, fmt::format("must be one of {}, not \"{}\"", fmt::join(words, ", "), value));
            target = value;
            return {};
          }};
}

Value yes_or_no(bool& target) {
  return {Kind::kSwitch, [&target](const std::string& value) -> Result<> {
            if (value != "true" && value != "false")
              return fail(Code::kInvalid, fmt::format("must be true or false, not \"{}\"", value));
            target = value == "true";
            return {};
          }};
}

std::vector<Key> keys_of(Config& config) {
  constexpr std::int64_t kMany = std::int64_t{1} << 40;
  constexpr std::int64_t kLongMs = 3'600'000;
  auto& [server, limits, models, vectors, log] = config;
  return {
      {"server", "data", text(server.data)},
      {"server", "host", text(server.host)},
      {"server", "port", number<std::uint16_t>(server.port, 0, 65'535)},
      {"server", "tls_certificate", text(server.tls_certificate)},
      {"server", "tls_key", text(server.tls_key)},
      {"server", "shutdown_seconds", number<std::int64_t>(server.shutdown_seconds, 0, 3'600)},
      {"limits", "connections", number<std::int64_t>(limits.connections, 1, 1'000'000)},
      {"limits", "requests_in_flight", number<std::int64_t>(limits.requests_in_flight, 1, 1'000'000)},
      {"limits", "body_bytes_in_flight", number<std::int64_t>(limits.body_bytes_in_flight, 1, kMany)},
      {"limits", "requests_per_second", number<double>(limits.requests_per_second, 0, 1e9)},
      {"limits", "open_bytes", number<std::int64_t>(limits.open_bytes, 1, kMany)},
      {"limits", "open_files", number<std::int64_t>(limits.open_files, 16, 1'000'000)},
      {"limits", "header_timeout_ms", number<std::int64_t>(limits.header_timeout_ms, 1, kLongMs)},
      {"limits", "body_timeout_ms", number<std::int64_t>(limits.body_timeout_ms, 1, kLongMs)},
      {"limits", "write_timeout_ms", number<std::int64_t>(limits.write_timeout_ms, 1, kLongMs)},
      {"limits", "keep_alive_timeout_ms", number<std::int64_t>(limits.keep_alive_timeout_ms, 1, kLongMs)},
      {"limits", "storage_threads", number<std::int64_t>(limits.storage_threads, 1, 1'024)},
      {"limits", "compute_threads", number<std::int64_t>(limits.compute_threads, 0, 1'024)},
      {"models", "encoder", word(models.encoder, {"embedded", "none"})},
      {"models", "file", text(models.file)},
      {"vectors", "messages", yes_or_no(vectors.messages)},
      {"vectors", "backlog", number<std::int64_t>(vectors.backlog, 1, 100'000'000)},
      {"log", "level", word(log.level, {"debug", "info", "warning", "error", "off"})},
  };
}

Error in(const std::string& where, Error error) {
  error.message = where + ": " + error.message;
  return error;
}

Result<> set_from(const toml::node& node, const Value& value) {
  if (const auto text = node.value_exact<std::string>()) return value.set(*text);
  if (value.kind == Kind::kText) return fail(Code::kInvalid, "must be a text in quotes");
  if (value.kind == Kind::kSwitch) {
    if (const auto on = node.value_exact<bool>()) return value.set(*on ? "true" : "false");
    return fail(Code::kInvalid, "must be true or false");
  }
  if (const auto whole = node.value_exact<std::int64_t>()) return value.set(std::to_string(*whole));
  if (const auto real = node.value_exact<double>()) return value.set(fmt::format("{}", *real));
  return fail(Code::kInvalid, "must be a number");
}

Result<> read_file(const std::string& file, const std::vector<Key>& keys) {
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    return fail(Code::kInvalid, fmt::format("{}: line {}: {}", file, error.source().begin.line, error.description()));
  }
  for (const auto& [section, node] : table) {
    const toml::table* entries = node.as_table();
    const auto in_section = [&](const Key& key) { return section.str() == key.section; };
    if (entries == nullptr || std::ranges::none_of(keys, in_section)) {
      std::set<std::string> sections;
      for (const Key& key : keys) sections.insert(key.section);
      return fail(Code::kInvalid, fmt::format("{}: unknown section [{}]; there are: {}", file, section.str(),
                                              fmt::join(sections, ", ")));
    }
    for (const auto& [name, value] : *entries) {
      const auto key = std::ranges::find_if(keys, [&](const Key& k) { return in_section(k) && name.str() == k.name; });
      const std::string where = fmt::format("{}: [{}] {}", file, section.str(), name.str());
      if (key == keys.end()) {
        std::vector<std::string> names;
        for (const Key& k : keys)
          if (in_section(k)) names.emplace_back(k.name);
        return fail(Code::kInvalid,
                    fmt::format("{}: unknown key; [{}] has: {}", where, section.str(), fmt::join(names, ", ")));
      }
      if (auto set = set_from(value, key->value); !set) return std::unexpected(in(where, set.error()));
    }
  }
  return {};
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<Config> load_config(const std::string& file, const Environment& environment) {
  Config config;
  const std::vector<Key> keys = keys_of(config);
  if (!file.empty()) HOLDFAST_CHECK(read_file(file, keys));
  for (const Key& key : keys) {
    std::string name = fmt::format("HOLDFAST_{}_{}", key.section, key.name);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const std::optional<std::string> value = environment(name);
    if (!value) continue;
    if (auto set = key.value.set(*value); !set) return std::unexpected(in(name, set.error()));
  }
  if (config.server.tls_certificate.empty() != config.server.tls_key.empty())
    return fail(Code::kInvalid, "TLS needs both a certificate and a key: set tls_certificate and tls_key");
  return config;
}

}  // namespace holdfast
