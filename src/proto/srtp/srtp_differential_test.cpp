// Our session against libsrtp2, packet for packet, in both directions and both profiles.
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <memory>

#include "proto/srtp/srtp_test_support.hpp"

namespace parley::srtp {
namespace {

using crypto::SrtpProfile;

/// One direction of the other implementation.
class Reference {
 public:
  Reference(const crypto::SrtpMasterKey& key, srtp_ssrc_type_t direction) : material_(key.key) {
    material_.insert(material_.end(), key.salt.begin(), key.salt.end());
    srtp_policy_t policy{};
    if (key.profile == SrtpProfile::aead_aes_128_gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    }
    policy.ssrc.type = direction;
    policy.key = material_.data();
    policy.window_size = ReplayWindow::kSize;
    static const srtp_err_status_t initialised = srtp_init();
    EXPECT_EQ(initialised, srtp_err_status_ok);
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~Reference() { srtp_dealloc(session_); }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  using Function = srtp_err_status_t (*)(srtp_t, void*, int*);
  std::optional<Bytes> apply(Function function, Bytes packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    if (function(session_, packet.data(), &size) != srtp_err_status_ok) return std::nullopt;
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  Bytes material_;
  srtp_t session_ = nullptr;
};

template <class Value>
std::optional<Value> optional_of(Result<Value, SrtpError> result) {
  return result ? std::optional(*std::move(result)) : std::nullopt;
}

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
