#include "proto/srtp/srtp_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "proto/srtp/srtp_test_support.hpp"

namespace parley::srtp {
namespace {

using crypto::SrtpProfile;

constexpr std::uint64_t kSeed = 42;

template <class T>
SrtpError error_of(const Result<T, SrtpError>& result) {
  return result.ok() ? throw std::runtime_error("expected an error") : result.error();
}

class SrtpSessionTest : public testing::TestWithParam<SrtpProfile> {
 protected:
  SrtpSessionTest()
      : random(kSeed), key(random_key(GetParam(), random)), sender(key), receiver(key) {}

  Bytes rtp(std::uint16_t sequence, std::uint32_t ssrc = 1) {
    return make_rtp({.ssrc = ssrc, .sequence = sequence}, random);
  }

  SeededRandom random;
  crypto::SrtpMasterKey key;
  SrtpSender sender;
  SrtpReceiver receiver;
};

INSTANTIATE_TEST_SUITE_P(Profiles, SrtpSessionTest,
                         testing::Values(SrtpProfile::aead_aes_128_gcm,
                                         SrtpProfile::aes_cm_128_hmac_sha1_80));

TEST_P(SrtpSessionTest, CarriesRtpAndLeavesTheHeaderAlone) {
  const Bytes plain =
      make_rtp({.sequence = 7, .csrcs = 3, .extension_words = 2, .payload = 160}, random);
  const Bytes sealed = *protect_rtp(sender, plain);
  constexpr std::size_t kHeader = 12 + 12 + 4 + 8;
  EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + kHeader, sealed.begin()));
  EXPECT_FALSE(std::equal(plain.begin() + kHeader, plain.end(), sealed.begin() + kHeader));
  EXPECT_EQ(*unprotect_rtp(receiver, sealed), plain);
}

TEST_P(SrtpSessionTest, CarriesAnEmptyPayload) {
  const Bytes plain = make_rtp({.payload = 0}, random);
  EXPECT_EQ(*unprotect_rtp(receiver, *protect_rtp(sender, plain)), plain);
}

TEST_P(SrtpSessionTest, CarriesRtcp) {
  for (std::size_t extra : {0u, 6u, 100u}) {
    const Bytes plain = make_rtcp(9, extra, random);
    const Bytes sealed = *protect_rtcp(sender, plain);
    EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + 8, sealed.begin()));
    EXPECT_EQ(*unprotect_rtcp(receiver, sealed), plain);
  }
}

TEST_P(SrtpSessionTest, FollowsTheSequenceNumberThroughSeveralWrapsWithLoss) {
  std::uint64_t index = 65'500;
  int delivered = 0;
  while (index >> 16 < 5) {
    const Bytes plain = rtp(static_cast<std::uint16_t>(index));
    const Bytes sealed = *protect_rtp(sender, plain);
    if (random.u32() % 10 < 7) {
      const auto opened = unprotect_rtp(receiver, sealed);
      ASSERT_TRUE(opened) << "index " << index;
      ASSERT_EQ(*opened, plain);
      ++delivered;
    }
    index += 1 + random.u32() % 200;
  }
  EXPECT_GT(delivered, 1000);
  EXPECT_EQ(receiver.stats().passed, static_cast<std::uint64_t>(delivered));
}

