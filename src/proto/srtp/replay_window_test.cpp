#include "proto/srtp/replay_window.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace parley::srtp {
namespace {

using Verdict = ReplayWindow::Verdict;

TEST(ReplayWindow, EndsExactlyAtItsSize) {
  ReplayWindow window;
  window.accept(1000);
  EXPECT_EQ(window.check(1000), Verdict::replayed);
  EXPECT_EQ(window.check(1000 - ReplayWindow::kSize + 1), Verdict::fresh);
  EXPECT_EQ(window.check(1000 - ReplayWindow::kSize), Verdict::too_old);
  EXPECT_EQ(window.check(1001), Verdict::fresh);
}

TEST(ReplayWindow, AgreesWithASetOfEverythingSeen) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  ReplayWindow window;
  std::set<std::uint64_t> seen;
  std::uint64_t top = 5000;
  for (int i = 0; i < 20'000; ++i) {
    if (random.u32() % 3 == 0) top += random.u32() % (random.u32() % 50 == 0 ? 1500 : 4);
    const std::uint64_t index = top - random.u32() % 700;
    const std::uint64_t highest = seen.empty() ? 0 : *seen.rbegin();
    Verdict expected = seen.count(index) != 0 ? Verdict::replayed : Verdict::fresh;
    if (index + ReplayWindow::kSize <= highest) expected = Verdict::too_old;
    ASSERT_EQ(window.check(index), expected) << "step " << i;
    if (expected != Verdict::fresh) continue;
    window.accept(index);
    seen.insert(index);
    ASSERT_EQ(window.highest(), *seen.rbegin());
  }
}

}  // namespace
}  // namespace parley::srtp
