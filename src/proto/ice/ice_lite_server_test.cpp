#include "proto/ice/ice_lite_server.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "proto/ice/candidate.hpp"
#include "proto/ice/ice_test_support.hpp"

namespace parley::ice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SocketAddress kHere = address("192.0.2.1:40000");
const SocketAddress kPeer = address("198.51.100.7:5000");
const SocketAddress kElsewhere = address("203.0.113.66:6666");
constexpr std::uint32_t kPriority = candidate_priority(kPeerReflexivePreference, 0xFFFF);

/// Of each check another one, as agents do.
wire::StunTransactionId next_id() {
  static std::uint8_t count = 0;
  return {1, 2, ++count};
}

struct Check {
  std::string username = kServer.ufrag + ":" + kClient.ufrag;
  std::string password = kServer.password;
  std::uint32_t priority = kPriority;
  bool nominate = true;
  bool controlling = true;
  wire::StunTransactionId id = next_id();

  Bytes bytes() const {
    wire::StunWriter writer(wire::StunClass::request, wire::kStunBinding, id);
    writer.username(username).priority(priority);
    if (controlling)
      writer.ice_controlling(9);
    else
      writer.ice_controlled(9);
    if (nominate) writer.use_candidate();
    return writer.finish(as_bytes(password), crypto::hmac_sha1);
  }
};

class IceLite : public testing::Test {
 protected:
  void input(Duration when, const SocketAddress& remote, ByteView datagram) {
    server.handle_input(at(when), kHere, remote, datagram);
  }
  /// The one answer to what was put in, parsed; its bytes stay in `answer_bytes`.
  std::optional<wire::StunMessage> answer() {
    auto transmit = server.poll_transmit();
    if (!transmit) return std::nullopt;
    EXPECT_FALSE(server.poll_transmit());
    answered_to = transmit->remote;
    EXPECT_EQ(transmit->local, kHere);
    answer_bytes = to_bytes(transmit->packet.view());
    return wire::parse_stun(answer_bytes);
  }

  PacketPool pool;
  IceLiteServer server{
      at({}), {.local = kServer, .remote_ufrag = kClient.ufrag, .max_pairs = 4}, pool};
  Bytes answer_bytes;
  SocketAddress answered_to;
};

TEST_F(IceLite, AnswersACheckWithTheAddressItCameFrom) {
  const SocketAddress v6 = address("[2001:db8::7]:5000");
  for (const SocketAddress& peer : {kPeer, v6}) {
    const Check check;
    input({}, peer, check.bytes());
    const auto message = answer();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->message_class, wire::StunClass::success);
    EXPECT_EQ(message->transaction_id, check.id);
    EXPECT_EQ(message->xor_mapped_address, peer);
    EXPECT_TRUE(message->fingerprint);
    EXPECT_TRUE(verify_integrity(*message, as_bytes(kServer.password), crypto::hmac_sha1));
    EXPECT_EQ(answered_to, peer);
    EXPECT_TRUE(server.is_checked(kHere, peer));
  }
}

TEST_F(IceLite, SelectsOnlyANominatedPair) {
  input({}, kPeer, Check{.nominate = false}.bytes());
  EXPECT_FALSE(server.poll_event());
  EXPECT_TRUE(server.is_checked(kHere, kPeer));
  input({}, kPeer, Check{}.bytes());
  EXPECT_EQ(server.poll_event(), IceLiteEvent(PairSelected{kHere, kPeer}));
  input({}, kPeer, Check{}.bytes());
  EXPECT_FALSE(server.poll_event()) << "told once";
}

TEST_F(IceLite, NeverAnswersNorFollowsAForgedCheck) {
  input({}, kPeer, Check{}.bytes());
  server.poll_transmit();
  server.poll_event();
  input(seconds(5), kElsewhere, Check{.password = "somebodyElsesPassword!!!"}.bytes());
  input(seconds(5), kElsewhere, Check{.username = "other:" + kClient.ufrag}.bytes());
  input(seconds(5), kElsewhere, Check{.username = kServer.ufrag}.bytes());
  input(seconds(5), kElsewhere, Check{.username = kServer.ufrag + ":guess"}.bytes());
  wire::StunWriter bare(wire::StunClass::request, wire::kStunBinding, {});
  bare.username(Check{}.username).use_candidate();
  input(seconds(5), kElsewhere, bare.finish());
  EXPECT_FALSE(server.poll_transmit());
  EXPECT_FALSE(server.poll_event());
  EXPECT_FALSE(server.is_checked(kHere, kElsewhere));
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kPeer}));
  EXPECT_EQ(server.stats().bad_integrity, 2u);
  EXPECT_EQ(server.stats().wrong_username, 3u);
}

TEST_F(IceLite, AForgedCheckKeepsNoConsent) {
  input({}, kPeer, Check{}.bytes());
  input(seconds(29), kPeer, Check{.password = "somebodyElsesPassword!!!"}.bytes());
  server.handle_timeout(at(seconds(30)));
  EXPECT_TRUE(server.expired());
}

