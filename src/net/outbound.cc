#include "net/outbound.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "net/curl.h"
#include "net/outbound_call.h"

namespace holdfast::net {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

class CurlOutbound final : public Outbound {
 public:
  CurlOutbound(OutboundOptions options, Multi multi) : options_(std::move(options)), multi_(std::move(multi)) {
    const auto connections = static_cast<long>(options_.max_connections);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.max_connections_a_host));
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, connections);
    thread_ = std::thread([this] { work(); });
  }
  ~CurlOutbound() override { stop(); }

  Task<Result<OutboundReply>> send(OutboundRequest request) override {
    OutboundCall call(std::move(request), options_.ca_file);
    HOLDFAST_CO_CHECK(call.prepare());
    co_await Submit{*this, call};
    co_return call.take_result();
  }

  void stop() override {
    std::call_once(stopped_, [this] {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        curl_multi_wakeup(multi_.get());
      }
      thread_.join();
    });
  }

 private:
  struct Submit {
    CurlOutbound& client;
    OutboundCall& call;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      call.waiting = handle;
      // Once it is handed over, the call may end at any time, and this with it.
      return client.hand_over(call);
    }
    void await_resume() const noexcept {}
  };

  // False: stopped; the call has its result.
  bool hand_over(OutboundCall& call) {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      call.stop();
      return false;
    }
    incoming_.push_back(&call);
    curl_multi_wakeup(multi_.get());
    return true;
  }

  void work() {
    while (take_incoming()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_ended();
      const milliseconds wait = time_out_late();
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
    }
    while (!active_.empty()) {
      OutboundCall& call = *active_.back();
      call.stop();
      end(call);
    }
  }

  // False: stopping.
  bool take_incoming() {
    std::vector<OutboundCall*> incoming;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      incoming.swap(incoming_);
      stopping = stopping_;
    }
    for (OutboundCall* call : incoming) {
      active_.push_back(call);
      if (curl_multi_add_handle(multi_.get(), call->handle()) == CURLM_OK) continue;
      call->finish(CURLE_FAILED_INIT);
      end(*call);
    }
    return !stopping;
  }

  void finish_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      OutboundCall* call = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
      call->finish(message->data.result);
      end(*call);
    }
  }

  // Ends what is over its time, and says how long nothing else will be.
  milliseconds time_out_late() {
    milliseconds wait = kLongestWait;
    const auto now = steady_clock::now();
    for (std::size_t i = active_.size(); i-- > 0;) {
      OutboundCall& call = *active_[i];
      if (call.deadline() <= now) {
        call.time_out(now);
        end(call);
      } else {
        wait = std::min(wait, ceil<milliseconds>(call.deadline() - now));
      }
    }
    return wait;
  }

  // Removes the call, which has its result, and lets its caller go on; it is gone afterwards.
  void end(OutboundCall& call) {
    curl_multi_remove_handle(multi_.get(), call.handle());
    std::erase(active_, &call);
    call.waiting.resume();
  }

  static constexpr milliseconds kLongestWait{60'000};

  const OutboundOptions options_;
  const Multi multi_;
  std::mutex mutex_;
  std::vector<OutboundCall*> incoming_;  // under the mutex
  bool stopping_ = false;                // under the mutex
  std::vector<OutboundCall*> active_;    // of the thread
  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Outbound>> make_outbound(OutboundOptions options) {
  if (!curl::make_easy()) return fail(Code::kInternal, "the HTTP client could not be set up");
  Multi multi(curl_multi_init());
  if (!multi) return fail(Code::kInternal, "the HTTP client could not be set up");
  return std::make_unique<CurlOutbound>(std::move(options), std::move(multi));
}

}  // namespace holdfast::net
