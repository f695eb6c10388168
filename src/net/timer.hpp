#pragma once

#include <functional>
#include <memory>

#include "base/time.hpp"

namespace parley::net {

class EventLoop;

/// One deadline on a loop, moved as often as one likes. Moving it later costs a store: the kernel's
/// timer is touched only when the deadline comes nearer or the old one passes. `on_expired` runs
/// once per `set`, never inside `set`, never after `clear` or destruction.
class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> on_expired);
  Timer(Timer&&) noexcept = default;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer();

  void set(Instant at);
  void clear();
  bool is_set() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::net
