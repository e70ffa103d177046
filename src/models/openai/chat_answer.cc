#include "models/openai/chat_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "net/outbound.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::string_view kSpace = " \t\r\n";

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string_view text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::optional<std::int64_t> count_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto count = value->to_number<std::int64_t>(error);
  if (error || count < 0) return std::nullopt;
  return count;
}

// A text, or a list of parts of which some are texts.
void append_content(const json::object& message, std::string& out) {
  const json::value* content = message.if_contains("content");
  if (content == nullptr) return;
  if (content->is_string()) out.append(content->get_string());
  if (!content->is_array()) return;
  for (const json::value& part : content->get_array()) {
    if (part.is_string()) out.append(part.get_string());
    if (!part.is_object()) continue;
    const std::string_view type = text_in(part.get_object(), "type");
    if (type.empty() || type == "text" || type == "output_text") out.append(text_in(part.get_object(), "text"));
  }
}

void read_usage(const json::object& answer, std::optional<ChatUsage>& out) {
  const json::object* usage = object_in(answer, "usage");
  if (usage == nullptr) return;
  const auto prompt = count_in(*usage, "prompt_tokens"), completion = count_in(*usage, "completion_tokens");
  if (!prompt && !completion) return;
  ChatUsage read{.prompt_tokens = prompt.value_or(0), .completion_tokens = completion.value_or(0)};
  if (const json::object* details = object_in(*usage, "prompt_tokens_details"))
    read.cached_tokens = count_in(*details, "cached_tokens").value_or(0);
  if (read.cached_tokens == 0)
    read.cached_tokens = count_in(*usage, "prompt_cache_hit_tokens").value_or(0);  // DeepSeek
  if (const json::object* timings = object_in(answer, "timings"); timings != nullptr && read.cached_tokens == 0)
    read.cached_tokens = count_in(*timings, "cache_n").value_or(0);  // llama.cpp
  out = read;
}

const json::object* first_choice(const json::object& answer) {
  const json::value* choices = answer.if_contains("choices");
  if (choices == nullptr || !choices->is_array()) return nullptr;
  for (const json::value& choice : choices->get_array()) {
    if (choice.is_object() && count_in(choice.get_object(), "index").value_or(0) == 0) return &choice.get_object();
  }
  return nullptr;
}

Result<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // a character may be cut by the end of a token
  boost::system::error_code error;
  try {
    json::value value = json::parse(text, error, {}, options);
    if (!error) return value;
  } catch (const std::exception&) {
    // Told like any other text that is no JSON.
  }
  return fail(Code::kIo, "the server's answer is not JSON", {}, std::string(net::no_answer::kBrokeOff));
}

}  // namespace

void add_to_answer(const json::value& value, ChatAnswer& answer) {
  if (!value.is_object()) return;
  const json::object& object = value.get_object();
  const json::value* error = object.if_contains("error");
  if ((error != nullptr && !error->is_null()) || text_in(object, "object") == "error")
    answer.error = server_error_in(0, value);
  if (const std::string_view model = text_in(object, "model"); !model.empty()) answer.model = model;
  read_usage(object, answer.usage);
  const json::object* choice = first_choice(object);
  if (choice == nullptr) return;
  if (const std::string_view finish = text_in(*choice, "finish_reason"); !finish.empty()) answer.finish = finish;
  for (const std::string_view name : {"message", "delta"}) {
    if (const json::object* message = object_in(*choice, name)) {
      append_content(*message, answer.text);
      answer.refusal.append(text_in(*message, "refusal"));
    }
  }
  if (const json::value* failed = choice->if_contains("error"); failed != nullptr && failed->is_object())
    answer.error = server_error_in(0, *choice);
}

std::string spoken(std::string_view text) {
  constexpr std::string_view kThinks = "<think>", kHasThought = "</think>";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  const std::size_t end = text.find(kHasThought);
  if (text.starts_with(kThinks)) {
    if (end == std::string_view::npos) return {};
    return spoken(text.substr(end + kHasThought.size()));
  }
  // Where the prompt's template opens the thought, only its end is in the reply.
  if (end != std::string_view::npos && text.front() != '{' && text.front() != '[' && text.front() != '`')
    return spoken(text.substr(end + kHasThought.size()));
  text = text.substr(0, text.find_last_not_of(kSpace) + 1);
  if (valid_utf8(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) append_utf8(out, next_code_point(text, at));
  return out;
}

ChatAnswerReader::ChatAnswerReader()
    : events_([this](std::string_view, std::string_view data) { return event(data); }) {}

Result<> ChatAnswerReader::feed(std::string_view piece) {
  if (form_ == Form::kUnknown) {
    const std::size_t first = piece.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    form_ = piece[first] == '{' ? Form::kObject : Form::kEvents;
  }
  if (form_ == Form::kEvents) return events_.feed(piece);
  body_.append(piece);
  return {};
}

Result<> ChatAnswerReader::finish() {
  if (form_ == Form::kEvents) HOLDFAST_CHECK(events_.finish());
  if (form_ == Form::kObject) HOLDFAST_CHECK(object(std::exchange(body_, {})));
  if (form_ == Form::kObject || done_ || !answer_.finish.empty()) return {};
  return fail(Code::kIo, "the server's stream ended before the reply did", {}, std::string(net::no_answer::kBrokeOff));
}

Result<> ChatAnswerReader::event(std::string_view data) {
  const std::size_t begin = data.find_first_not_of(kSpace);
  if (done_ || begin == std::string_view::npos) return {};
  data = data.substr(begin, data.find_last_not_of(kSpace) + 1 - begin);
  if (data == "[DONE]") {
    done_ = true;
    return {};
  }
  const Result<> whole = object(data);
  // Some servers leave out the empty lines between their events, which makes one event of several.
  if (whole || answer_.error || !data.contains('\n')) return whole;
  for (std::size_t end = 0; end != std::string_view::npos; data.remove_prefix(end + 1)) {
    end = data.find('\n');
    HOLDFAST_CHECK(event(data.substr(0, end)));
    if (end == std::string_view::npos) break;
  }
  return {};
}

Result<> ChatAnswerReader::object(std::string_view text) {
  HOLDFAST_TRY(const json::value value, parse(text));
  add_to_answer(value, answer_);
  if (!answer_.error) return {};
  return fail(is_passing(*answer_.error) && !answer_.error->too_long ? Code::kIo : Code::kProviderFailed,
              fmt::format("the server reports: {}", answer_.error->message), {},
              std::string(net::no_answer::kBrokeOff));
}

}  // namespace holdfast::models
