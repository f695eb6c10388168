#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>
#include <functional>
#include <string>
#include <utility>

#include "net/byte_stream.hpp"

namespace parley::net {

/// Our ByteStream as Beast wants to see it (AsyncReadStream and AsyncWriteStream), so that
/// `websocket::stream` is compiled once, for this type. Included by websocket_session.cpp alone.
class BeastStream {
 public:
  using executor_type = Executor;

  /// `on_bytes` is called for all that comes.
  BeastStream(const Executor& executor, ByteStream& stream, std::function<void()> on_bytes)
      : executor_(executor), stream_(stream), on_bytes_(std::move(on_bytes)) {}

  executor_type get_executor() const noexcept { return executor_; }
  ByteStream& bytes() const { return stream_; }
  /// Bytes that came before, to be read first.
  void give_back(std::string bytes) { given_back_ = std::move(bytes); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    MutableByteView room;
    for (const asio::mutable_buffer buffer : boost::beast::buffers_range_ref(buffers))
      if (room.empty()) room = {static_cast<std::uint8_t*>(buffer.data()), buffer.size()};
    return start(&BeastStream::read, room, handler);
  }

  /// Writes all of it: a frame's header and payload in one piece.
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    out_.clear();
    for (const asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers))
      out_.append(static_cast<const char*>(buffer.data()), buffer.size());
    return start(&BeastStream::write, as_bytes(out_), handler);
  }

 private:
  using Moved = std::pair<error_code, std::size_t>;

  static error_code to_error_code(IoError error) {
    if (error == IoError::closed) return asio::error::eof;
    if (error == IoError::cancelled) return asio::error::operation_aborted;
    return asio::error::connection_reset;
  }

  Task<Moved> read(MutableByteView room) {
    if (!given_back_.empty()) {
      // Never done inside the call that began it.
      co_await asio::post(executor_, kAsTuple);
      const std::size_t count = given_back_.copy(reinterpret_cast<char*>(room.data()), room.size());
      given_back_.erase(0, count);
      co_return Moved{error_code(), count};
    }
    const IoResult got = co_await stream_.read_some(room);
    if (!got) co_return Moved{to_error_code(got.error()), 0};
    on_bytes_();
    co_return Moved{error_code(), *got};
  }

  Task<Moved> write(ByteView bytes) {
    const IoResult sent = co_await stream_.write(bytes);
    if (!sent) co_return Moved{to_error_code(sent.error()), 0};
    co_return Moved{error_code(), *sent};
  }

  /// Runs a member coroutine and hands its outcome to Beast's handler.
  template <class View, class Handler>
  auto start(Task<Moved> (BeastStream::*work)(View), View view, Handler& handler) {
    return asio::async_initiate<Handler, void(error_code, std::size_t)>(
        [this, work, view](auto to) {
          asio::co_spawn(executor_, (this->*work)(view),
                         [done = std::move(to)](std::exception_ptr thrown, Moved moved) mutable {
                           if (thrown) std::rethrow_exception(thrown);
                           std::move(done)(moved.first, moved.second);
                         });
        },
        handler);
  }

  Executor executor_;
  ByteStream& stream_;
  std::function<void()> on_bytes_;
  std::string given_back_;
  std::string out_;
};

/// Beast asks for these by name. Our session itself says good-bye on the ByteStream, later, so that
/// its owner hears of the end at once.
template <class Handler>
void async_teardown(boost::beast::role_type, BeastStream& stream, Handler&& handler) {
  asio::post(stream.get_executor(),
             [done = std::forward<Handler>(handler)]() mutable { std::move(done)(error_code()); });
}

inline void beast_close_socket(BeastStream& stream) {
  stream.bytes().abort();
}

}  // namespace parley::net