TEST_F(IceLite, ACheckThatIsReplayedFromElsewhereIsNotAnsweredAndMovesNothing) {
  const Bytes sniffed = Check{}.bytes();
  input({}, kPeer, sniffed);
  ASSERT_TRUE(answer() && server.poll_event());
  // When the nomination has settled, the newest one of a new check would count.
  input(seconds(5), kElsewhere, sniffed);
  server.handle_input(at(seconds(5)), address("192.0.2.2:40000"), kPeer, sniffed);
  EXPECT_FALSE(server.poll_transmit());
  EXPECT_FALSE(server.poll_event());
  EXPECT_FALSE(server.is_checked(kHere, kElsewhere));
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kPeer}));
  EXPECT_EQ(server.stats().replayed, 2u);
}

TEST_F(IceLite, ACheckThatIsReplayedInThePeersNameKeepsNoConsent) {
  const Bytes sniffed = Check{}.bytes();
  for (int s = 0; s < 30; ++s) {
    input(seconds(s), kPeer, sniffed);
    EXPECT_TRUE(answer());
  }
  EXPECT_EQ(server.stats().repeated, 29u);
  server.handle_timeout(at(seconds(30)));
  EXPECT_TRUE(server.expired());
}

TEST_F(IceLite, ARepeatedNominationSelectsNothing) {
  const Bytes first = Check{}.bytes();
  input({}, kPeer, first);
  input(seconds(3), kElsewhere, Check{}.bytes());
  input(seconds(6), kPeer, first);
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kElsewhere}));
  EXPECT_EQ(server.stats().selections, 2u);
}

TEST_F(IceLite, WhatIsRefusedIsRefusedOnceMoreAndNotElsewhere) {
  const Bytes controlled = Check{.controlling = false}.bytes();
  for (const SocketAddress& from : {kPeer, kPeer, kElsewhere}) input({}, from, controlled);
  EXPECT_EQ(server.stats().role_conflicts, 2u);
  EXPECT_EQ(server.stats().replayed, 1u);
}

TEST_F(IceLite, RemembersItsLastChecksAndThenForgetsTheOldest) {
  const std::size_t limit = IceLiteOptions{}.max_seen_checks;
  EXPECT_EQ(limit, 4'096u);
  SeenChecks seen(limit);
  const auto id = [](std::size_t i) {
    return wire::StunTransactionId{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)};
  };
  for (std::size_t i = 0; i < limit; ++i) ASSERT_EQ(seen.see(id(i), kHere, kPeer), Sight::first);
  EXPECT_EQ(seen.see(id(0), kHere, kPeer), Sight::again);
  EXPECT_EQ(seen.see(id(0), kHere, kElsewhere), Sight::elsewhere);
  EXPECT_EQ(seen.see(id(limit), kHere, kPeer), Sight::first);
  EXPECT_EQ(seen.see(id(1), kHere, kElsewhere), Sight::elsewhere);
  EXPECT_EQ(seen.see(id(0), kHere, kElsewhere), Sight::first);
}

TEST_F(IceLite, NoFlippedBitIsAccepted) {
  const Bytes good = Check{}.bytes();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1 << bit % 8);
    input({}, kElsewhere, bad);
    ASSERT_FALSE(server.poll_transmit()) << bit;
  }
  EXPECT_FALSE(server.is_checked(kHere, kElsewhere));
}

TEST_F(IceLite, DropsWhatIsNoBindingRequest) {
  input({}, kPeer, {});
  input({}, kPeer, as_bytes("hello"));
  for (const auto kind :
       {wire::StunClass::indication, wire::StunClass::success, wire::StunClass::error}) {
    wire::StunWriter writer(kind, wire::kStunBinding, {});
    writer.username(Check{}.username);
    input({}, kPeer, writer.finish(as_bytes(kServer.password), crypto::hmac_sha1));
  }
  wire::StunWriter other(wire::StunClass::request, 0x003, {});
  other.username(Check{}.username);
  input({}, kPeer, other.finish(as_bytes(kServer.password), crypto::hmac_sha1));
  EXPECT_FALSE(server.poll_transmit());
  EXPECT_EQ(server.stats().malformed, 6u);
}

TEST_F(IceLite, AnswersUnknownRequiredAttributesWith420) {
  // An empty attribute of type 0x0077, written after the header, before a fresh integrity.
  ByteWriter writer;
  writer.u16(0x0001);
  writer.u16(0);
  writer.u32(0x2112A442);
  writer.bytes(Check{}.id);
  writer.u16(0x0077);
  writer.u16(0);
  const std::string name = Check{}.username;
  writer.u16(0x0006);
  writer.u16(static_cast<std::uint16_t>(name.size()));
  writer.bytes(as_bytes(name));
  while (writer.size() % 4 != 0) writer.u8(0);
  writer.patch_u16(2, static_cast<std::uint16_t>(writer.size() - 20 + 24));
  const auto digest = crypto::hmac_sha1(as_bytes(kServer.password), writer.view());
  writer.u16(0x0008);
  writer.u16(20);
  writer.bytes(digest);
  writer.patch_u16(2, static_cast<std::uint16_t>(writer.size() - 20 + 8));
  const std::uint32_t fingerprint = wire::crc32(writer.view()) ^ 0x5354554E;
  writer.u16(0x8028);
  writer.u16(4);
  writer.u32(fingerprint);
  input({}, kPeer, writer.view());
  const auto message = answer();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, wire::StunClass::error);
  ASSERT_TRUE(message->error);
  EXPECT_EQ(message->error->code, 420);
  EXPECT_EQ(message->unknown_attributes, std::vector<std::uint16_t>{0x0077});
  EXPECT_TRUE(verify_integrity(*message, as_bytes(kServer.password), crypto::hmac_sha1));
  EXPECT_FALSE(server.is_checked(kHere, kPeer));
}

