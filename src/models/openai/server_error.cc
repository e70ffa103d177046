#include "models/openai/server_error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

namespace json = boost::json;

constexpr std::size_t kMessageBytes = 300;
constexpr std::size_t kReadBytes = 4'000;  // of a message, to see what it speaks of
constexpr std::size_t kLeastContext = 16, kMostContext = 1'000'000'000;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size() && out.size() < kMessageBytes;) {
    const char32_t c = next_code_point(text, at);
    const bool blank = c < 0x20 || c == 0x7F || c == ' ';
    if (!blank) append_utf8(out, c);
    if (blank && !out.empty() && !out.ends_with(' ')) out.push_back(' ');
  }
  while (out.ends_with(' ')) out.pop_back();
  return std::string(first_bytes(out, kMessageBytes));
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::size_t count_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return 0;
  return static_cast<std::size_t>(value->get_int64());
}

// A number that may be written as a text.
int status_of(const json::object& object) {
  for (const std::string_view name : {"code", "status", "status_code"}) {
    std::size_t number = count_of(object, name);
    if (const std::string_view text = text_of(object, name); !text.empty())
      std::from_chars(text.data(), text.data() + text.size(), number);
    if (number >= 400 && number < 600) return static_cast<int>(number);
  }
  return 0;
}

// The first number in the text, as long as it comes soon; commas may group its digits.
std::optional<std::size_t> number_soon(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view near = text.substr(0, 40);
  const auto begin = std::ranges::find_if(near, is_digit);
  if (begin == near.end()) return std::nullopt;
  std::size_t number = 0;
  for (std::size_t at = static_cast<std::size_t>(begin - near.begin()); at < text.size(); ++at) {
    if (text[at] == ',' && at + 1 < text.size() && is_digit(text[at + 1])) continue;
    if (!is_digit(text[at])) break;
    number = number * 10 + static_cast<std::size_t>(text[at] - '0');
    if (number > kMostContext) return std::nullopt;
  }
  if (number < kLeastContext) return std::nullopt;
  return number;
}

// The last number before `end`.
std::optional<std::size_t> number_before(std::string_view text, std::size_t end) {
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == ','; };
  std::size_t begin = end;
  while (begin > 0 && text[begin - 1] == ' ') --begin;
  while (begin > 0 && is_part(text[begin - 1])) --begin;
  return number_soon(text.substr(begin, end - begin));
}

// How servers say that a prompt is too long, in lower case. Sources: llama.cpp tools/server, vLLM's OpenAI entry
// points, Ollama's runner, LM Studio, and the documented errors of OpenAI, Anthropic, Gemini, Mistral and Workers AI.
constexpr std::array<std::string_view, 17> kTooLong{"context_length_exceeded",
                                                    "exceed_context_size",
                                                    "maximum context length",
                                                    "available context size",
                                                    "context size",
                                                    "context length",
                                                    "context window",
                                                    "maximum model length",
                                                    "max_model_len",
                                                    "prompt is too long",
                                                    "prompt too long",
                                                    "input is too long",
                                                    "input length exceeds",
                                                    "input token count",
                                                    "context the overflows",
                                                    "reduce the length of the messages",
                                                    "reduce your prompt"};

// What the number that would fit follows, the surest first.
constexpr std::array<std::string_view, 9> kSizeFollows{
    "maximum context length", "available context size", "maximum model length",
    "context length of only", "context window limit",   "tokens allowed",
    "context window",         "context size",           "context length"};

std::size_t size_in(std::string_view message) {
  for (const std::string_view words : kSizeFollows) {
    const std::size_t at = message.find(words);
    if (at == std::string_view::npos) continue;
    if (const auto number = number_soon(message.substr(at + words.size()))) return *number;
    if (const auto number = number_before(message, at)) return *number;
  }
  // "… 210000 tokens > 200000 maximum"
  const std::size_t at = message.find(" maximum");
  if (at == std::string_view::npos) return 0;
  return number_before(message, at).value_or(0);
}

// FastAPI's {"detail": [{"loc": ["body", "response_format"], "msg": "…", "input": …}]}; what came in is left out.
void add_details(std::string& message, const json::array& details) {
  for (const json::value& detail : details) {
    if (!detail.is_object()) continue;
    const json::object& object = detail.get_object();
    if (const json::value* where = object.if_contains("loc"); where != nullptr && where->is_array()) {
      for (const json::value& part : where->get_array())
        if (part.is_string()) message.append(part.get_string()).append(" ");
    }
    message.append(text_of(object, "msg")).append(text_of(object, "message")).append(" ");
  }
}

// The object that says what is wrong; `body` itself when nothing in it does.
const json::object& told_in(const json::object& body) {
  if (const json::value* error = body.if_contains("error"); error != nullptr && error->is_object())
    return error->get_object();
  if (const json::value* errors = body.if_contains("errors"); errors != nullptr && errors->is_array()) {
    if (!errors->get_array().empty() && errors->get_array().front().is_object())
      return errors->get_array().front().get_object();
  }
  return body;
}

ServerError finished(ServerError error, std::string_view said, std::string_view kinds) {
  error.words = lower(first_bytes(said, kReadBytes)) + " " + lower(kinds);
  error.too_long = error.too_long || error.status == 413 ||
                   std::ranges::any_of(kTooLong, [&](std::string_view phrase) { return error.words.contains(phrase); });
  if (error.too_long && error.context_tokens == 0) error.context_tokens = size_in(error.words);
  error.message = one_line(said);
  return error;
}

ServerError of_object(int status, const json::object& body) {
  const json::object& told = told_in(body);
  ServerError error{.status = status, .message = {}, .words = {}, .param = std::string(text_of(told, "param"))};
  if (error.status < 400) error.status = status_of(told);
  std::string message(text_of(told, "message"));
  if (message.empty()) message = text_of(body, "error");
  if (message.empty()) message = text_of(body, "detail");
  if (const json::value* details = body.if_contains("detail"); details != nullptr && details->is_array())
    add_details(message, details->get_array());
  const std::size_t size = count_of(told, "n_ctx");  // llama.cpp
  if (size >= kLeastContext && size <= kMostContext && told.contains("n_prompt_tokens")) {
    error.too_long = true;
    error.context_tokens = size;
  }
  return finished(std::move(error), message,
                  std::string(text_of(told, "code")).append(" ").append(text_of(told, "type")));
}

}  // namespace

ServerError server_error_in(int status, const json::value& body) {
  if (const json::array* array = body.if_array(); array != nullptr && !array->empty() && array->front().is_object())
    return of_object(status, array->front().get_object());
  if (body.is_object()) return of_object(status, body.get_object());
  return finished({.status = status, .message = {}, .words = {}, .param = {}}, {}, {});
}

ServerError read_server_error(int status, std::string_view body) {
  boost::system::error_code error;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  try {
    const json::value value = json::parse(body, error, {}, options);
    if (!error && value.is_structured()) return server_error_in(status, value);
  } catch (const std::exception&) {
    // A body that cannot be parsed is read as text.
  }
  return finished({.status = status, .message = {}, .words = {}, .param = {}}, body, {});
}

bool is_passing(const ServerError& error) {
  return error.status == 0 || error.status == 408 || error.status == 429 || error.status >= 500;
}

bool speaks_of(const ServerError& error, std::string_view word) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  if (error.param == word || error.param.starts_with(std::string(word) + ".")) return true;
  const std::string& text = error.words;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

}  // namespace holdfast::models