TEST_P(SrtpSessionTest, TakesPacketsThatCrossTheWrapOutOfOrder) {
  std::vector<Bytes> plain, sealed;
  for (const int sequence : {65'533, 65'534, 65'535, 0, 1, 2}) {
    plain.push_back(rtp(static_cast<std::uint16_t>(sequence)));
    sealed.push_back(*protect_rtp(sender, plain.back()));
  }
  for (const std::size_t i : {0u, 3u, 1u, 5u, 2u, 4u}) {
    const auto opened = unprotect_rtp(receiver, sealed[i]);
    ASSERT_TRUE(opened) << i;
    EXPECT_EQ(*opened, plain[i]);
  }
}

TEST_P(SrtpSessionTest, UnderstandsAStreamJoinedBeforeItsFirstWrapOnly) {
  SrtpReceiver late(key);
  Bytes first_round, second_round;
  for (std::uint32_t index = 30'000; index < 70'000; index += 100) {
    const Bytes sealed = *protect_rtp(sender, rtp(static_cast<std::uint16_t>(index)));
    if (index == 60'000) first_round = sealed;
    if (index == 69'900) second_round = sealed;
  }
  EXPECT_TRUE(unprotect_rtp(receiver, first_round));
  EXPECT_TRUE(unprotect_rtp(receiver, second_round));
  EXPECT_EQ(error_of(unprotect_rtp(late, second_round)), SrtpError::bad_tag);
}

TEST_P(SrtpSessionTest, RefusesReplays) {
  const Bytes sealed = *protect_rtp(sender, rtp(100));
  EXPECT_TRUE(unprotect_rtp(receiver, sealed));
  EXPECT_EQ(error_of(unprotect_rtp(receiver, sealed)), SrtpError::replayed);
  const Bytes report = *protect_rtcp(sender, make_rtcp(1, 2, random));
  EXPECT_TRUE(unprotect_rtcp(receiver, report));
  EXPECT_EQ(error_of(unprotect_rtcp(receiver, report)), SrtpError::replayed);
  EXPECT_EQ(receiver.stats().replayed, 2u);
}

TEST_P(SrtpSessionTest, RefusesWhatFellOutOfTheWindow) {
  const Bytes old = *protect_rtp(sender, rtp(100));
  const Bytes oldest_good = *protect_rtp(sender, rtp(101));
  EXPECT_TRUE(unprotect_rtp(receiver, *protect_rtp(sender, rtp(100 + ReplayWindow::kSize))));
  EXPECT_EQ(error_of(unprotect_rtp(receiver, old)), SrtpError::too_old);
  EXPECT_TRUE(unprotect_rtp(receiver, oldest_good));
}

TEST_P(SrtpSessionTest, NoticesEveryChangedByte) {
  const Bytes sealed =
      *protect_rtp(sender, make_rtp({.sequence = 5, .extension_words = 1}, random));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x01;
    EXPECT_FALSE(unprotect_rtp(receiver, changed)) << "byte " << i;
  }
  EXPECT_EQ(receiver.streams(), 0u);
  EXPECT_TRUE(unprotect_rtp(receiver, sealed));

  const Bytes report = *protect_rtcp(sender, make_rtcp(1, 3, random));
  for (std::size_t i = 0; i < report.size(); ++i) {
    Bytes changed = report;
    changed[i] ^= 0x01;
    EXPECT_FALSE(unprotect_rtcp(receiver, changed)) << "byte " << i;
  }
  EXPECT_TRUE(unprotect_rtcp(receiver, report));
}

TEST_P(SrtpSessionTest, ForgeriesMoveNoState) {
  EXPECT_TRUE(unprotect_rtp(receiver, *protect_rtp(sender, rtp(10))));
  Bytes forged = *protect_rtp(sender, rtp(30'000));
  forged.back() ^= 1;
  EXPECT_EQ(error_of(unprotect_rtp(receiver, forged)), SrtpError::bad_tag);
  SrtpSender steady(key);
  EXPECT_TRUE(unprotect_rtp(receiver, *protect_rtp(steady, rtp(11))));
}

TEST_P(SrtpSessionTest, RefusesOneStreamTooMany) {
  SrtpReceiver small(key, {.max_ssrcs = 2});
  SrtpSender small_sender(key, {.max_ssrcs = 3});
  EXPECT_TRUE(unprotect_rtp(small, *protect_rtp(small_sender, rtp(1, 1))));
  EXPECT_TRUE(unprotect_rtcp(small, *protect_rtcp(small_sender, make_rtcp(2, 1, random))));
  EXPECT_EQ(error_of(unprotect_rtp(small, *protect_rtp(small_sender, rtp(1, 3)))),
            SrtpError::too_many_ssrcs);
  EXPECT_TRUE(unprotect_rtp(small, *protect_rtp(small_sender, rtp(2, 1))));
  EXPECT_TRUE(unprotect_rtp(small, *protect_rtp(small_sender, rtp(1, 2))));
  EXPECT_EQ(error_of(protect_rtp(small_sender, rtp(1, 4))), SrtpError::too_many_ssrcs);
  EXPECT_EQ(error_of(protect_rtcp(small_sender, make_rtcp(4, 1, random))),
            SrtpError::too_many_ssrcs);
  EXPECT_EQ(small.stats().too_many_ssrcs, 1u);
  EXPECT_EQ(small.streams(), 2u);
}

TEST_P(SrtpSessionTest, LimitsAreThirtyTwoStreamsByDefault) {
  for (std::uint32_t ssrc = 0; ssrc < 32; ++ssrc) EXPECT_TRUE(protect_rtp(sender, rtp(1, ssrc)));
  EXPECT_EQ(error_of(protect_rtp(sender, rtp(1, 32))), SrtpError::too_many_ssrcs);
}

TEST_P(SrtpSessionTest, NeverUsesAnIndexTwice) {
  EXPECT_TRUE(protect_rtp(sender, rtp(50)));
  EXPECT_EQ(error_of(protect_rtp(sender, rtp(50))), SrtpError::replayed);
  EXPECT_TRUE(protect_rtp(sender, rtp(52)));
  EXPECT_TRUE(protect_rtp(sender, rtp(51)));
}

TEST_P(SrtpSessionTest, StopsWhenTheKeyIsUsedUp) {
  SrtpSender worn(key, {.last_rtp_index = 65'537, .last_rtcp_index = 1});
  EXPECT_TRUE(protect_rtp(worn, rtp(65'535)));
  EXPECT_TRUE(protect_rtp(worn, rtp(1)));
  EXPECT_EQ(error_of(protect_rtp(worn, rtp(2))), SrtpError::exhausted);
  EXPECT_TRUE(protect_rtcp(worn, make_rtcp(1, 1, random)));
  EXPECT_TRUE(protect_rtcp(worn, make_rtcp(1, 1, random)));
  EXPECT_EQ(error_of(protect_rtcp(worn, make_rtcp(1, 1, random))), SrtpError::exhausted);
  EXPECT_EQ(worn.stats().exhausted, 2u);
}

TEST_P(SrtpSessionTest, RefusesPlainRtcp) {
  Bytes report = *protect_rtcp(sender, make_rtcp(1, 1, random));
  // The E bit is the first of the word, which ends the packet in GCM and stands before the tag
  // otherwise.
  const std::size_t word = report.size() - (GetParam() == SrtpProfile::aead_aes_128_gcm ? 4 : 14);
  report[word] &= 0x7F;
  EXPECT_EQ(error_of(unprotect_rtcp(receiver, report)), SrtpError::not_encrypted);
}

TEST_P(SrtpSessionTest, RefusesTruncatedPacketsAndTightBuffers) {
  const Bytes sealed = *protect_rtp(sender, make_rtp({.csrcs = 2, .extension_words = 3}, random));
  const Bytes report = *protect_rtcp(sender, make_rtcp(1, 4, random));
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(
        unprotect_rtp(receiver, {sealed.begin(), sealed.begin() + static_cast<long>(size)}));
  for (std::size_t size = 0; size < report.size(); ++size)
    EXPECT_FALSE(
        unprotect_rtcp(receiver, {report.begin(), report.begin() + static_cast<long>(size)}));

  Bytes tight = rtp(9);
  EXPECT_EQ(error_of(sender.protect_rtp(tight, tight.size())), SrtpError::no_room);
  tight = make_rtcp(1, 1, random);
  EXPECT_EQ(error_of(sender.protect_rtcp(tight, tight.size())), SrtpError::no_room);
  EXPECT_EQ(error_of(sender.protect_rtcp(tight, tight.size() + 1)), SrtpError::malformed);
  Bytes other_version(64);
  EXPECT_EQ(error_of(sender.protect_rtp(other_version, 20)), SrtpError::malformed);
  EXPECT_EQ(error_of(receiver.unprotect_rtp(other_version)), SrtpError::malformed);
  EXPECT_EQ(error_of(receiver.unprotect_rtcp(other_version)), SrtpError::malformed);
}

TEST_P(SrtpSessionTest, DropsGarbage) {
  for (int i = 0; i < 5000; ++i) {
    Bytes garbage(random.u32() % 80);
    random.fill(garbage);
    if (!garbage.empty()) garbage[0] = static_cast<std::uint8_t>(0x80 | (garbage[0] & 0x3F));
    EXPECT_FALSE(unprotect_rtp(receiver, garbage));
    EXPECT_FALSE(unprotect_rtcp(receiver, garbage));
  }
  EXPECT_EQ(receiver.streams(), 0u);
}

TEST(EstimateRtpIndex, FollowsRfc3711AppendixA) {
  EXPECT_EQ(estimate_rtp_index(0x1'0000, 0xFFFF), 0xFFFFu);
  EXPECT_EQ(estimate_rtp_index(0x0'FFFF, 0x0000), 0x1'0000u);
  EXPECT_EQ(estimate_rtp_index(0x1'7FFF, 0xFFFF), 0x1'FFFFu);
  EXPECT_EQ(estimate_rtp_index(0x1'7FFE, 0xFFFF), 0x0'FFFFu);
  EXPECT_EQ(estimate_rtp_index(0x1'8001, 0x0000), 0x2'0000u);
  EXPECT_EQ(estimate_rtp_index(0x1'8000, 0x0000), 0x1'0000u);
  EXPECT_EQ(estimate_rtp_index(0x0'0005, 0xFFFF), 0x0'FFFFu);
}

}  // namespace
}  // namespace parley::srtp
