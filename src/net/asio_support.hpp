#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <tuple>

#include "base/socket_address.hpp"
#include "base/time.hpp"

namespace parley::net {

namespace asio = boost::asio;
using boost::system::error_code;

/// The concrete executor of one loop: cheaper than `any_io_executor`, which each I/O object would
/// copy.
using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;

using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using AsioTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// Makes an Asio operation awaitable without exceptions: `auto [error, n] = co_await op(kAsTuple)`.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> kAsTuple{};

inline std::chrono::steady_clock::time_point to_steady(Instant at) {
  return std::chrono::steady_clock::time_point{at.time_since_epoch()};
}

/// Starts a coroutine nobody waits for, and keeps `owner`, whose member it is, until it ends (it
/// begins later when called off the loop's thread). An exception in it is our own bug and leaves
/// `EventLoop::run`.
template <class Owner>
void spawn(asio::io_context& context, std::shared_ptr<Owner> owner, Task<void> task) {
  asio::co_spawn(context.get_executor(), std::move(task),
                 [kept = std::move(owner)](std::exception_ptr error) {
                   if (error) std::rethrow_exception(error);
                 });
}

IpAddress from_asio(const asio::ip::address& address);
asio::ip::address to_asio(const IpAddress& address);
SocketAddress from_asio(const asio::ip::tcp::endpoint& endpoint);
asio::ip::tcp::endpoint to_asio(const SocketAddress& address);

}  // namespace parley::net
