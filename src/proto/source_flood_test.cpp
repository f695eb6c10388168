// A peer with good keys that floods: each table has its limit, and who was there first stays.
#include <gtest/gtest.h>

#include "proto/rtp/rtcp_session.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"
#include "proto/srtp/srtp_test_support.hpp"
#include "wire/telephone_event.hpp"

namespace parley {
namespace {

constexpr std::uint32_t kSources = 100'000;

Now at(Duration since_start) {
  return {Instant{} + since_start, UtcTime{}};
}

wire::RtpHeader header(std::uint32_t ssrc, std::uint32_t n) {
  return {.payload_type = {111},
          .sequence = {static_cast<std::uint16_t>(n)},
          .timestamp = {n * 960},
          .ssrc = {ssrc}};
}

TEST(SourceFlood, TakesNoMoreStreamsThanTheLimit) {
  SeededRandom random(1);
  const auto key = srtp::random_key(crypto::SrtpProfile::aead_aes_128_gcm, random);
  srtp::SrtpSender first(key);
  srtp::SrtpReceiver receiver(key);
  ASSERT_TRUE(srtp::unprotect_rtp(receiver, *srtp::protect_rtp(first, srtp::make_rtp({}, random))));
  for (std::uint32_t source = 0; source < kSources; source += 32) {
    srtp::SrtpSender sender(key);
    for (std::uint32_t i = 0; i < 32; ++i)
      (void)srtp::unprotect_rtp(
          receiver,
          *srtp::protect_rtp(sender, srtp::make_rtp({.ssrc = 0x10000 + source + i}, random)));
  }
  EXPECT_EQ(receiver.streams(), 32u);
  EXPECT_EQ(receiver.stats().too_many_ssrcs, kSources - 31);
  EXPECT_TRUE(srtp::unprotect_rtp(
      receiver, *srtp::protect_rtp(first, srtp::make_rtp({.sequence = 1}, random))));
}

TEST(SourceFlood, ForgedSourcesTakeNoPlace) {
  SeededRandom random(2);
  srtp::SrtpReceiver receiver(srtp::random_key(crypto::SrtpProfile::aead_aes_128_gcm, random));
  for (std::uint32_t source = 0; source < kSources; ++source)
    EXPECT_FALSE(srtp::unprotect_rtp(receiver, srtp::make_rtp({.ssrc = source}, random)));
  EXPECT_EQ(receiver.streams(), 0u);
}

TEST(SourceFlood, ReportsSpeakOfTheFirstOnesOnly) {
  SeededRandom random(3);
  rtp::RtcpSession session(at({}), {.local = {1}, .cname = "us"}, random);
  session.packet_received(at({}), header(7, 0), 48'000);
  for (std::uint32_t source = 0; source < kSources; ++source)
    session.packet_received(at({}), header(0x10000 + source, 0), 48'000);
  session.packet_received(at({}), header(7, 1), 48'000);
  ASSERT_TRUE(session.statistics_of({7}));
  EXPECT_EQ(session.statistics_of({7})->received(), 2u);
  EXPECT_EQ(session.stats().untracked, kSources - 30);
}

TEST(SourceFlood, OfKeyPressesRemembersAFewAndEndsEach) {
  rtp::TelephoneEventReceiver receiver({.clock_rate = 8000});
  int down = 0;
  int most = 0;
  for (std::uint32_t source = 0; source < kSources; ++source) {
    receiver.handle_input(at({}), header(source, 0),
                          wire::write_telephone_event({5, false, 10, 160}));
    while (const auto event = receiver.poll_event())
      down += std::holds_alternative<rtp::ToneStarted>(*event) ? 1 : -1;
    most = std::max(most, down);
  }
  EXPECT_LE(most, 100) << "keys that are down at one time";
}

TEST(OverlappingKeys, OfOneMomentAreOnePress) {
  rtp::TelephoneEventReceiver receiver({.clock_rate = 8000});
  for (std::uint8_t key = 0; key < 16; ++key)
    receiver.handle_input(at({}), header(7, 5), wire::write_telephone_event({key, false, 10, 160}));
  receiver.handle_input(at({}), header(7, 5), wire::write_telephone_event({15, true, 10, 320}));
  EXPECT_EQ(receiver.poll_event(), rtp::ToneEvent(rtp::ToneStarted{0, {7}}));
  const auto ended = receiver.poll_event();
  ASSERT_TRUE(ended && std::holds_alternative<rtp::ToneEnded>(*ended));
  EXPECT_EQ(std::get<rtp::ToneEnded>(*ended).event, 0);
  EXPECT_FALSE(receiver.poll_event());
}

}  // namespace
}  // namespace parley
