#include "models/openai/verdict.h"

#include <fmt/core.h>

#include <utility>

#include "models/openai/backoff.h"

namespace holdfast::models {
namespace {

using Retry = Verdict::Retry;
using Sign = Verdict::Sign;
using std::chrono::ceil;
using std::chrono::seconds;

Error failed(std::string message, std::string_view outcome) {
  return {Code::kProviderFailed, std::move(message), {}, std::string(outcome)};
}

Verdict no_reply(const Error& error, const ProviderOptions& options) {
  const auto because = [&](std::string_view word) { return error.cause.starts_with(word); };
  if (error.code == Code::kCancelled) {
    if (because(net::no_answer::kStopped)) return {.sign = Sign::kNone, .error = error};
    return {.retry = Retry::kYes,
            .sign = Sign::kNoAnswer,
            .reason = "timeout",
            .error = failed(fmt::format("{}: [{}] timeout_ms allows more", error.message, options.name), "timeout")};
  }
  if (error.code != Code::kIo) return {.sign = Sign::kNone, .error = error};
  const std::string where = fmt::format("{} [{}] base_url names it", error.message, options.name);
  if (because(net::no_answer::kUntrusted))
    return {.sign = Sign::kNoAnswer, .error = failed(error.message, "unreachable")};
  if (because(net::no_answer::kUnreachable))
    return {
        .retry = Retry::kYes, .sign = Sign::kNoAnswer, .reason = "unreachable", .error = failed(where, "unreachable")};
  return {
      .retry = Retry::kYes, .sign = Sign::kNoAnswer, .reason = "broke_off", .error = failed(error.message, "failed")};
}

// llama.cpp answers so from its start until its weights are read.
bool is_loading(const net::OutboundReply& reply) {
  return reply.status == 503 && reply.body.find("oading model") != std::string::npos;
}

Verdict server_error(const net::OutboundReply& reply, const std::string& origin) {
  Verdict verdict{.retry = Retry::kOnce, .reason = std::to_string(reply.status)};
  std::string message;
  if (is_loading(reply)) {
    verdict.retry = Retry::kLoading;
    message = fmt::format("{} is still loading its model (503): wait until it is ready", origin);
  } else if (reply.status == 503) {
    verdict.retry = Retry::kYes;
    message = fmt::format("{} is overloaded or not ready (503): look at its log, then try again", origin);
  } else {
    message = fmt::format("{} failed ({}): look at its log, then try again", origin, reply.status);
  }
  if (reply.status == 502 || reply.status == 503 || reply.status == 504) verdict.sign = Sign::kNoAnswer;
  verdict.error = failed(std::move(message), "failed");
  return verdict;
}

}  // namespace

std::string duration_text(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

Verdict judge(const Result<net::OutboundReply>& reply, const ProviderOptions& options, const std::string& origin,
              TimeMs now) {
  if (!reply) return no_reply(reply.error(), options);
  const int status = reply->status;
  Verdict verdict;
  if (status == 429) {
    verdict = {.retry = Retry::kYes, .reason = "429"};
    verdict.error =
        failed(fmt::format("{} takes no more requests for now (429): lower [{}] concurrency, or raise its limit",
                           origin, options.name),
               "rate_limited");
  } else if (status == 408) {
    verdict = {.retry = Retry::kYes, .reason = "408"};
    verdict.error =
        failed(fmt::format("{} gave up on the request (408): it is too busy or too slow", origin), "timeout");
  } else if (status >= 500) {
    verdict = server_error(*reply, origin);
  } else if (status >= 400 || (status >= 200 && status < 300)) {
    verdict.done = true;
    return verdict;
  } else {
    verdict.error = failed(fmt::format("{} answers with a redirect ({}), which is not followed so that no key goes "
                                       "elsewhere: put the server's own address in [{}] base_url",
                                       origin, status, options.name),
                           "refused");
    return verdict;
  }
  verdict.wait = retry_after(reply->headers, now);
  if (verdict.wait) {
    verdict.error.retry_after_seconds = static_cast<int>(ceil<seconds>(*verdict.wait).count());
    verdict.error.message += fmt::format("; it says to try again in {} s", verdict.error.retry_after_seconds);
  }
  return verdict;
}

}  // namespace holdfast::models
