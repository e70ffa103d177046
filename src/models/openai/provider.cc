#include "models/openai/provider.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "models/openai/backoff.h"
#include "models/openai/breaker.h"
#include "models/openai/turns.h"
#include "models/openai/verdict.h"
#include "models/openai/wake.h"

namespace holdfast::models {
namespace {

using std::chrono::ceil;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Until when a call may last.
class Deadline {
 public:
  Deadline(const Clock& clock, std::optional<milliseconds> budget) : clock_(clock), budget_(budget) {
    if (budget) end_us_ = clock.monotonic_us() + microseconds(*budget).count();
  }
  [[nodiscard]] std::optional<milliseconds> budget() const { return budget_; }
  // Rounded up, so that what lasts so long surely ends with nothing left.
  [[nodiscard]] milliseconds left() const {
    return std::max(milliseconds(0), ceil<milliseconds>(microseconds(end_us_ - clock_.monotonic_us())));
  }
  [[nodiscard]] milliseconds left_or(milliseconds most) const { return budget_ ? std::min(most, left()) : most; }
  [[nodiscard]] bool spent() const { return budget_ && left() == milliseconds(0); }
  [[nodiscard]] bool allows(milliseconds wait) const { return !budget_ || wait < left(); }

 private:
  const Clock& clock_;
  const std::optional<milliseconds> budget_;
  std::int64_t end_us_ = 0;
};

bool is_absolute(std::string_view path) { return path.starts_with("http://") || path.starts_with("https://"); }

}  // namespace

struct Provider::State {
  State(ProviderOptions o, ProviderParts p)
      : options(std::move(o)),
        parts(p),
        origin(net::origin_of(options.base_url)),
        turns(std::max<std::size_t>(options.in_flight, 1)),
        breaker({options.breaker_failures, options.breaker_pause, options.breaker_pause_most}, parts.clock) {
    while (options.base_url.ends_with('/')) options.base_url.pop_back();
  }

  Task<Result<ProviderReply>> call(ProviderCall call);

  ProviderOptions options;
  const ProviderParts parts;
  const std::string origin;
  Turns turns;

  std::mutex mutex;
  Breaker breaker;                           // under the mutex, as all that follows
  std::int64_t quiet_until_us = 0;           // the server has asked for so long not to be asked
  std::set<std::shared_ptr<Wake>> sleepers;  // whom a stop wakes
  bool stopped = false;

 private:
  using Sign = Verdict::Sign;
  using Retry = Verdict::Retry;

  // Waits until the server may be asked and it is the call's turn, which is then to be given back. True: the call is
  // the breaker's probe.
  Task<Result<bool>> enter(Priority priority, const Deadline& deadline);
  Task<Result<>> take_turn(Priority priority, const Deadline& deadline);
  Task<Result<>> pause(milliseconds time, Priority priority);
  Task<Result<net::OutboundReply>> attempt(const ProviderCall& call, std::string url, milliseconds time);

  Result<> may_be_asked();
  milliseconds quiet_left();
  void note(const Verdict& verdict, Sign sign, bool probe, bool last);
  milliseconds wait_before(std::size_t retry, const Verdict& verdict);
  // Whether the call is tried again after so many attempts, as far as its count goes.
  [[nodiscard]] bool has_retries(const ProviderCall& call, Retry retry, std::size_t attempts, milliseconds since) const;
  [[nodiscard]] bool quiet_fits(milliseconds wait, const Deadline& deadline) const {
    return deadline.budget() ? deadline.allows(wait) : wait <= options.timeout;
  }

  void sleeps(const std::shared_ptr<Wake>& wake);
  void wakes(const std::shared_ptr<Wake>& wake);