TEST_F(IceLite, AnswersAControlledPeerWith487) {
  input({}, kPeer, Check{.controlling = false}.bytes());
  const auto message = answer();
  ASSERT_TRUE(message && message->error);
  EXPECT_EQ(message->error->code, 487);
  EXPECT_EQ(server.selected(), std::nullopt);
  EXPECT_EQ(server.stats().role_conflicts, 1u);
}

TEST_F(IceLite, AggressiveNominationKeepsTheHighestPriority) {
  input({}, kPeer, Check{}.bytes());
  input(milliseconds(50), kElsewhere, Check{.priority = kPriority - 256}.bytes());
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kPeer}));
  // When that has settled, the newest nomination is the peer's wish, as when it leaves a network.
  input(seconds(3), kElsewhere, Check{.priority = kPriority - 256}.bytes());
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kElsewhere}));
}

TEST_F(IceLite, FallsBackToTheOtherNominatedPairThatIsAlive) {
  input({}, kPeer, Check{}.bytes());
  input(milliseconds(50), kElsewhere, Check{.priority = kPriority - 256}.bytes());
  for (int s = 5; s < 30; s += 5) input(seconds(s), kElsewhere, Check{.nominate = false}.bytes());
  server.handle_timeout(at(seconds(30)));
  EXPECT_EQ(server.selected(), (PairSelected{kHere, kElsewhere}));
  EXPECT_FALSE(server.expired());
}

TEST_F(IceLite, ForgetsTheOldestPairAtItsLimitButNeverTheSelectedOne) {
  input({}, kPeer, Check{}.bytes());
  for (std::uint16_t port = 1; port <= 5; ++port)
    input(milliseconds(port), {kElsewhere.ip, port}, Check{.nominate = false}.bytes());
  EXPECT_TRUE(server.is_checked(kHere, kPeer));
  EXPECT_FALSE(server.is_checked(kHere, {kElsewhere.ip, 1}));
  EXPECT_FALSE(server.is_checked(kHere, {kElsewhere.ip, 2}));
  for (std::uint16_t port = 3; port <= 5; ++port)
    EXPECT_TRUE(server.is_checked(kHere, {kElsewhere.ip, port}));
  EXPECT_EQ(server.stats().evicted_pairs, 2u);
}

TEST_F(IceLite, ExpiresWhenNobodyEverComes) {
  ASSERT_TRUE(server.next_deadline());
  EXPECT_EQ(server.next_deadline()->at, Instant{} + seconds(30));
  EXPECT_EQ(server.next_deadline()->reason, IceLiteDeadline::consent_expiry);
  server.handle_timeout(at(seconds(30) - milliseconds(1)));
  EXPECT_FALSE(server.poll_event());
  server.handle_timeout(at(seconds(30)));
  EXPECT_EQ(server.poll_event(), IceLiteEvent(ConsentExpired{}));
  input(seconds(31), kPeer, Check{}.bytes());
  EXPECT_FALSE(server.poll_transmit());
  EXPECT_FALSE(server.poll_event());
  EXPECT_EQ(server.stats().after_expiry, 1u);
}

TEST(Credentials, NameTheLegOfACheck) {
  EXPECT_EQ(ufrag_of(Check{}.bytes()), kServer.ufrag);
  EXPECT_EQ(ufrag_of(Check{.username = "nocolon"}.bytes()), std::nullopt);
  EXPECT_EQ(ufrag_of(Check{.username = ":only"}.bytes()), std::nullopt);
  EXPECT_EQ(ufrag_of(as_bytes("junk")), std::nullopt);
  wire::StunWriter answer(wire::StunClass::success, wire::kStunBinding, {});
  answer.username("a:b");
  EXPECT_EQ(ufrag_of(answer.finish()), std::nullopt);
}

TEST(Credentials, AreLongAndFresh) {
  SeededRandom random(1);
  const Credentials a = make_credentials(random);
  const Credentials b = make_credentials(random);
  EXPECT_EQ(a.ufrag.size(), 8u);
  EXPECT_EQ(a.password.size(), 24u);
  EXPECT_NE(a.ufrag, b.ufrag);
  EXPECT_NE(a.password, b.password);
}

}  // namespace
}  // namespace parley::ice
