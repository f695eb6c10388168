// Strangers against a leg: who has no part in the call sends to its port, or in its peer's name.
#include <gtest/gtest.h>

#include <utility>

#include "edge/leg_test_support.hpp"
#include "proto/dtls/dtls_endpoint.hpp"
#include "proto/srtp/srtp_test_support.hpp"
#include "wire/demux.hpp"
#include "wire/rtcp.hpp"
#include "wire/stun.hpp"

namespace parley::edge {
namespace {

using namespace std::chrono_literals;

const SocketAddress kHere = address("192.0.2.1:5000");
const SocketAddress kPeer = address("192.0.2.9:6000");

SocketAddress stranger(std::uint16_t port = 6666) {
  return {*IpAddress::parse("198.51.100.66"), port};
}

/// The ClientHello of a client that has its own certificate.
Bytes client_hello() {
  dtls::DtlsEndpoint client(
      {.session = {.role = crypto::DtlsRole::client, .certificate = *test_certificate()}});
  client.start({});
  return client.poll_transmit().value();
}

Bytes stun_request(std::string_view username, bool nominate = true) {
  wire::StunWriter writer(wire::StunClass::request, wire::kStunBinding, {1, 2, 3});
  writer.username(username).priority(0x7FFFFFFF).ice_controlling(9);
  if (nominate) writer.use_candidate();
  return writer.finish();
}

/// A call and a stranger; whatever the server's leg sends to anybody but its peer is counted.
struct Attack : LegLink {
  explicit Attack(std::uint64_t seed) : LegLink(seed) {
    filter = [this](bool to_server, const Transmit& transmit) {
      if (to_server) {
        if (wire::demux(transmit.packet.view()) == wire::DatagramKind::stun)
          checks.push_back(to_bytes(transmit.packet.view()));
        return true;
      }
      if (transmit.remote == kPeer)
        last_to_peer = now;
      else
        ++to_strangers;
      return true;
    };
  }

  void inject(const SocketAddress& from, Bytes datagram) {
    EXPECT_FALSE(server.leg->receive(clock(), kHere, from, datagram)) << "it was heard";
    drain();
  }

  /// One datagram of each kind.
  void spray(const SocketAddress& from) {
    static const Bytes hello = client_hello();
    inject(from, hello);
    inject(from, stun_request(std::string(server.leg->local_ufrag()) + ":guess"));
    inject(from, stun_request("guess:guess"));
    inject(from, srtp::make_rtp({.ssrc = random.u32(), .sequence = sequence++}, random));
    inject(from, srtp::make_rtcp(random.u32(), 5, random));
    Bytes garbage(random.u32() % 100);
    random.fill(garbage);
    inject(from, garbage);
  }

  /// Sends sound both ways, `each` before every packet; both sides must hear all of it.
  void talk(std::uint32_t count, const std::function<void()>& each) {
    for (std::uint32_t i = 0; i < count; ++i) {
      each();
      for (WebrtcLeg* leg : {client.leg.get(), server.leg.get()}) {
        ByteWriter payload;
        payload.u32(i);
        leg->send(clock(), {.payload_type = leg->audio().payload_type,
                            .timestamp = {i * 960},
                            .payload = payload.view()});
      }
      drain();
      run_for(20ms);
    }
    run_for(100ms);
    for (const Side* side : {&client, &server}) {
      ASSERT_EQ(side->heard.size(), count);
      for (std::uint32_t i = 0; i < count; ++i)
        EXPECT_EQ(ByteReader(side->heard[i].payload).u32(), i);
    }
  }

