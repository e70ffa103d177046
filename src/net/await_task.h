// Internal: the bridge from tasks, which know no event loop, to Asio's coroutines.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/task.h"

namespace holdfast::net {

namespace asio = boost::asio;

// Awaits a Task inside an Asio coroutine. The task may end on any thread; this goes on on the network thread.
template <typename T>
asio::awaitable<T> await_task(asio::io_context& io, Task<T> task) {
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(
      [&io](auto handler, Task<T> inner) {
        start(std::move(inner), [&io, handler = std::move(handler)](T value) mutable {
          asio::post(io, [handler = std::move(handler), value = std::move(value)]() mutable {
            std::move(handler)(std::move(value));
          });
        });
      },
      asio::use_awaitable, std::move(task));
}

}  // namespace holdfast::net
