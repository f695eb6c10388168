// Our session against libsrtp2, packet for packet, in both directions and both profiles.
#include <gtest/gtest.h>
#include "proto/srtp/srtp_reference_test_support.hpp"

namespace parley::srtp {
namespace {

using crypto::SrtpProfile;

class SrtpDifferential : public testing::TestWithParam<SrtpProfile> {
 protected:
  static constexpr std::uint64_t kSeed = 3711;
  static constexpr int kPackets = 6000;

  SrtpDifferential()
      : random(kSeed),
        key(random_key(GetParam(), random)),
        sender(key),
        receiver(key),
        reference_sender(key, ssrc_any_outbound),
        reference_receiver(key, ssrc_any_inbound) {}

  /// Sequence numbers run through several wraps, with gaps and some steps back.
  Bytes next_rtp() {
    const std::uint32_t stream = random.u32() % 4;
    std::uint32_t& index = indices[stream];
    if (random.u32() % 8 == 0) {
      index += random.u32() % 2500;
    } else {
      ++index;
    }
    const std::uint32_t back = random.u32() % 10 == 0 ? random.u32() % 100 : 0;
    RtpShape shape{.ssrc = 0xAB000000 + stream,
                   .sequence = static_cast<std::uint16_t>(index - back),
                   .csrcs = random.u32() % 4 == 0 ? random.u32() % 16 : 0,
                   .payload = random.u32() % 1200};
    if (random.u32() % 2 == 0) shape.extension_words = random.u32() % 10;
    return make_rtp(shape, random);
  }

  SeededRandom random;
  crypto::SrtpMasterKey key;
  SrtpSender sender;
  SrtpReceiver receiver;
  Reference reference_sender;
  Reference reference_receiver;
  std::array<std::uint32_t, 4> indices{65'500, 1000, 40'000, 65'535};
};

INSTANTIATE_TEST_SUITE_P(Profiles, SrtpDifferential,
                         testing::Values(SrtpProfile::aead_aes_128_gcm,
                                         SrtpProfile::aes_cm_128_hmac_sha1_80));

TEST_P(SrtpDifferential, RtpIsTheSameByteForByte) {
  SCOPED_TRACE(kSeed);
  int refused = 0;
  for (int i = 0; i < kPackets; ++i) {
    const Bytes plain = next_rtp();
    const auto ours = optional_of(protect_rtp(sender, plain));
    const auto theirs = reference_sender.apply(srtp_protect, plain);
    ASSERT_EQ(ours, theirs) << "packet " << i;
    if (!ours) {
      ++refused;
      continue;
    }
    if (random.u32() % 4 == 0) continue;
    Bytes wire = *ours;
    if (random.u32() % 20 == 0) wire[random.u32() % wire.size()] ^= 0x10;
    const auto opened = optional_of(unprotect_rtp(receiver, wire));
    ASSERT_EQ(opened, reference_receiver.apply(srtp_unprotect, wire)) << "packet " << i;
    ASSERT_EQ(opened.has_value(), wire == *ours) << "packet " << i;
  }
  EXPECT_GT(indices[0], 3u * 65'536);
  EXPECT_LT(refused, kPackets / 10);
}

TEST_P(SrtpDifferential, RtcpOpensOnTheOtherSide) {
  SCOPED_TRACE(kSeed);
  // libsrtp2 numbers the first report of a stream 1; RFC 3711 §3.4 says 0.
  for (std::uint32_t ssrc = 0; ssrc < 4; ++ssrc)
    ASSERT_TRUE(protect_rtcp(sender, make_rtcp(ssrc, 1, random)));
  for (int i = 0; i < kPackets / 4; ++i) {
    const Bytes plain = make_rtcp(random.u32() % 4, random.u32() % 100, random);
    const auto ours = optional_of(protect_rtcp(sender, plain));
    const auto theirs = reference_sender.apply(srtp_protect_rtcp, plain);
    ASSERT_EQ(ours, theirs) << "packet " << i;
    if (random.u32() % 4 == 0) continue;
    Bytes wire = *ours;
    if (random.u32() % 20 == 0) wire[random.u32() % wire.size()] ^= 0x10;
    const auto opened = optional_of(unprotect_rtcp(receiver, wire));
    ASSERT_EQ(opened, reference_receiver.apply(srtp_unprotect_rtcp, wire)) << "packet " << i;
    ASSERT_EQ(opened.has_value(), wire == *ours) << "packet " << i;
  }
}

}  // namespace
}  // namespace parley::srtp