  std::vector<Bytes> checks;  ///< of the client, as a sniffer has them
  std::uint64_t to_strangers = 0;
  Duration last_to_peer{};
  std::uint16_t sequence = 0;
};

TEST(WebrtcLegAttack, WhoSpraysThePortGetsNothingAndIsNotHeard) {
  Attack attack(1);
  ASSERT_TRUE(attack.negotiate());
  for (std::uint16_t i = 0; i < 300; ++i) {  // while it connects
    attack.spray(stranger(1000 + i));
    attack.run_for(1ms);
  }
  ASSERT_TRUE(attack.server.leg->connected());
  attack.talk(100, [&] { attack.spray(stranger()); });
  EXPECT_EQ(attack.to_strangers, 0u);
  EXPECT_GT(attack.server.leg->stats().transport.unchecked, 1000u);
}

TEST(WebrtcLegAttack, WhoReplaysSniffedChecksIsNotSentTheSound) {
  Attack attack(7);
  ASSERT_TRUE(attack.negotiate());
  attack.run_until(10s);
  std::vector<Bytes> known = attack.checks;
  attack.talk(200, [&] {
    for (const Bytes& check : std::exchange(known, attack.checks)) attack.inject(stranger(), check);
  });
  EXPECT_GE(attack.checks.size(), 3u);
  EXPECT_EQ(attack.to_strangers, 0u);
}

TEST(WebrtcLegAttack, AStrangersClientHelloDelaysNoSetUp) {
  const Bytes hello = client_hello();
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    Attack attack(seed);
    ASSERT_TRUE(attack.negotiate());
    while (!attack.server.leg->connected() && attack.now < 1s) {
      attack.inject(stranger(), hello);
      attack.run_for(1ms);
    }
    EXPECT_LE(attack.now, 150ms);
    attack.run_for(50ms);
    EXPECT_TRUE(attack.client.leg->connected());
    EXPECT_EQ(attack.to_strangers, 0u);
  }
}

// Who can send in the peer's name just then makes the set-up fail, as on any network that it
// commands, and gains nothing else.
TEST(WebrtcLegAttack, AClientHelloInThePeersNameTakesNoPart) {
  const Bytes hello = client_hello();
  for (Duration when{}; when < 120ms; when += 3ms) {
    SCOPED_TRACE(when / 1ms);
    Attack attack(2);
    ASSERT_TRUE(attack.negotiate());
    attack.run_until(when);
    for (int i = 0; i < 3; ++i) attack.inject(kPeer, hello);
    attack.run_until(31s);
    EXPECT_EQ(attack.server.leg->connected(), attack.client.leg->connected());
    if (when < 20ms || when > 60ms) {
      EXPECT_TRUE(attack.server.leg->connected());
    }
  }
}

TEST(WebrtcLegAttack, AFloodOfClientHellosIsNotAnsweredByAByte) {
  Attack attack(3);
  ASSERT_TRUE(attack.negotiate());
  const Bytes hello = client_hello();
  const std::uint64_t sent = attack.sent;
  for (std::uint16_t i = 0; i < 5'000; ++i) attack.inject(stranger(i), hello);
  EXPECT_EQ(attack.sent, sent);
  EXPECT_EQ(attack.server.leg->stats().transport.unchecked, 5'000u);
  attack.run_until(300ms);
  EXPECT_TRUE(attack.server.leg->connected());
}

TEST(WebrtcLegAttack, AFloodOfBadPacketsInThePeersNameEndsNothing) {
  Attack attack(4);
  ASSERT_TRUE(attack.negotiate());
  attack.run_until(300ms);
  attack.talk(100, [&] {
    for (int i = 0; i < 100; ++i) {
      const auto ssrc = i % 2 == 0 ? attack.client.leg->ssrc().value : attack.random.u32();
      attack.inject(kPeer,
                    srtp::make_rtp({.ssrc = ssrc, .sequence = attack.sequence++}, attack.random));
      attack.inject(kPeer, srtp::make_rtcp(ssrc, 6, attack.random));
    }
  });
  EXPECT_GE(attack.server.leg->stats().transport.bad_srtp, 20'000u);
  EXPECT_EQ(attack.server.events.size(), 1u) << "connected, and nothing since";
}

TEST(WebrtcLegAttack, AForgedGoodbyeIsNoGoodbye) {
  Attack attack(5);
  ASSERT_TRUE(attack.negotiate());
  attack.run_until(300ms);
  const wire::Ssrc ssrc = attack.client.leg->ssrc();
  const Bytes bye = wire::write_rtcp(std::vector<wire::RtcpPacket>{
      wire::ReceiverReport{ssrc, {}}, wire::Goodbye{{ssrc}, "forged"}});
  for (const auto profile :
       {crypto::SrtpProfile::aead_aes_128_gcm, crypto::SrtpProfile::aes_cm_128_hmac_sha1_80}) {
    srtp::SrtpSender forger(srtp::random_key(profile, attack.random));
    attack.inject(kPeer, *srtp::protect_rtcp(forger, bye));
  }
  attack.inject(kPeer, bye);
  attack.inject(kPeer, *from_hex("15fefd00000000000000ff00020100"));  // close_notify
  attack.inject(kPeer, *from_hex("15fefd00010000000000ff00020228"));  // a fatal alert
  EXPECT_TRUE(attack.server.leg->connected());
  EXPECT_EQ(attack.server.events.size(), 1u);
  EXPECT_EQ(attack.server.leg->stats().transport.bad_srtp, 3u);
  attack.talk(20, [] {});
}

TEST(WebrtcLegAttack, NothingIsSentToAPeerThatIsGoneAfterItsConsent) {
  Attack attack(6);
  ASSERT_TRUE(attack.negotiate());
  attack.run_until(1s);
  const std::vector<Bytes> sniffed = attack.checks;
  ASSERT_FALSE(sniffed.empty());
  const auto counting = attack.filter;
  attack.filter = [&](bool to_server, const Transmit& transmit) {
    return counting(to_server, transmit) && !to_server;  // the peer is frozen
  };
  for (std::uint32_t i = 0; i < 2'000; ++i) {
    const Bytes payload{1, 2, 3};
    attack.server.leg->send(attack.clock(),
                            {.payload_type = attack.server.leg->audio().payload_type,
                             .timestamp = {i * 960},
                             .payload = payload});
    // A stranger's checks, sniffed ones and packets in the peer's name are no consent.
    if (i % 10 == 0)
      for (const Bytes& check : sniffed) attack.inject(kPeer, check);
    attack.inject(kPeer, stun_request(std::string(attack.server.leg->local_ufrag()) + ":" +
                                      std::string(attack.client.leg->local_ufrag())));
    attack.inject(kPeer, srtp::make_rtp({.ssrc = attack.client.leg->ssrc().value}, attack.random));
    attack.run_for(20ms);
  }
  EXPECT_GE(attack.last_to_peer, 25s);
  EXPECT_LE(attack.last_to_peer, 31s);
  EXPECT_TRUE(attack.server.has<LegFailed>());
}

}  // namespace
}  // namespace parley::edge
