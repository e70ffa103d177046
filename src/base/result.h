// Errors are values.
//
// Every call that can fail returns Result<T>. Exceptions end where the library that throws is called; nothing of ours
// throws. The macros keep the happy path reading straight down:
//
//   HOLDFAST_TRY(const Profile profile, catalogue.find(name));   // declares `profile`, or returns the error
//   HOLDFAST_CHECK(store.append(batch));                          // returns the error, if there is one
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

// What went wrong, in the terms of the product. Each face of the server maps these to its own numbers in one table
// (api/envelope.h for REST, cli/exit.h for the command line).
enum class Code {
  kInvalid,           // malformed or over a limit: the caller's mistake
  kTooLarge,          // the body is over its limit
  kUnauthenticated,   // no token, or one nobody knows
  kForbidden,         // a known token without the needed scope
  kNotFound,          // a path nobody serves
  kMethodNotAllowed,  // a path that is served, with another method
  kNamespaceNotFound,
  kProfileNotFound,
  kMemoryNotFound,
  kMessageNotFound,
  kJobNotFound,
  kTokenNotFound,
  kNamespaceExists,
  kConflict,  // another writer was there first: fold again and retry
  kRateLimited,
  kOverloaded,      // a queue is full, a disk is full, the server is stopping: try again later
  kProviderFailed,  // a model provider failed and nothing could stand in
  kCorrupt,         // stored data cannot be trusted
  kNewerSchema,     // written by a newer version of Holdfast
  kDiskFull,
  kIo,
  kCancelled,
  kInternal,
};

// Stable lower-case name, for logs and metrics ("namespace_not_found").
[[nodiscard]] std::string_view code_name(Code code);

struct Error {
  Code code = Code::kInternal;
  std::string message;          // for people: what happened and what to do next
  std::string pointer = {};     // JSON pointer to the offending field of a request, "" if none
  std::string cause = {};       // the library's own words, for logs
  int retry_after_seconds = 0;  // for kRateLimited, kOverloaded and kDiskFull; 0: not known
};

template <typename T = void>
using Result = std::expected<T, Error>;

// Shorthand: return fail(Code::kInvalid, "…").
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message, std::string pointer = {},
                                                 std::string cause = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(pointer), std::move(cause)});
}

}  // namespace holdfast

#define HOLDFAST_CONCAT_(a, b) a##b
#define HOLDFAST_CONCAT(a, b) HOLDFAST_CONCAT_(a, b)

#define HOLDFAST_TRY_(temporary, declaration, ...)                      \
  auto temporary = (__VA_ARGS__);                                       \
  if (!temporary) return std::unexpected(std::move(temporary).error()); \
  declaration = *std::move(temporary)
#define HOLDFAST_TRY(declaration, ...) \
  HOLDFAST_TRY_(HOLDFAST_CONCAT(holdfast_result_, __LINE__), declaration, __VA_ARGS__)

#define HOLDFAST_CHECK(...)                                      \
  do {                                                           \
    if (auto&& holdfast_check = (__VA_ARGS__); !holdfast_check)  \
      return std::unexpected(std::move(holdfast_check).error()); \
  } while (false)

// The same two inside a coroutine.
#define HOLDFAST_CO_TRY_(temporary, declaration, ...)                      \
  auto temporary = (__VA_ARGS__);                                          \
  if (!temporary) co_return std::unexpected(std::move(temporary).error()); \
  declaration = *std::move(temporary)
#define HOLDFAST_CO_TRY(declaration, ...) \
  HOLDFAST_CO_TRY_(HOLDFAST_CONCAT(holdfast_result_, __LINE__), declaration, __VA_ARGS__)

#define HOLDFAST_CO_CHECK(...)                                      \
  do {                                                              \
    if (auto&& holdfast_check = (__VA_ARGS__); !holdfast_check)     \
      co_return std::unexpected(std::move(holdfast_check).error()); \
  } while (false)