  Result<std::string> url_of(const std::string& path) const;
  std::vector<net::Header> headers_of(const ProviderCall& call) const;
  [[nodiscard]] Error out_of_budget(const Deadline& deadline, const std::optional<Error>& last) const;
  [[nodiscard]] Error stopping() const {
    return {Code::kCancelled,
            fmt::format("the call to {} was given up: this server is stopping", origin),
            {},
            std::string(net::no_answer::kStopped)};
  }
};

Task<Result<ProviderReply>> Provider::State::call(ProviderCall call) {
  const std::int64_t begun_us = parts.clock.monotonic_us();
  const Deadline deadline(parts.clock, call.budget);
  co_await parts.pool.turn(call.priority);
  HOLDFAST_CO_TRY(const std::string url, url_of(call.path));
  std::optional<Error> last;
  for (std::size_t attempts = 1;; ++attempts) {
    Result<bool> probe = co_await enter(call.priority, deadline);
    // After an attempt, what went wrong then says more than that there is no other.
    if (!probe && last && probe.error().code == Code::kProviderFailed) co_return std::unexpected(*std::move(last));
    if (!probe && probe.error().cause == "timeout") co_return std::unexpected(out_of_budget(deadline, last));
    if (!probe) co_return std::unexpected(std::move(probe).error());

    const milliseconds time = deadline.left_or(options.timeout);
    Result<net::OutboundReply> reply = co_await attempt(call, url, time);
    turns.give_back();  // before the way back to the pool, which may be busy
    co_await parts.pool.turn(call.priority);

    Verdict verdict = judge(reply, options, origin, parts.clock.now());
    const bool cut_short = verdict.reason == "timeout" && time < options.timeout && deadline.spent();
    const Sign sign = cut_short ? Sign::kNone : verdict.sign;
    if (attempts > 1 && verdict.error.code == Code::kProviderFailed)
      verdict.error.message += fmt::format(" (tried {} times)", attempts);
    const milliseconds since = ceil<milliseconds>(microseconds(parts.clock.monotonic_us() - begun_us));
    const milliseconds wait = wait_before(attempts - 1, verdict);
    const bool again = !cut_short && has_retries(call, verdict.retry, attempts, since) && deadline.allows(wait) &&
                       (!verdict.wait || quiet_fits(*verdict.wait, deadline)) && !(*probe && sign == Sign::kNoAnswer);
    note(verdict, sign, *probe, !again);
    if (verdict.done)
      co_return ProviderReply{reply->status, std::move(reply->headers), std::move(reply->body), attempts};
    if (cut_short) co_return std::unexpected(out_of_budget(deadline, last));
    if (!again) co_return std::unexpected(std::move(verdict.error));

    if (parts.observer != nullptr) parts.observer->on_retry(options.name, verdict.reason);
    last = std::move(verdict.error);
    Result<> paused = co_await pause(wait, call.priority);
    HOLDFAST_CO_CHECK(std::move(paused));
  }
}

Task<Result<bool>> Provider::State::enter(Priority priority, const Deadline& deadline) {
  for (;;) {
    HOLDFAST_CO_CHECK(may_be_asked());
    if (deadline.spent()) co_return std::unexpected(out_of_budget(deadline, {}));
    if (const milliseconds quiet = quiet_left(); quiet > milliseconds(0)) {
      if (!quiet_fits(quiet, deadline)) {
        const auto seconds = static_cast<int>(ceil<std::chrono::seconds>(quiet).count());
        co_return std::unexpected(
            Error{Code::kProviderFailed,
                  fmt::format("{} has asked not to be asked for now: try again in {} s", origin, seconds),
                  {},
                  "rate_limited",
                  seconds});
      }
      Result<> paused = co_await pause(quiet, priority);
      HOLDFAST_CO_CHECK(std::move(paused));
      continue;
    }
    Result<> turn = co_await take_turn(priority, deadline);
    HOLDFAST_CO_CHECK(std::move(turn));
    // Much may have happened meanwhile.
    Result<> asked = may_be_asked();
    if (!asked || quiet_left() > milliseconds(0) || deadline.spent()) {
      turns.give_back();
      HOLDFAST_CO_CHECK(std::move(asked));
      continue;
    }
    Breaker::Leave leave = Breaker::Leave::kNo;
    {
      const std::lock_guard lock(mutex);
      leave = breaker.ask();
    }
    if (leave != Breaker::Leave::kNo) co_return leave == Breaker::Leave::kProbe;
    turns.give_back();  // another one has become the probe: the next round says so
  }
}

Result<> Provider::State::may_be_asked() {
  const std::lock_guard lock(mutex);
  if (stopped) return std::unexpected(stopping());
  if (!breaker.refuses()) return {};
  const auto seconds = std::max(1, static_cast<int>(ceil<std::chrono::seconds>(breaker.left()).count()));
  return std::unexpected(Error{
      Code::kProviderFailed,
      fmt::format("{} has not answered lately and is left alone: the next try is in {} s; see whether it is running",
                  origin, seconds),
      {},
      "breaker",
      seconds});
}

milliseconds Provider::State::quiet_left() {
  const std::lock_guard lock(mutex);
  return std::max(milliseconds(0), ceil<milliseconds>(microseconds(quiet_until_us - parts.clock.monotonic_us())));
}

Task<Result<>> Provider::State::take_turn(Priority priority, const Deadline& deadline) {
  const auto wake = std::make_shared<Wake>(parts.pool, priority);
  if (turns.take(wake, priority)) co_return Result<>{};
  if (deadline.budget()) parts.scheduler.after(deadline.left(), [wake] { wake->say(Wake::Word::kTime); });
  sleeps(wake);
  const Wake::Word word = co_await wake->wait();
  wakes(wake);
  if (word == Wake::Word::kTurn) co_return Result<>{};
  turns.forget(wake);
  if (word == Wake::Word::kStop) co_return std::unexpected(stopping());
  co_return std::unexpected(out_of_budget(deadline, {}));
}

Task<Result<>> Provider::State::pause(milliseconds time, Priority priority) {
  const auto wake = std::make_shared<Wake>(parts.pool, priority);
  parts.scheduler.after(time, [wake] { wake->say(Wake::Word::kTime); });
  sleeps(wake);
  const Wake::Word word = co_await wake->wait();
  wakes(wake);
  if (word == Wake::Word::kStop) co_return std::unexpected(stopping());
  co_return Result<>{};
}

void Provider::State::sleeps(const std::shared_ptr<Wake>& wake) {
  {
    const std::lock_guard lock(mutex);
    sleepers.insert(wake);
    if (!stopped) return;
  }
  wake->say(Wake::Word::kStop);
}

void Provider::State::wakes(const std::shared_ptr<Wake>& wake) {
  const std::lock_guard lock(mutex);
  sleepers.erase(wake);
}

Task<Result<net::OutboundReply>> Provider::State::attempt(const ProviderCall& call, std::string url,
                                                          milliseconds time) {
  net::OutboundRequest request;
  request.method = call.method;
  request.url = std::move(url);
  request.headers = headers_of(call);
  request.body = call.body;
  request.connect_timeout = std::min(options.connect_timeout, time);
  request.timeout = time;
  // Without a sink nothing comes until the whole answer is there.
  request.idle_timeout = call.make_sink ? options.timeout / 2 : options.timeout;
  if (call.make_sink) request.sink = call.make_sink();
  return parts.outbound.send(std::move(request));
}

bool Provider::State::has_retries(const ProviderCall& call, Retry retry, std::size_t attempts,
                                  milliseconds since) const {
  const std::size_t retries = std::min(options.retries, call.max_retries);
  switch (retry) {
    case Retry::kNo:
      return false;
    case Retry::kOnce:
      return attempts <= std::min<std::size_t>(retries, 1);
    case Retry::kYes:
      return attempts <= retries;
    case Retry::kLoading:
      return retries > 0 && (call.budget || since < options.timeout);
  }
  return false;
}

milliseconds Provider::State::wait_before(std::size_t retry, const Verdict& verdict) {
  // A server that loads is asked often: what it needs is short, and a question costs it nothing.
  constexpr std::size_t kLoadingDoubles = 2;
  const std::lock_guard lock(mutex);
  const milliseconds wait = backoff(verdict.retry == Retry::kLoading ? std::min(retry, kLoadingDoubles) : retry,
                                    options.backoff, parts.random);
  return verdict.wait ? std::max(wait, *verdict.wait) : wait;
}

void Provider::State::note(const Verdict& verdict, Sign sign, bool probe, bool last) {
  bool changed = false;
  bool open = false;
  {
    const std::lock_guard lock(mutex);
    if (verdict.wait)
      quiet_until_us = std::max(quiet_until_us, parts.clock.monotonic_us() + microseconds(*verdict.wait).count());
    if (sign == Sign::kAnswered)
      changed = breaker.answered();
    else if (sign == Sign::kNoAnswer && last)
      changed = breaker.failed(probe);
    else if (probe)
      breaker.drop_probe();
    open = breaker.open();
  }
  if (changed && parts.observer != nullptr) parts.observer->on_breaker(options.name, open);
}

Result<std::string> Provider::State::url_of(const std::string& path) const {
  if (!is_absolute(path)) return options.base_url + path;
  // What belongs to this server - its key - goes to no other.
  if (net::origin_of(path) != origin)
    return fail(Code::kInvalid, fmt::format("{} is another server than {}", net::origin_of(path), origin));
  return path;
}

std::vector<net::Header> Provider::State::headers_of(const ProviderCall& call) const {
  std::vector<net::Header> headers = call.headers;
  const auto add = [&headers](const net::Header& header) {
    const auto same = [&](const net::Header& other) { return net::same_token(other.name, header.name); };
    if (std::ranges::none_of(headers, same)) headers.push_back(header);
  };
  for (const net::Header& header : options.headers) add(header);
  if (!options.api_key.empty()) add({"Authorization", "Bearer " + options.api_key});
  if (!call.body.empty()) add({"Content-Type", "application/json"});
  add({"User-Agent", "holdfast"});
  return headers;
}

Error Provider::State::out_of_budget(const Deadline& deadline, const std::optional<Error>& last) const {
  std::string message =
      fmt::format("no answer of {} within {}", origin, duration_text(deadline.budget().value_or(milliseconds(0))));
  if (last) message += "; before: " + last->message;
  return {Code::kCancelled, std::move(message), {}, "timeout"};
}

Provider::Provider(ProviderOptions options, ProviderParts parts)
    : state_(std::make_unique<State>(std::move(options), parts)) {}
Provider::~Provider() = default;

Task<Result<ProviderReply>> Provider::call(ProviderCall call) const { return state_->call(std::move(call)); }

void Provider::stop() {
  std::set<std::shared_ptr<Wake>> sleepers;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    sleepers = state_->sleepers;
  }
  for (const std::shared_ptr<Wake>& wake : sleepers) wake->say(Wake::Word::kStop);
}

const ProviderOptions& Provider::options() const { return state_->options; }

bool Provider::breaker_open() const {
  const std::lock_guard lock(state_->mutex);
  return state_->breaker.open();
}

std::size_t Provider::waiting() const { return state_->turns.waiting(); }

}  // namespace holdfast::models
