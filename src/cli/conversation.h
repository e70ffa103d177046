// Reads conversations from files, and sends them to be ingested.
//
// What a file may hold (told apart by how it begins):
//   [ … ]               a JSON array of messages
//   { "messages": … }   a JSON object with that array, and perhaps "sessionId"
//   { … } lines         JSON Lines: one message a line
//   anything else       a transcript: lines that begin with "User:", "Assistant:" or "System:" (also "Human:", "AI:")
//                       begin a message, other lines belong to the one above
// A message: {"role": "user"|"assistant"|"system", "content", "timestamp"?, "name"?, "sessionId"?}; members beyond
// these are left out.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"
#include "cli/remote.h"
#include "cli/world.h"

namespace holdfast::cli {

inline constexpr std::size_t kMostMessagesOfACall = 500;
inline constexpr std::size_t kLargestConversation = std::size_t{256} * 1024 * 1024;  // bytes of a file

// The messages of one session, in the order of the file.
struct SessionPart {
  std::optional<std::string> session;         // nullopt: the server derives it
  std::vector<boost::json::object> messages;  // as they are sent: role, content, timestamp?, name?
  std::vector<std::string> places;            // of each message in the file, for error messages: "line 17"
};

// Sessions in the order of their first message. Nothing is sent of a file in which anything is wrong, so everything the
// contract demands of a message is checked here.
struct Conversation {
  std::vector<SessionPart> sessions;

  [[nodiscard]] std::size_t size() const;
};

[[nodiscard]] Outcome<Conversation> parse_conversation(std::string_view text);

// The whole of a file, or of standard input for "-". kTooLarge over `limit`.
[[nodiscard]] Outcome<std::string> read_input(World& world, const std::string& file, std::size_t limit);

struct SendOptions {
  bool async = false;
  bool verbose = false;
  std::function<void(std::size_t messages)> on_sent = {};  // after every call
};

struct SentCall {
  std::string session;  // "" when the server derived it and did not say
  std::size_t messages = 0;
  boost::json::value result;
};

// Sends it in calls of at most kMostMessagesOfACall. All calls of one session carry the same session id: when the file
// gives none, the first call is sent without, so that the server derives the id as it would for the whole file, and the
// id that it reports goes with the calls that follow.
[[nodiscard]] Outcome<std::vector<SentCall>> send_conversation(Remote& remote, const Conversation& conversation,
                                                               const SendOptions& options);

}  // namespace holdfast::cli
