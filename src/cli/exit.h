// How a command of the command line ends: 0, 1 when it failed, 2 when it was called in a way that cannot work.
//
// Inside commands a failure is a Failure: an Error for people and the exit status. Any Error becomes one with status 1,
// so HOLDFAST_TRY and HOLDFAST_CHECK work; usage() makes one with status 2.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/result.h"

namespace holdfast::cli {

inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;  // the server is not there, refused, or something broke off
inline constexpr int kUsage = 2;   // a bad flag, argument or id, noticed before anything was asked of the server

struct Failure {
  Failure(Error what) : error(std::move(what)) {}  // NOLINT(google-explicit-constructor): what the macros rely on
  Failure(Error what, int exit_status) : error(std::move(what)), status(exit_status) {}

  Error error;
  int status = kFailed;
};

template <typename T = void>
using Outcome = std::expected<T, Failure>;

// The caller's mistake: says what is wrong with the command as it was given.
[[nodiscard]] inline std::unexpected<Failure> usage(std::string message) {
  return std::unexpected(Failure(Error{Code::kInvalid, std::move(message)}, kUsage));
}

}  // namespace holdfast::cli
