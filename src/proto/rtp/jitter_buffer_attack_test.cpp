// A sender whose numbers make no sense: the buffer does not grow, and an honest stream after it is
// heard within half a second.
#include <gtest/gtest.h>

#include <functional>

#include "base/random.hpp"
#include "proto/rtp/jitter_buffer.hpp"

namespace parley::rtp {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kFrame = 960;
constexpr Duration kTick = milliseconds(20);
constexpr std::uint8_t kHonest = 1;
constexpr std::uint8_t kLying = 0;

struct Numbers {
  std::uint16_t sequence;
  std::uint32_t timestamp;
};

/// What a liar sends as its n-th packet.
using Lie = std::function<Numbers(std::uint32_t n, SeededRandom& random)>;

struct Case {
  const char* name;
  Lie lie;

  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }
};

class JitterBufferAttack : public testing::TestWithParam<Case> {
 protected:
  static Now at(Duration since_start) { return {Instant{} + since_start, UtcTime{}}; }

  void send(Numbers numbers, std::uint8_t mark) {
    const std::uint8_t payload[] = {mark};
    buffer_.insert(at(now_), {.header = {.payload_type = {111},
                                         .sequence = {numbers.sequence},
                                         .timestamp = {numbers.timestamp},
                                         .ssrc = {7}},
                              .payload = payload});
  }
  /// The mark of what is played now; nothing when there is silence.
  std::optional<std::uint8_t> play() {
    const PopResult result = buffer_.pop(at(now_), kFrame);
    now_ += kTick;
    const Frame* frame = std::get_if<Frame>(&result);
    return frame ? std::optional(frame->payload[0]) : std::nullopt;
  }
  void honest(std::uint32_t n) {
    send({static_cast<std::uint16_t>(100 + n), 5000 + n * kFrame}, kHonest);
  }

  JitterBuffer buffer_;
  Duration now_{};
};

TEST_P(JitterBufferAttack, DoesNotGrowAndIsForgottenWithinHalfASecond) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  std::uint32_t n = 0;
  for (; n < 50; ++n) {
    honest(n);
    play();
  }
  for (; n < 1'050; ++n) {
    send(GetParam().lie(n, random), kLying);
    play();
    ASSERT_LE(buffer_.size(), JitterBufferOptions{}.max_packets);
  }
  const Duration ended = now_;
  do {
    honest(n++);
    ASSERT_LT(now_ - ended, milliseconds(500));
  } while (play() != kHonest);
  int heard = 0;
  for (int i = 0; i < 250; ++i) {
    honest(n++);
    heard += play() == kHonest;
  }
  EXPECT_GE(heard, 235);
  EXPECT_LE(buffer_.size(), 10u);
}

INSTANTIATE_TEST_SUITE_P(
    All, JitterBufferAttack,
    testing::Values(
        Case{"FrozenTimestamp",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n), 5000 + 49 * kFrame};
             }},
        Case{"FrozenNumbers",
             [](std::uint32_t, SeededRandom&) {
               return Numbers{149, 5000 + 49 * kFrame};
             }},
        Case{"TimeRunsBackwards",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n), 5000 + (100 - n) * kFrame};
             }},
        Case{"BothRunBackwards",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(200 - n), 5000 + (100 - n) * kFrame};
             }},
        Case{"TimeRunsTenTimesTooFast",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n), 5000 + n * 10 * kFrame};
             }},
        Case{"TimeHardlyMoves",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n), 5000 + 49 * kFrame + n};
             }},
        Case{"SequenceJumpsToAndFro",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n + (n % 2 ? 30'000 : 0)),
                              5000 + n * kFrame};
             }},
        Case{"TimeJumpsToAndFro",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n),
                              5000 + n * kFrame + (n % 2 ? 0x8000'0000 : 0)};
             }},
        Case{"TwoTimelinesInTurn",
             [](std::uint32_t n, SeededRandom&) {
               return Numbers{static_cast<std::uint16_t>(100 + n),
                              5000 + n * kFrame + (n / 2 % 2 ? 0x4000'0000 : 0)};
             }},
        Case{"AllAtRandom",
             [](std::uint32_t, SeededRandom& random) {
               return Numbers{static_cast<std::uint16_t>(random.u32()), random.u32()};
             }},
        Case{"NearButAtRandom",
             [](std::uint32_t n, SeededRandom& random) {
               return Numbers{static_cast<std::uint16_t>(100 + n + random.u32() % 50),
                              5000 + n * kFrame + random.u32() % 48'000};
             }}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace parley::rtp
