#include "net/name_lookups.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "net/event_loop.hpp"

namespace parley::net {
namespace {

constexpr Duration kLimit = std::chrono::seconds(30);

/// A resolver whose dead names have no answer until they are let go. Threads may be in it when the
/// test is over.
class Resolver {
 public:
  NameLookups::Answer resolve(const std::string& name) {
    std::unique_lock lock(mutex_);
    ++asked_[name];
    if (!name.starts_with("dead")) return std::vector{IpAddress::v4(192, 0, 2, 1)};
    released_.wait(lock, [this] { return is_released_; });
    return Failure{std::string("no server answered")};
  }
  void release() {
    const std::lock_guard lock(mutex_);
    is_released_ = true;
    released_.notify_all();
  }
  std::size_t asked(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return asked_[name];
  }

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  bool is_released_ = false;
  std::map<std::string, std::size_t> asked_;
};

NameLookups::Resolve asking(const std::shared_ptr<Resolver>& resolver) {
  return [resolver](const std::string& name) {
    return resolver->resolve(name);
  };
}

struct NameLookupsTest : ::testing::Test {
  void ask(const std::string& name) {
    lookups.look_up(name, [this, name](const NameLookups::Answer& answer) {
      answers[name].push_back(answer ? "found" : answer.error());
    });
  }
  bool run_until_answered(const std::string& name, std::size_t times = 1) {
    return loop.run_until([&] { return answers[name].size() >= times; }, kLimit);
  }

  std::shared_ptr<Resolver> resolver = std::make_shared<Resolver>();
  EventLoop loop;
  std::map<std::string, std::vector<std::string>> answers;
  NameLookups lookups{loop.handle(), {}, asking(resolver)};
};

TEST_F(NameLookupsTest, AThousandDeadNamesLeaveAKnownOneItsThreads) {
  ask("bot.example");
  ASSERT_TRUE(run_until_answered("bot.example"));
  for (int i = 0; i < 1000; ++i) ask("dead" + std::to_string(i) + ".example");
  for (std::size_t again = 2; again <= 5; ++again) {
    ask("bot.example");
    ASSERT_TRUE(run_until_answered("bot.example", again));
  }
  EXPECT_TRUE(answers["dead0.example"].empty());
  resolver->release();
  EXPECT_TRUE(run_until_answered("dead999.example"));
  EXPECT_EQ(answers["dead999.example"].front(), "no server answered");
}

TEST_F(NameLookupsTest, OneLookUpAnswersAllThatAskForTheName) {
  for (int i = 0; i < 10; ++i) ask("dead.example");
  resolver->release();
  ASSERT_TRUE(run_until_answered("dead.example", 10));
  EXPECT_EQ(resolver->asked("dead.example"), 1u);
  ask("dead.example");
  ASSERT_TRUE(run_until_answered("dead.example", 11));
  EXPECT_EQ(resolver->asked("dead.example"), 2u) << "a failure is not remembered";
}

TEST_F(NameLookupsTest, TheSystemKnowsLocalhost) {
  const auto found = NameLookups::resolve_by_system("localhost");
  ASSERT_TRUE(found.ok()) << found.error();
  for (const IpAddress& address : *found) EXPECT_TRUE(address.is_loopback());
  EXPECT_FALSE(NameLookups::resolve_by_system("no-such-host.invalid").ok());
}

TEST(NameLookups, NobodyIsToldAfterTheirEnd) {
  const auto resolver = std::make_shared<Resolver>();
  EventLoop loop;
  bool told = false;
  {
    NameLookups lookups(loop.handle(), {}, asking(resolver));
    lookups.look_up("dead.example", [&told](const NameLookups::Answer&) { told = true; });
    while (resolver->asked("dead.example") == 0) std::this_thread::yield();
  }
  resolver->release();
  NameLookups others(loop.handle(), {}, asking(resolver));
  bool answered = false;
  others.look_up("bot.example", [&answered](const NameLookups::Answer&) { answered = true; });
  ASSERT_TRUE(loop.run_until([&] { return answered; }, kLimit));
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace parley::net
