#include "net/connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/await_task.h"

namespace holdfast::net {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kUnreadBodyBytes = 256 * 1024;  // of a body nobody read, to keep the connection

}  // namespace

// The body of the request that is being served. It outlives the connection when a handler keeps the request.
class Connection::Body final : public BodyReader {
 public:
  // `early`: what had come together with the header. `complete`: there is no more than that.
  Body(std::shared_ptr<Connection> connection, std::optional<std::uint64_t> length, std::string early, bool complete)
      : connection_(std::move(connection)), length_(length), early_(std::move(early)) {
    if (complete) last_ = Piece{};
  }

  Task<Result<Piece>> next() override {
    Result<Piece> piece = co_await Pull{*this, Piece{}};
    co_return piece;
  }
  std::optional<std::uint64_t> content_length() const override { return length_; }

  // The request is over. True when somebody still waits for a piece.
  bool close() {
    std::shared_ptr<Connection> released;
    const std::lock_guard lock(mutex_);
    if (!last_) last_ = fail(Code::kCancelled, "the request has been answered already");
    early_.clear();
    released = std::move(connection_);
    return reading_;
  }

 private:
  struct Pull {
    Body& body;
    Result<Piece> piece;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      std::shared_ptr<Connection> connection;
      {
        const std::lock_guard lock(body.mutex_);
        if (!body.early_.empty()) {
          piece = Piece{std::exchange(body.early_, {})};
          return false;
        }
        if (body.last_) {
          piece = *body.last_;
          return false;
        }
        connection = body.connection_;
        body.reading_ = true;
      }
      // From here on the coroutine may go on, and this object be gone, at any moment.
      Connection::pull(std::move(connection), [this, handle](Result<Piece> result) {
        body.settle(result);
        piece = std::move(result);
        handle.resume();
      });
      return true;
    }
    Result<Piece> await_resume() { return std::move(piece); }
  };

  void settle(const Result<Piece>& piece) {
    const std::lock_guard lock(mutex_);
    reading_ = false;
    if (!last_ && (!piece || !*piece)) last_ = piece;
  }

  std::mutex mutex_;
  std::shared_ptr<Connection> connection_;
  const std::optional<std::uint64_t> length_;
  std::string early_;
  std::optional<Result<Piece>> last_;  // what every further call gets: the end, or an error
  bool reading_ = false;
};

Connection::Connection(ServerCore& core, std::unique_ptr<Transport> transport, std::string remote, bool refused)
    : core_(core), transport_(std::move(transport)), remote_(std::move(remote)), refused_(refused) {
  core_.connections.insert(this);
  if (refused_) ++core_.refused;
  if (core_.observer != nullptr && !refused_)
    core_.observer->on_connections(static_cast<int>(core_.connections.size() - core_.refused));
  const std::lock_guard lock(core_.mutex);
  ++core_.alive;
}

Connection::~Connection() {
  const std::lock_guard lock(core_.mutex);
  --core_.alive;
  core_.changed.notify_all();
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  ServerCore& core = self->core_;
  co_await self->serve();
  self->close();
  core.connections.erase(self.get());
  if (self->refused_) --core.refused;
  if (core.observer != nullptr && !self->refused_)
    core.observer->on_connections(static_cast<int>(core.connections.size() - core.refused));
}

void Connection::sweep(SteadyTime now) {
  if (now >= read_deadline_) {
    timed_out_ = true;
    transport_->cancel();
  }
  if (now >= write_deadline_) transport_->close(true);
}

void Connection::close_if_idle() {
  if (idle_) transport_->close();
}

void Connection::close() { transport_->close(); }

asio::awaitable<void> Connection::serve() {
  read_deadline_ = steady_clock::now() + core_.options.header_timeout;
  const bool ready = co_await transport_->handshake();
  read_deadline_ = SteadyTime::max();
  if (!ready) co_return;

  Next next = Next::kKeep;
  if (refused_) {
    started_ = steady_clock::now();
    request_ = std::make_shared<Request>();
    request_->remote = remote_;
    Error error{Code::kOverloaded, "too many connections: try again in a second"};
    error.retry_after_seconds = 1;
    next = co_await answer_with_error(503, std::move(error));
  }
  while (next == Next::kKeep) next = co_await serve_one();
  if (next == Next::kFinish) co_await finish();
}

asio::awaitable<Connection::Next> Connection::serve_one() {
  parser_.reset();
  request_.reset();
  response_started_ = false;
  const bool there = co_await wait_for_request();
  if (!there) co_return Next::kDrop;
  if (core_.stopping) co_return Next::kFinish;

  started_ = steady_clock::now();
  bytes_in_ = 0;
  bytes_out_ = 0;
  request_ = std::make_shared<Request>();
  request_->remote = remote_;
  parser_.emplace(*request_, core_.options.max_header_bytes, core_.options.max_body_bytes);
  const Next head = co_await read_head();
  if (head != Next::kKeep) co_return head;

  wants_continue_ = parser_->expects_continue() && buffered().empty();
  if (!parser_->done()) feed();
  const auto body =
      std::make_shared<Body>(shared_from_this(), request_->content_length, parser_->take_piece(), parser_->done());
  request_->body = body;
  Response response = co_await await_task(core_.io, core_.handler(request_));

  const std::optional<std::uint64_t> left = parser_->body_left();
  const bool keep = parser_->keep_alive() && !parser_->failure() && !core_.stopping && !wants_continue_ &&
                    left.value_or(0) <= kUnreadBodyBytes;
  const Next next = co_await respond(std::move(response), keep);
  // A read that is still under way owns the socket's other half: only closing it ends that.
  if (body->close()) co_return Next::kDrop;
  if (next != Next::kKeep) co_return next;
  const bool empty = co_await throw_away_body();
  co_return empty ? Next::kKeep : Next::kFinish;
}

