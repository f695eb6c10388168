#include "server/mailbox.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(Mailbox, WakesOnceAndRefusesNewWorkAtItsLimit) {
  int wakes = 0;
  Mailbox box([&] { ++wakes; });
  for (std::size_t i = 0; i < Mailbox::kMaxWaiting; ++i)
    ASSERT_TRUE(box.offer(platform::ClientClosed{}));
  EXPECT_FALSE(box.offer(platform::ClientClosed{}));
  box.post(platform::Committed{});
  EXPECT_EQ(box.take().size(), Mailbox::kMaxWaiting + 1);
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(box.offer(platform::ClientClosed{}));
  EXPECT_EQ(wakes, 2);
}

}  // namespace
}  // namespace parley::server
