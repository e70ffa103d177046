#include "models/openai/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "models/openai/server_error.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kOllamaContext = 4'096;
constexpr std::size_t kMaxModels = 1'000;

const json::value* at(const json::value& value, std::string_view name) {
  const json::object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::size_t count_at(const json::value& value, std::string_view name) {
  const json::value* found = at(value, name);
  return found != nullptr && found->is_int64() && found->get_int64() > 0 ? static_cast<std::size_t>(found->get_int64())
                                                                         : 0;
}

std::string_view text_at(const json::value& value, std::string_view name) {
  const json::value* found = at(value, name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

const json::array* array_at(const json::value& value, std::string_view name) {
  const json::value* found = at(value, name);
  return found == nullptr ? nullptr : found->if_array();
}

// "llama3" is Ollama's "llama3:latest".
bool is_model(std::string_view listed, std::string_view wanted) {
  return listed == wanted || (listed.starts_with(wanted) && listed.substr(wanted.size()) == ":latest");
}

std::size_t context_of(const json::value& model) {
  for (const std::string_view name :
       {"max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length"}) {
    if (const std::size_t tokens = count_at(model, name); tokens > 0) return tokens;
  }
  return 0;
}

// The answer's JSON; null where the server has no such thing.
Task<Result<json::value>> ask(const Provider& provider, std::string method, std::string path, std::string body,
                              std::chrono::milliseconds budget) {
  ProviderCall call;
  call.method = std::move(method);
  call.path = std::move(path);
  call.body = std::move(body);
  call.budget = budget;
  call.max_retries = 0;
  call.priority = Priority::kQuery;
  HOLDFAST_CO_TRY(const ProviderReply reply, co_await provider.call(std::move(call)));
  if (reply.status == 401 || reply.status == 403) {
    const ServerError error = read_server_error(reply.status, reply.body);
    co_return fail(Code::kProviderFailed,
                   fmt::format("the server refuses the key ({}): {}", reply.status, error.message), {}, "refused");
  }
  if (!reply.ok()) co_return json::value();
  boost::system::error_code error;
  json::value value;
  try {
    value = json::parse(reply.body, error);
  } catch (const std::exception&) {
    co_return json::value();
  }
  if (error) co_return json::value();
  co_return value;
}

Task<std::size_t> ask_ollama(const Provider& provider, std::string root, std::string model,
                             std::chrono::milliseconds budget) {
  const Result<json::value> loaded = co_await ask(provider, "GET", root + "/api/ps", {}, budget);
  if (loaded) {
    if (const std::size_t tokens = read_ollama_loaded(*loaded, model); tokens > 0) co_return tokens;
  }
  std::string body = json::serialize(json::object{{"model", model}});
  const Result<json::value> shown = co_await ask(provider, "POST", root + "/api/show", std::move(body), budget);
  co_return shown ? read_ollama_model(*shown) : 0;
}

}  // namespace

ListedModels read_models(const json::value& answer, std::string_view model) {
  ListedModels listed;
  const json::array* models = answer.is_array() ? &answer.get_array() : array_at(answer, "data");
  if (models == nullptr) return listed;
  const json::value* chosen = nullptr;
  for (const json::value& one : *models) {
    const std::string_view name = text_at(one, "id");
    if (name.empty() || listed.names.size() == kMaxModels) continue;
    listed.names.emplace_back(name);
    if (chosen == nullptr && (model.empty() || is_model(name, model))) chosen = &one;
    if (listed.owner.empty()) listed.owner = text_at(one, "owned_by");
  }
  if (chosen == nullptr && listed.names.size() == 1) chosen = &models->front();  // llama.cpp takes any name
  if (chosen != nullptr) listed.context_tokens = context_of(*chosen);
  return listed;
}

ServerLimits read_llama_props(const json::value& answer) {
  ServerLimits limits;
  const json::value* settings = at(answer, "default_generation_settings");
  if (settings == nullptr) return limits;
  limits.context_tokens = count_at(*settings, "n_ctx");
  limits.total_slots = count_at(answer, "total_slots");
  limits.llama_slots = limits.total_slots > 0;
  return limits;
}

std::size_t read_ollama_loaded(const json::value& answer, std::string_view model) {
  const json::array* models = array_at(answer, "models");
  if (models == nullptr) return 0;
  for (const json::value& one : *models) {
    if (is_model(text_at(one, "name"), model) || is_model(text_at(one, "model"), model))
      return count_at(one, "context_length");
  }
  return 0;
}

std::size_t read_ollama_model(const json::value& answer) {
  const json::value* info = at(answer, "model_info");
  const std::string_view parameters = text_at(answer, "parameters");
  if (info == nullptr && parameters.empty()) return 0;
  // "num_ctx                        8192"
  if (const std::size_t found = parameters.find("num_ctx"); found != std::string_view::npos) {
    const std::size_t begin = parameters.find_first_of("0123456789", found);
    std::size_t tokens = 0;
    if (begin != std::string_view::npos)
      std::from_chars(parameters.data() + begin, parameters.data() + parameters.size(), tokens);
    if (tokens > 0) return tokens;
  }
  std::size_t own = 0;
  if (info != nullptr && info->is_object()) {
    for (const auto& member : info->get_object()) {
      if (std::string_view(member.key()).ends_with(".context_length")) own = count_at(*info, member.key());
    }
  }
  return own == 0 ? kOllamaContext : std::min(own, kOllamaContext);
}

std::string server_root(std::string_view base_url) {
  const auto without_slashes = [](std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
  };
  std::string_view root = without_slashes(base_url);
  if (root.ends_with("/v1")) root = without_slashes(root.substr(0, root.size() - 3));
  return std::string(root);
}

Task<Result<ServerLimits>> find_limits(const Provider& provider, std::string model, std::chrono::milliseconds budget) {
  const std::string root = server_root(provider.options().base_url);
  HOLDFAST_CO_TRY(const json::value models, co_await ask(provider, "GET", "/models", {}, budget));
  const ListedModels listed = read_models(models, model);
  if (model.empty() && !listed.names.empty()) model = listed.names.front();
  ServerLimits limits{.models = listed.names, .context_tokens = listed.context_tokens};
  // Paths that are no part of the common interface are tried only where the server is of the kind that has them, or is
  // of no known kind and near: a service on the internet may take them for an attack.
  const bool near = provider.options().base_url.starts_with("http://");
  const bool unknown = near && listed.owner != "llamacpp" && listed.owner != "vllm" && listed.owner != "library" &&
                       listed.owner != "organization_owner";
  if (listed.owner == "llamacpp" || unknown) {
    const Result<json::value> props = co_await ask(provider, "GET", root + "/props", {}, budget);
    if (props) {
      const ServerLimits read = read_llama_props(*props);
      if (read.context_tokens > 0) limits.context_tokens = read.context_tokens;
      limits.llama_slots = read.llama_slots;
      limits.total_slots = read.total_slots;
    }
  }
  if (limits.context_tokens == 0 && (listed.owner == "organization_owner" || unknown)) {
    const Result<json::value> lm_studio = co_await ask(provider, "GET", root + "/api/v0/models", {}, budget);
    if (lm_studio) limits.context_tokens = read_models(*lm_studio, model).context_tokens;
  }
  if (limits.context_tokens == 0 && (listed.owner == "library" || unknown))
    limits.context_tokens = co_await ask_ollama(provider, root, model, budget);
  co_return limits;
}

}  // namespace holdfast::models