// Waits for the first byte of a request, and drops the empty lines that may come before it (RFC 9112, section 2.2).
asio::awaitable<bool> Connection::wait_for_request() {
  const auto patience =
      std::exchange(first_request_, false) ? core_.options.header_timeout : core_.options.keep_alive_timeout;
  const SteadyTime deadline = steady_clock::now() + patience;
  for (;;) {
    while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
    if (begin_ < end_) co_return true;
    if (core_.stopping) co_return false;
    begin_ = end_ = 0;
    if (buffer_.size() > kSmallBuffer) buffer_ = {};  // idle connections are many: they keep little
    idle_ = true;
    const bool more = co_await fill(deadline);
    idle_ = false;
    if (!more) co_return false;
  }
}

asio::awaitable<Connection::Next> Connection::read_head() {
  const SteadyTime deadline = started_ + core_.options.header_timeout;
  for (;;) {
    feed();
    if (parser_->failure()) {
      const RequestParser::Failure failure = *parser_->failure();
      co_return co_await answer_with_error(failure.status, failure.error);
    }
    if (parser_->head_done()) co_return Next::kKeep;
    const bool more = co_await fill(deadline);
    if (more) continue;
    if (!timed_out_) co_return Next::kDrop;
    co_return co_await answer_with_error(408, Error{Code::kCancelled, "the request's header took too long to arrive"});
  }
}

// Reads the rest of a body that the handler did not want. False when there is too much of it, or it is broken.
asio::awaitable<bool> Connection::throw_away_body() {
  std::uint64_t thrown = 0;
  for (;;) {
    const Result<Piece> piece = co_await read_piece();
    if (!piece) co_return false;
    if (!*piece) co_return true;
    thrown += (*piece)->size();
    if (thrown > kUnreadBodyBytes) co_return false;
  }
}

asio::awaitable<Result<Piece>> Connection::read_piece() {
  for (;;) {
    if (!parser_->done() && !parser_->failure() && !buffered().empty()) feed();
    std::string piece = parser_->take_piece();
    if (!piece.empty()) co_return Piece{std::move(piece)};
    if (parser_->failure()) co_return std::unexpected(parser_->failure()->error);
    if (parser_->done()) co_return Piece{};
    if (std::exchange(wants_continue_, false) && !response_started_) {
      const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!sent) co_return fail(Code::kCancelled, "the client has gone away");
    }
    const bool more = co_await fill(steady_clock::now() + core_.options.body_timeout);
    if (more) continue;
    if (timed_out_) co_return fail(Code::kCancelled, "the body of the request stopped arriving");
    co_return fail(Code::kCancelled, "the client has gone away before the end of its body");
  }
}

void Connection::pull(std::shared_ptr<Connection> self, std::function<void(Result<Piece>)> done) {
  asio::io_context& io = self->core_.io;
  asio::post(io, [&io, self = std::move(self), done = std::move(done)]() mutable {
    asio::awaitable<Result<Piece>> read = self->read_piece();
    asio::co_spawn(
        io, std::move(read),
        [self = std::move(self), done = std::move(done)](const std::exception_ptr& thrown, Result<Piece> piece) {
          if (thrown) std::terminate();
          done(std::move(piece));
        });
  });
}

std::string_view Connection::buffered() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }

void Connection::feed() {
  // Up to a piece at a time, so that what comes out is no larger. Of a header everything: it is parsed in one go.
  const std::string_view bytes = parser_->head_done() ? buffered().substr(0, kPieceBytes) : buffered();
  const std::size_t taken = parser_->feed(bytes);
  begin_ += taken;
  bytes_in_ += taken;
}

// Reads what there is, at least a byte. False at the end, on errors, when the deadline has passed (timed_out_), and
// when the buffer is full of what the parser cannot take.
asio::awaitable<bool> Connection::fill(SteadyTime deadline) {
  const bool large = parser_ && parser_->head_done() && parser_->body_left().value_or(kPieceBytes) > kSmallBuffer;
  const std::size_t size = std::max(core_.options.max_header_bytes, large ? kPieceBytes : kSmallBuffer);
  if (begin_ > 0) {
    std::ranges::copy(buffered(), buffer_.begin());
    end_ -= std::exchange(begin_, 0);
  }
  if (buffer_.size() < size) buffer_.resize(size);
  timed_out_ = false;
  if (end_ == buffer_.size()) co_return false;
  read_deadline_ = deadline;
  const std::size_t n = co_await transport_->read_some(std::span(buffer_).subspan(end_));
  read_deadline_ = SteadyTime::max();
  end_ += n;
  co_return n > 0;
}

}  // namespace holdfast::net
