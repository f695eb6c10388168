#include "net/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/signal_set.hpp>
#include <list>
#include <mutex>
#include <utility>

#include "net/asio_support.hpp"
#include "net/name_lookups.hpp"

namespace parley::net {

Now read_clocks() {
  const auto monotonic = std::chrono::steady_clock::now().time_since_epoch();
  const auto utc = std::chrono::system_clock::now();
  return {Instant{std::chrono::duration_cast<Duration>(monotonic)},
          std::chrono::time_point_cast<std::chrono::milliseconds>(utc)};
}

struct LoopHandle::Shared {
  std::mutex mutex;
  asio::io_context* context = nullptr;
};

bool LoopHandle::post(std::function<void()> work) const {
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->context) return false;
  asio::post(*shared_->context, std::move(work));
  return true;
}

bool LoopHandle::dispatch(std::function<void()> work) const {
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->context) return false;
    if (!shared_->context->get_executor().running_in_this_thread()) {
      asio::post(*shared_->context, std::move(work));
      return true;
    }
  }
  // On the loop's own thread, inside run(): the loop can't go away meanwhile.
  work();
  return true;
}

struct EventLoop::Impl {
  explicit Impl(const LoopHandle& handle) : lookups(handle) {}

  struct Watch {
    Watch(const Executor& executor, std::function<void(int)> callback)
        : signals(executor), on_signal(std::move(callback)) {}

    asio::basic_signal_set<Executor> signals;
    std::function<void(int)> on_signal;
  };

  void wait(Watch& watch) {
    watch.signals.async_wait([this, &watch](error_code error, int number) {
      if (error) return;
      watch.on_signal(number);
      wait(watch);
    });
  }

  // One thread runs the context, but other threads post to it, so its locking stays on.
  asio::io_context context{1};
  asio::executor_work_guard<Executor> work{context.get_executor()};
  std::list<Watch> watches;
  NameLookups lookups;
};

EventLoop::EventLoop()
    : handle_(std::make_shared<LoopHandle::Shared>()), impl_(std::make_unique<Impl>(handle_)) {
  handle_.shared_->context = &impl_->context;
}

EventLoop::~EventLoop() {
  const std::lock_guard lock(handle_.shared_->mutex);
  handle_.shared_->context = nullptr;
}

void EventLoop::run() {
  if (impl_->context.stopped()) impl_->context.restart();
  impl_->context.run();
}

bool EventLoop::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant deadline = read_clocks() + limit;
  if (impl_->context.stopped()) impl_->context.restart();
  while (!done()) {
    const Instant now = read_clocks().monotonic;
    if (now >= deadline) return false;
    impl_->context.run_one_for(deadline - now);
  }
  return true;
}

void EventLoop::stop() {
  impl_->context.stop();
}

Timer EventLoop::call_at(Instant at, std::function<void()> work) {
  Timer timer(*this, std::move(work));
  timer.set(at);
  return timer;
}

void EventLoop::on_signals(std::initializer_list<int> signals, std::function<void(int)> on_signal) {
  auto& watch = impl_->watches.emplace_back(impl_->context.get_executor(), std::move(on_signal));
  for (const int number : signals) watch.signals.add(number);
  impl_->wait(watch);
}

NameLookups& EventLoop::lookups() {
  return impl_->lookups;
}

boost::asio::io_context& EventLoop::context() {
  return impl_->context;
}

}  // namespace parley::net
