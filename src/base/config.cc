#include "base/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>
#include <vector>

namespace holdfast {
namespace {

// Where a value goes, and what is right for it.
enum class Kind { kText, kNumber, kSwitch, kLines };

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

// One value a line in the environment, an array in the file.
Value headers(std::vector<std::string>& target) {
  return {Kind::kLines, [&target](const std::string& value) -> Result<> {
            std::vector<std::string> lines;
            for (std::size_t at = 0; at < value.size();) {
              const std::size_t end = std::min(value.find('\n', at), value.size());
              if (end > at) lines.push_back(value.substr(at, end - at));
              at = end + 1;
            }
            for (const std::string& line : lines) {
              const std::size_t colon = line.find(':');
              if (colon == 0 || colon == std::string::npos)
                return fail(Code::kInvalid, fmt::format("must hold headers like \"Name: value\", not \"{}\"", line));
            }
            target = std::move(lines);
            return {};
          }};
}

Value url(std::string& target) {
  return {Kind::kText, [&target](const std::string& value) -> Result<> {
            if (!value.empty() && !value.starts_with("http://") && !value.starts_with("https://"))
              return fail(Code::kInvalid, fmt::format("must begin with http:// or https://, not \"{}\"", value));
            target = value;
            while (target.ends_with('/')) target.pop_back();
            return {};
          }};
}

void add_provider(std::vector<Key>& keys, const char* section, Config::Provider& provider) {
  keys.push_back({section, "base_url", url(provider.base_url)});
  keys.push_back({section, "api_key", text(provider.api_key)});
  keys.push_back({section, "api_key_env", text(provider.api_key_env)});
  keys.push_back({section, "api_key_file", text(provider.api_key_file)});
  keys.push_back({section, "headers", headers(provider.headers)});
  keys.push_back({section, "model", text(provider.model)});
  keys.push_back({section, "timeout_ms", number<std::int64_t>(provider.timeout_ms, 1, 3'600'000)});
  keys.push_back({section, "retries", number<std::int64_t>(provider.retries, 0, 100)});
  keys.push_back({section, "concurrency", number<std::int64_t>(provider.concurrency, 1, 1'024)});
}

std::vector<Key> keys_of(Config& config) {
  constexpr std::int64_t kMany = std::int64_t{1} << 40;
  constexpr std::int64_t kLongMs = 3'600'000;
  auto& [server, limits, llm, embedding, privacy, models, vectors, log] = config;
  std::vector<Key> keys = {
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
      {"llm", "extract_model", text(llm.extract_model)},
      {"llm", "verify_model", text(llm.verify_model)},
      {"llm", "classify_model", text(llm.classify_model)},
      {"llm", "analyse_model", text(llm.analyse_model)},
      {"llm", "synthesise_model", text(llm.synthesise_model)},
      {"llm", "recall_timeout_ms", number<std::int64_t>(llm.recall_timeout_ms, 1, kLongMs)},
      {"llm", "context_tokens", number<std::int64_t>(llm.context_tokens, 0, kMany)},
      {"llm", "affinity_header", text(llm.affinity_header)},
      {"llm", "stream", yes_or_no(llm.stream)},
      {"llm", "cache", yes_or_no(llm.cache)},
      {"llm", "cache_bytes", number<std::int64_t>(llm.cache_bytes, 1, kMany)},
      {"llm", "tokens_per_day", number<std::int64_t>(llm.tokens_per_day, 0, kMany)},
      {"llm", "gate", yes_or_no(llm.gate)},
      {"embedding", "dimensions", number<std::int64_t>(embedding.dimensions, 0, 65'536)},
      {"embedding", "batch", number<std::int64_t>(embedding.batch, 1, 2'048)},
      {"embedding", "input_tokens", number<std::int64_t>(embedding.input_tokens, 0, 1'000'000)},
      {"embedding", "query_prefix", text(embedding.query_prefix)},
      {"embedding", "passage_prefix", text(embedding.passage_prefix)},
      {"privacy", "redact", yes_or_no(privacy.redact)},
      {"privacy", "redact_messages", yes_or_no(privacy.redact_messages)},
      {"models", "encoder", word(models.encoder, {"embedded", "none"})},
      {"models", "file", text(models.file)},
      {"vectors", "messages", yes_or_no(vectors.messages)},
      {"vectors", "backlog", number<std::int64_t>(vectors.backlog, 1, 100'000'000)},
      {"log", "level", word(log.level, {"debug", "info", "warning", "error", "off"})},
  };
  add_provider(keys, "llm", llm);
  add_provider(keys, "embedding", embedding);
  return keys;
}

// One way to give a key, so that nobody wonders which one holds.
Result<> find_key(const char* section, Config::Provider& provider, const Environment& environment) {
  const int ways = static_cast<int>(!provider.api_key.empty()) + static_cast<int>(!provider.api_key_env.empty()) +
                   static_cast<int>(!provider.api_key_file.empty());
  if (ways > 1)
    return fail(Code::kInvalid,
                fmt::format("[{}] has more than one of api_key, api_key_env and api_key_file: keep one", section));
  if (!provider.api_key_env.empty()) {
    std::optional<std::string> key = environment(provider.api_key_env);
    if (!key)
      return fail(Code::kInvalid, fmt::format("[{}] api_key_env names {}, which is not set in the environment", section,
                                              provider.api_key_env));
    provider.api_key = *std::move(key);
  }
  if (!provider.api_key_file.empty()) {
    std::ifstream file(provider.api_key_file);
    if (!std::getline(file, provider.api_key) || provider.api_key.empty())
      return fail(Code::kInvalid, fmt::format("[{}] api_key_file: there is no key in the first line of {}", section,
                                              provider.api_key_file));
    if (provider.api_key.ends_with('\r')) provider.api_key.pop_back();
  }
  return {};
}

Error in(const std::string& where, Error error) {
  error.message = where + ": " + error.message;
  return error;
}

Result<> set_from(const toml::node& node, const Value& value) {
  if (const auto text = node.value_exact<std::string>()) return value.set(*text);
  if (value.kind == Kind::kLines) {
    const toml::array* items = node.as_array();
    std::string lines;
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const auto line = (*items)[i].value_exact<std::string>();
      if (!line) items = nullptr;
      if (line) lines.append(*line).append("\n");
    }
    if (items == nullptr) return fail(Code::kInvalid, "must be a list of texts in quotes");
    return value.set(lines);
  }
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
  HOLDFAST_CHECK(find_key("llm", config.llm, environment));
  HOLDFAST_CHECK(find_key("embedding", config.embedding, environment));
  return config;
}

}  // namespace holdfast
