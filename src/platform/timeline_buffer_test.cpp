#include "platform/timeline_buffer.hpp"

#include <gtest/gtest.h>

namespace parley::platform {
namespace {

TEST(TimelineBuffer, WaitsForARideUntilItsPatienceIsOver) {
  TimelineBuffer buffer;
  Now now{Instant{std::chrono::seconds(5)}, {}};
  EXPECT_FALSE(buffer.due());
  EXPECT_TRUE(buffer.add(now, {}));
  now.monotonic += TimelineBuffer::kPatience / 2;
  EXPECT_TRUE(buffer.add(now, {}));
  EXPECT_EQ(buffer.due(), Instant{std::chrono::seconds(5)} + TimelineBuffer::kPatience);
  EXPECT_EQ(buffer.take().size(), 2u);
  EXPECT_FALSE(buffer.due());
  EXPECT_TRUE(buffer.take().empty());
}

TEST(TimelineBuffer, DropsWhatIsTooMuch) {
  TimelineBuffer buffer;
  for (std::size_t i = 0; i < TimelineBuffer::kMaxLines; ++i) EXPECT_TRUE(buffer.add({}, {}));
  EXPECT_FALSE(buffer.add({}, {}));
  EXPECT_EQ(buffer.take().size(), TimelineBuffer::kMaxLines);
  EXPECT_TRUE(buffer.add({}, {}));
}

}  // namespace
}  // namespace parley::platform
