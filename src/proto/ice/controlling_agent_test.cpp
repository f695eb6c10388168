#include "proto/ice/controlling_agent.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "proto/ice/ice_test_support.hpp"

namespace parley::ice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SocketAddress kLocal = address("198.51.100.7:5000");
const SocketAddress kRemote = address("192.0.2.1:40000");
constexpr std::uint32_t kBest = candidate_priority(kHostPreference, 0xFFFF);

ControllingOptions options() {
  return {.local = kClient,
          .remote = kServer,
          .local_addresses = {kLocal},
          .remote_candidates = {{kRemote, kBest}}};
}

Bytes success(const wire::StunTransactionId& id, std::string_view password = kServer.password) {
  wire::StunWriter writer(wire::StunClass::success, wire::kStunBinding, id);
  return writer.xor_mapped_address(kLocal).finish(as_bytes(password), crypto::hmac_sha1);
}

struct Sent {
  explicit Sent(const Transmit& transmit)
      : bytes(to_bytes(transmit.packet.view())),
        remote(transmit.remote),
        message(wire::parse_stun(bytes).value()) {}
  Sent(Sent&&) = default;

  Bytes bytes;
  SocketAddress remote;
  wire::StunMessage message;
};

std::vector<Sent> drain(ControllingAgent& agent) {
  std::vector<Sent> sent;
  while (auto transmit = agent.poll_transmit()) sent.emplace_back(*transmit);
  return sent;
}

class Controlling : public testing::Test {
 protected:
  SeededRandom random{11};
  PacketPool pool;
};

TEST_F(Controlling, SendsAnAuthenticatedNominatingCheckAtOnce) {
  ControllingAgent agent(at({}), options(), random, pool);
  const auto sent = drain(agent);
  ASSERT_EQ(sent.size(), 1u);
  const wire::StunMessage& check = sent[0].message;
  EXPECT_EQ(sent[0].remote, kRemote);
  EXPECT_EQ(check.username, kServer.ufrag + ":" + kClient.ufrag);
  EXPECT_EQ(check.priority, candidate_priority(kPeerReflexivePreference, 0xFFFF));
  EXPECT_TRUE(check.ice_controlling);
  EXPECT_TRUE(check.use_candidate);
  EXPECT_TRUE(check.fingerprint);
  EXPECT_TRUE(verify_integrity(check, as_bytes(kServer.password), crypto::hmac_sha1));
}

TEST_F(Controlling, RetransmitsAsRfc8489Says) {
  ControllingAgent agent(at({}), options(), random, pool);
  std::vector<Duration> times;
  std::vector<wire::StunTransactionId> ids;
  Duration now{};
  while (true) {
    for (const Sent& sent : drain(agent)) {
      times.push_back(now);
      ids.push_back(sent.message.transaction_id);
    }
    const auto deadline = agent.next_deadline();
    if (!deadline) break;
    now = deadline->at - Instant{};
    agent.handle_timeout(at(now));
  }
  // RFC 8489 §6.2.1: 0, 500, 1500, 3500, 7500, 15500, 31500 ms; failed at 39500 ms.
  const std::vector<Duration> expected = {
      milliseconds(0),    milliseconds(500),   milliseconds(1500), milliseconds(3500),
      milliseconds(7500), milliseconds(15500), milliseconds(31500)};
  EXPECT_EQ(times, expected);
  EXPECT_EQ(now, milliseconds(39500));
  EXPECT_EQ(std::count(ids.begin(), ids.end(), ids.front()), 7);
  EXPECT_EQ(agent.poll_event(), ControllingEvent(ConnectivityFailed{}));
}

TEST_F(Controlling, FailsAtOnceWithoutAPairOfOneFamily) {
  ControllingOptions mixed = options();
  mixed.remote_candidates = {{address("[2001:db8::1]:40000"), kBest}};
  ControllingAgent agent(at({}), mixed, random, pool);
  EXPECT_EQ(agent.poll_event(), ControllingEvent(ConnectivityFailed{}));
  EXPECT_EQ(agent.next_deadline(), std::nullopt);
}

