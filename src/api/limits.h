// The contract's numbers, in one place.
#pragma once

#include <cstddef>

namespace holdfast::api {

inline constexpr std::size_t kMaxIngestBody = std::size_t{100} << 20;  // bytes
inline constexpr std::size_t kMaxBody = std::size_t{1} << 20;          // bytes, of every other call but import
inline constexpr std::size_t kMaxMessages = 500;                       // of one ingest
inline constexpr std::size_t kMaxContent = 32'768;                     // bytes of UTF-8
inline constexpr std::size_t kMaxQuery = 1'024;                        // bytes of UTF-8
inline constexpr std::size_t kMaxName = 64;                            // bytes, of who said a message
inline constexpr std::size_t kMaxSessionId = 64;                       // characters
inline constexpr std::size_t kMaxNamespaceName = 32;                   // characters
inline constexpr std::size_t kMaxProfileName = 100;                    // characters
inline constexpr std::size_t kMaxAccount = 100;                        // characters
inline constexpr std::size_t kMaxCursor = 256;                         // characters
inline constexpr std::size_t kMaxPerPage = 1'000;
inline constexpr std::size_t kDefaultPerPage = 20;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxImportLine = std::size_t{1} << 20;  // bytes, of one row

}  // namespace holdfast::api
