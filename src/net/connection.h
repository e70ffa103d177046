// Internal: one connection of a Server, and what the connections of a server share. Everything here happens on the
// network thread, except where it says otherwise.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/parser.h"
#include "net/server.h"
#include "net/transport.h"

namespace holdfast::net {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr std::size_t kPieceBytes = 64 * 1024;
inline constexpr std::size_t kSmallBuffer = 16 * 1024;

class Connection;

struct ServerCore {
  ServerCore(ServerOptions o, Handler h, ServerObserver* watcher)
      : options(std::move(o)), handler(std::move(h)), observer(watcher) {}

  asio::io_context io{1};
  std::optional<asio::ssl::context> tls;
  const ServerOptions options;
  const Handler handler;
  ServerObserver* const observer;

  bool stopping = false;
  std::set<Connection*> connections;  // the order does not matter: each gets the same treatment
  std::size_t refused = 0;            // how many of them are over the limit and only there to be told so

  std::mutex mutex;  // guards what follows, for those who wait on other threads
  std::condition_variable changed;
  std::size_t alive = 0;         // Connection objects
  bool accepts_no_more = false;  // so that `alive` can only go down
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerCore& core, std::unique_ptr<Transport> transport, std::string remote, bool refused);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static asio::awaitable<void> run(std::shared_ptr<Connection> self);

  void sweep(SteadyTime now);  // ends what has waited for too long
  void close_if_idle();
  void close();

  // Any thread: reads a piece of the body on the network thread, and hands it to `done` there.
  static void pull(std::shared_ptr<Connection> self, std::function<void(Result<Piece>)> done);

 private:
  enum class Next { kKeep, kFinish, kDrop };  // serve another request; end politely; end at once
  class Body;

  // connection.cc: the life of the connection, and what comes in.
  asio::awaitable<void> serve();
  asio::awaitable<Next> serve_one();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<Next> read_head();  // kKeep: it is there
  asio::awaitable<bool> throw_away_body();
  asio::awaitable<Result<Piece>> read_piece();
  asio::awaitable<bool> fill(SteadyTime deadline);

  [[nodiscard]] std::string_view buffered() const;
  void feed();

  // answer.cc: what goes out.
  asio::awaitable<Next> answer_with_error(int status, Error error);
  asio::awaitable<Next> respond(Response response, bool keep);
  asio::awaitable<bool> send_stream(Response& response, bool chunked);
  asio::awaitable<void> finish();
  asio::awaitable<bool> write(std::string_view bytes);
  [[nodiscard]] std::string render_head(const Response& response, bool keep, bool chunked) const;
  void report(int status);

  ServerCore& core_;
  const std::unique_ptr<Transport> transport_;
  const std::string remote_;
  const bool refused_;

  std::string buffer_;  // bytes [begin_, end_) of it have come and are not parsed yet
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  std::shared_ptr<Request> request_;
  std::optional<RequestParser> parser_;
  SteadyTime started_;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  bool first_request_ = true;
  bool wants_continue_ = false;
  bool response_started_ = false;

  SteadyTime read_deadline_ = SteadyTime::max();  // max: nothing is waited for
  SteadyTime write_deadline_ = SteadyTime::max();
  bool timed_out_ = false;
  bool idle_ = false;
};

}  // namespace holdfast::net