TEST_F(Controlling, PacesPairsByPriorityUpToTheLimit) {
  ControllingOptions many = options();
  many.max_pairs = 3;
  many.remote_candidates.clear();
  for (std::uint16_t i = 0; i < 5; ++i)
    many.remote_candidates.push_back({{kRemote.ip, i}, kBest - 256u * (i ^ 1u)});
  ControllingAgent agent(at({}), many, random, pool);
  std::vector<std::pair<Duration, std::uint16_t>> sent;
  for (Duration now{}; now < milliseconds(400); now += milliseconds(10)) {
    agent.handle_timeout(at(now));
    for (const Sent& s : drain(agent)) sent.emplace_back(now, s.remote.port);
  }
  const std::vector<std::pair<Duration, std::uint16_t>> expected = {
      {milliseconds(0), 1}, {milliseconds(50), 0}, {milliseconds(100), 3}};
  EXPECT_EQ(sent, expected);
}

TEST_F(Controlling, IgnoresForgedAndMisdirectedAnswers) {
  ControllingAgent agent(at({}), options(), random, pool);
  const wire::StunTransactionId id = drain(agent)[0].message.transaction_id;
  agent.handle_input(at({}), kLocal, kRemote, success(id, "somebodyElsesPassword!!!"));
  agent.handle_input(at({}), kLocal, address("203.0.113.66:1"), success(id));
  agent.handle_input(at({}), address("198.51.100.7:5001"), kRemote, success(id));
  agent.handle_input(at({}), kLocal, kRemote, success({1}));
  wire::StunWriter error(wire::StunClass::error, wire::kStunBinding, id);
  agent.handle_input(at({}), kLocal, kRemote,
                     error.error({wire::kStunUnauthenticated, "no"}).finish());
  agent.handle_input(at({}), kLocal, kRemote, as_bytes("junk"));
  EXPECT_FALSE(agent.poll_event());
  EXPECT_EQ(agent.stats().bad_integrity, 2u);
  EXPECT_EQ(agent.stats().unmatched, 3u);
  EXPECT_EQ(agent.stats().malformed, 1u);
  agent.handle_input(at({}), kLocal, kRemote, success(id));
  EXPECT_EQ(agent.poll_event(), ControllingEvent(PairSelected{kLocal, kRemote}));
}

TEST_F(Controlling, AnAuthenticErrorFailsThePair) {
  ControllingAgent agent(at({}), options(), random, pool);
  wire::StunWriter error(wire::StunClass::error, wire::kStunBinding,
                         drain(agent)[0].message.transaction_id);
  error.error({wire::kStunRoleConflict, "Role Conflict"});
  agent.handle_input(at({}), kLocal, kRemote,
                     error.finish(as_bytes(kServer.password), crypto::hmac_sha1));
  EXPECT_EQ(agent.poll_event(), ControllingEvent(ConnectivityFailed{}));
}

TEST_F(Controlling, ChecksConsentAtRandomisedIntervals) {
  ControllingAgent agent(at({}), options(), random, pool);
  agent.handle_input(at({}), kLocal, kRemote, success(drain(agent)[0].message.transaction_id));
  Duration last{};
  Duration shortest = seconds(100);
  Duration longest{};
  for (int i = 0; i < 200; ++i) {
    const auto deadline = agent.next_deadline();
    ASSERT_TRUE(deadline);
    ASSERT_EQ(deadline->reason, ControllingDeadline::consent_check);
    const Duration now = deadline->at - Instant{};
    shortest = std::min(shortest, now - last);
    longest = std::max(longest, now - last);
    last = now;
    agent.handle_timeout(at(now));
    const auto sent = drain(agent);
    ASSERT_EQ(sent.size(), 1u);
    agent.handle_input(at(now), kLocal, kRemote, success(sent[0].message.transaction_id));
  }
  EXPECT_GE(shortest, seconds(4));
  EXPECT_LE(longest, seconds(6));
  EXPECT_GT(longest - shortest, milliseconds(1500));
}

TEST(CandidatePriority, FollowsRfc8445) {
  EXPECT_EQ(candidate_priority(126, 65535), 2130706431u);
  EXPECT_EQ(pair_priority(2, 1), (1ull << 32) + 5);
  EXPECT_EQ(pair_priority(1, 2), (1ull << 32) + 4);
}

}  // namespace
}  // namespace parley::ice
