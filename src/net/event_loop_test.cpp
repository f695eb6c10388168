#include "net/event_loop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace parley::net {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, TimersFireInOrderOfTheirDeadlines) {
  EventLoop loop;
  std::string order;
  const Now now = loop.now();
  const Timer late = loop.call_at(now + 3ms, [&] { order += 'c'; });
  const Timer soon = loop.call_at(now + 1ms, [&] { order += 'a'; });
  const Timer middle = loop.call_at(now + 2ms, [&] { order += 'b'; });
  EXPECT_TRUE(loop.run_until([&] { return order.size() == 3; }, 5s));
  EXPECT_EQ(order, "abc");
}

TEST(EventLoop, AClearedOrDestroyedTimerNeverFires) {
  EventLoop loop;
  int fired = 0;
  Timer cleared = loop.call_at(loop.now() + 1ms, [&] { ++fired; });
  cleared.clear();
  {
    const Timer destroyed = loop.call_at(loop.now() + 1ms, [&] { ++fired; });
  }
  bool done = false;
  const Timer last = loop.call_at(loop.now() + 5ms, [&] { done = true; });
  EXPECT_TRUE(loop.run_until([&] { return done; }, 5s));
  EXPECT_EQ(fired, 0);
}

TEST(EventLoop, ATimerMovedLaterFiresAtTheLaterInstantOnly) {
  EventLoop loop;
  std::vector<Instant> fired;
  Timer timer(loop, [&] { fired.push_back(loop.now().monotonic); });
  const Now start = loop.now();
  timer.set(start + 1ms);
  timer.set(start + 8ms);
  EXPECT_TRUE(loop.run_until([&] { return !fired.empty(); }, 5s));
  EXPECT_GE(fired.at(0), start + 8ms);
  EXPECT_FALSE(timer.is_set());
}

TEST(EventLoop, ATimerMovedEarlierFiresEarlier) {
  EventLoop loop;
  bool fired = false;
  Timer timer(loop, [&] { fired = true; });
  timer.set(loop.now() + 1h);
  timer.set(loop.now() + 1ms);
  EXPECT_TRUE(loop.run_until([&] { return fired; }, 5s));
}

TEST(EventLoop, PostsFromAnotherThreadRunOnTheLoopsThread) {
  EventLoop loop;
  std::thread::id ran_on;
  std::thread other([handle = loop.handle(), &loop, &ran_on] {
    handle.post([&] {
      ran_on = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(EventLoop, AHandleOutlivesItsLoop) {
  auto loop = std::make_unique<EventLoop>();
  const LoopHandle handle = loop->handle();
  EXPECT_TRUE(handle.post([] {}));
  loop.reset();
  EXPECT_FALSE(handle.post([] {}));
  EXPECT_FALSE(handle.dispatch([] {}));
}

TEST(EventLoop, SignalsReachTheirHandlerEachTime) {
  EventLoop loop;
  std::vector<int> seen;
  loop.on_signals({SIGHUP, SIGTERM}, [&](int number) { seen.push_back(number); });
  std::raise(SIGHUP);
  EXPECT_TRUE(loop.run_until([&] { return seen.size() == 1; }, 5s));
  std::raise(SIGTERM);
  EXPECT_TRUE(loop.run_until([&] { return seen.size() == 2; }, 5s));
  EXPECT_EQ(seen, (std::vector<int>{SIGHUP, SIGTERM}));
}

}  // namespace
}  // namespace parley::net
