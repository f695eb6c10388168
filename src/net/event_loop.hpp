#pragma once

#include <functional>
#include <initializer_list>
#include <memory>

#include "base/time.hpp"
#include "net/loop_handle.hpp"
#include "net/timer.hpp"

namespace parley::net {

class NameLookups;

/// Both clocks, now. `monotonic` is CLOCK_MONOTONIC, `utc` is in milliseconds.
Now read_clocks();

/// One thread's loop around an Asio `io_context`. Everything made on it is used on the thread that
/// runs it, save `stop`, `post` and `handle`, which are thread-safe. Sockets and servers must be
/// destroyed before their loop.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs on the calling thread until `stop`; may be called again afterwards.
  void run();
  /// Runs until `done()` holds (true) or `limit` has passed (false). For tests and short-lived
  /// tools.
  bool run_until(const std::function<bool()>& done, Duration limit);
  void stop();

  void post(std::function<void()> work) const { handle_.post(std::move(work)); }
  const LoopHandle& handle() const { return handle_; }
  Now now() const { return read_clocks(); }

  /// Calls `work` once at `at` unless the timer is destroyed or cleared before.
  [[nodiscard]] Timer call_at(Instant at, std::function<void()> work);
  /// Calls `on_signal(number)` each time one of the signals arrives, in place of its default
  /// action.
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> on_signal);

  NameLookups& lookups();
  /// For the code of impure floors that speaks Asio itself.
  boost::asio::io_context& context();

 private:
  struct Impl;
  LoopHandle handle_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::net
