#include "net/timer.hpp"

#include <optional>
#include <utility>

#include "net/asio_support.hpp"
#include "net/event_loop.hpp"

namespace parley::net {

struct Timer::State : std::enable_shared_from_this<Timer::State> {
  State(EventLoop& loop, std::function<void()> work)
      : timer(loop.context().get_executor()), on_expired(std::move(work)) {}

  void arm(Instant at) {
    armed = at;
    timer.expires_at(to_steady(at));
    timer.async_wait([self = shared_from_this(), at](error_code error) {
      if (!error) self->wake(at);
    });
  }

  void wake(Instant at) {
    // A wait that expired before it could be replaced still arrives; only the last one counts.
    if (armed != at) return;
    armed.reset();
    if (!wanted) return;
    if (*wanted > read_clocks().monotonic) return arm(*wanted);
    wanted.reset();
    on_expired();
  }

  AsioTimer timer;
  std::function<void()> on_expired;
  std::optional<Instant> wanted;
  std::optional<Instant> armed;
};

Timer::Timer(EventLoop& loop, std::function<void()> on_expired)
    : state_(std::make_shared<State>(loop, std::move(on_expired))) {}

Timer& Timer::operator=(Timer&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Timer::~Timer() {
  if (!state_) return;
  state_->wanted.reset();
  if (state_->armed) state_->timer.cancel();
}

void Timer::set(Instant at) {
  state_->wanted = at;
  if (!state_->armed || at < *state_->armed) state_->arm(at);
}

void Timer::clear() {
  state_->wanted.reset();
}

bool Timer::is_set() const {
  return state_->wanted.has_value();
}

}  // namespace parley::net
