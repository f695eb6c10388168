#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace parley::net {

/// A copyable way into an `EventLoop` for other threads. It may outlive the loop: from then on
/// nothing is run and `post` says so.
class LoopHandle {
 public:
  /// Queues `work` for the loop's thread. Thread-safe. False when the loop has gone.
  bool post(std::function<void()> work) const;
  /// Runs `work` now when called on the loop's thread, else posts it. Thread-safe.
  bool dispatch(std::function<void()> work) const;

 private:
  friend class EventLoop;
  struct Shared;
  explicit LoopHandle(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  std::shared_ptr<Shared> shared_;
};

}  // namespace parley::net
