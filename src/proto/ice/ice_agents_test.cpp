// The controlling agent and the lite server against each other.
#include <gtest/gtest.h>

#include "proto/ice/ice_test_support.hpp"

namespace parley::ice {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const SocketAddress kServerV4 = address("192.0.2.1:40000");
const SocketAddress kServerV6 = address("[2001:db8::1]:40000");
const SocketAddress kClientV4 = address("198.51.100.7:5000");
const SocketAddress kClientV6 = address("[2001:db8::7]:5000");

ControllingOptions one_pair() {
  return {.local_addresses = {kClientV4},
          .remote_candidates = {{kServerV4, candidate_priority(kHostPreference, 0xFFFF)}}};
}

TEST(IceAgents, SelectTheirPairInOneRoundTrip) {
  IceLink link(1);
  link.start(one_pair());
  link.run_until(milliseconds(40));
  EXPECT_EQ(link.server_events, std::vector<IceLiteEvent>({PairSelected{kServerV4, kClientV4}}));
  EXPECT_EQ(link.client_events,
            std::vector<ControllingEvent>({PairSelected{kClientV4, kServerV4}}));
  EXPECT_TRUE(link.server->is_checked(kServerV4, kClientV4));
  EXPECT_FALSE(link.server->is_checked(kServerV4, address("198.51.100.7:5001")));
  EXPECT_EQ(link.client->stats().requests, 1u);
}

TEST(IceAgents, NominateRegularlyInTwo) {
  IceLink link(1);
  ControllingOptions options = one_pair();
  options.nomination = Nomination::regular;
  link.start(options);
  link.run_until(milliseconds(59));
  EXPECT_TRUE(link.server_events.empty());
  EXPECT_TRUE(link.server->is_checked(kServerV4, kClientV4));
  link.run_until(milliseconds(80));
  EXPECT_EQ(link.server_events.size(), 1u);
  EXPECT_EQ(link.client->selected(), (PairSelected{kClientV4, kServerV4}));
}

class IceAgentsLossy : public testing::TestWithParam<Nomination> {};

TEST_P(IceAgentsLossy, AgreeOverALossyLink) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    IceLink link(seed);
    link.loss = 0.15;
    link.duplication = 0.1;
    link.jitter = milliseconds(200);
    const std::uint32_t best = candidate_priority(kHostPreference, 0xFFFF);
    link.start({.local_addresses = {kClientV6, kClientV4},
                .remote_candidates = {{kServerV4, best - 256}, {kServerV6, best}},
                .nomination = GetParam()});
    link.run_until(seconds(45));
    ASSERT_TRUE(link.client->selected());
    ASSERT_TRUE(link.server->selected());
    EXPECT_EQ(link.client->selected()->local, link.server->selected()->remote);
    EXPECT_EQ(link.client->selected()->remote, link.server->selected()->local);
    if (GetParam() == Nomination::aggressive) {
      EXPECT_EQ(link.client->selected(), (PairSelected{kClientV6, kServerV6}));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Both, IceAgentsLossy,
                         testing::Values(Nomination::aggressive, Nomination::regular));

TEST(IceAgents, RegularNominationPrefersTheHigherPriority) {
  IceLink link(1);
  const std::uint32_t best = candidate_priority(kHostPreference, 0xFFFF);
  link.start({.local_addresses = {kClientV4, kClientV6},
              .remote_candidates = {{kServerV4, best - 256}, {kServerV6, best}},
              .nomination = Nomination::regular});
  link.run_until(seconds(1));
  EXPECT_EQ(link.client_events.size(), 1u);
  EXPECT_EQ(link.client->selected(), (PairSelected{kClientV4, kServerV4}));
}

TEST(IceAgents, TakeIpv6WhenIpv4IsDead) {
  for (const Nomination nomination : {Nomination::aggressive, Nomination::regular}) {
    IceLink link(1);
    link.filter = [](bool, const Transmit& t) {
      return t.local.ip.family == IpFamily::v6;
    };
    const std::uint32_t best = candidate_priority(kHostPreference, 0xFFFF);
    link.start({.local_addresses = {kClientV4, kClientV6},
                .remote_candidates = {{kServerV4, best}, {kServerV6, best - 256}},
                .nomination = nomination});
    link.run_until(seconds(1));
    EXPECT_EQ(link.client->selected(), (PairSelected{kClientV6, kServerV6}));
    EXPECT_EQ(link.server->selected(), (PairSelected{kServerV6, kClientV6}));
  }
}

TEST(IceAgents, KeepConsentForHours) {
  IceLink link(5);
  link.loss = 0.05;
  link.jitter = milliseconds(100);
  link.start(one_pair());
  link.run_until(hours(3));
  EXPECT_EQ(link.client_events.size(), 1u);
  EXPECT_EQ(link.server_events.size(), 1u);
  // One check each 4 to 6 s.
  EXPECT_NEAR(static_cast<double>(link.client->stats().requests), 3 * 720, 60);
}

TEST(IceAgents, LoseConsentWhenThePathDies) {
  IceLink link(5);
  link.start(one_pair());
  link.run_until(seconds(60));
  link.loss = 1;
  link.run_until(seconds(85));
  EXPECT_EQ(link.client_events.size(), 1u);
  EXPECT_EQ(link.server_events.size(), 1u);
  link.run_until(seconds(91));
  EXPECT_EQ(link.client_events.back(), ControllingEvent(ConsentExpired{}));
  EXPECT_EQ(link.server_events.back(), IceLiteEvent(ConsentExpired{}));
  EXPECT_EQ(link.client->next_deadline(), std::nullopt);
  EXPECT_EQ(link.server->next_deadline(), std::nullopt);
  EXPECT_EQ(link.server->selected(), std::nullopt);
  EXPECT_FALSE(link.server->is_checked(kServerV4, kClientV4));
  // Expired is the end: the peer may not revive it.
  link.loss = 0;
  link.run_until(seconds(200));
  EXPECT_EQ(link.client_events.size(), 2u);
}

TEST(IceAgents, FollowANatThatRebinds) {
  const SocketAddress before = address("203.0.113.9:1111");
  const SocketAddress after = address("203.0.113.9:2222");
  IceLink link(7);
  link.nat = {kClientV4, before};
  link.start(one_pair());
  link.run_until(seconds(30));
  EXPECT_EQ(link.server->selected(), (PairSelected{kServerV4, before}));
  link.nat = {kClientV4, after};
  link.run_until(seconds(37));
  EXPECT_EQ(link.server->selected(), (PairSelected{kServerV4, after}));
  link.run_until(seconds(120));
  EXPECT_EQ(link.server->selected(), (PairSelected{kServerV4, after}));
  EXPECT_FALSE(link.server->is_checked(kServerV4, before)) << "an unheard address is forgotten";
  EXPECT_EQ(link.client_events.size(), 1u);
}

/// The answers are lost until `heard`; by then the client has sent its one check `sent` times.
void connect_when_answers_arrive(Duration heard, std::uint64_t sent) {
  IceLink link(9);
  link.filter = [&](bool to_server, const Transmit&) {
    return to_server || link.now >= heard;
  };
  link.start(one_pair());
  link.run_until(heard + seconds(1));
  EXPECT_EQ(link.client->stats().requests, sent);
  EXPECT_EQ(link.server->stats().repeated, sent - 1);
  link.run_until(seconds(120));
  EXPECT_EQ(link.client->selected(), (PairSelected{kClientV4, kServerV4}));
  EXPECT_EQ(link.server->selected(), (PairSelected{kServerV4, kClientV4}));
  EXPECT_EQ(link.server_events.size(), 1u);
}

// RFC 8489 §6.2.1: a request goes out at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s, and once more when
// consent is over.
TEST(IceAgents, ARetransmissionIsAnsweredWhenTheFirstAnswersWereLost) {
  connect_when_answers_arrive(milliseconds(500), 2);
  connect_when_answers_arrive(milliseconds(7'500), 5);
  connect_when_answers_arrive(milliseconds(15'500), 6);
}

TEST(IceAgents, ARetransmissionIsTheFirstWhenTheFirstRequestsWereLost) {
  IceLink link(9);
  link.filter = [&](bool, const Transmit&) {
    return link.now >= milliseconds(15'500);
  };
  link.start(one_pair());
  link.run_until(seconds(17));
  EXPECT_EQ(link.client->selected(), (PairSelected{kClientV4, kServerV4}));
  EXPECT_EQ(link.server->stats().repeated, 0u);
}

/// A link on which somebody hears every check, and sends each again and again.
struct SniffedLink : IceLink {
  SniffedLink() : IceLink(11) {
    filter = [this](bool to_server, const Transmit& transmit) {
      if (to_server && gone) return false;
      if (to_server) sniffed.push_back(to_bytes(transmit.packet.view()));
      to_strangers += !to_server && transmit.remote != kClientV4;
      return true;
    };
  }

  /// Never faster than the check itself.
  void replay_for(Duration duration, const SocketAddress& source) {
    for (const Duration end = now + duration; now < end;) {
      const std::vector<Bytes> known = sniffed;
      run_until(now + seconds(1));
      for (const Bytes& check : known) server->handle_input(at(now), kServerV4, source, check);
      drain();
    }
  }

  std::vector<Bytes> sniffed;
  int to_strangers = 0;  ///< datagrams to anybody but the client
  bool gone = false;     ///< the client is
};

TEST(IceAgents, WhoReplaysSniffedChecksFromElsewhereGetsNothing) {
  SniffedLink link;
  link.start(one_pair());
  link.run_until(seconds(1));
  link.replay_for(seconds(300), address("203.0.113.66:6666"));
  EXPECT_GT(link.sniffed.size(), 40u);
  EXPECT_GT(link.server->stats().replayed, link.sniffed.size());
  EXPECT_EQ(link.to_strangers, 0);
  EXPECT_EQ(link.server_events, std::vector<IceLiteEvent>({PairSelected{kServerV4, kClientV4}}));
}

TEST(IceAgents, WhoReplaysSniffedChecksInThePeersNameKeepsNoConsentOfOneThatIsGone) {
  SniffedLink link;
  link.start(one_pair());
  link.run_until(seconds(60));
  link.gone = true;
  link.replay_for(seconds(31), kClientV4);
  EXPECT_GT(link.server->stats().repeated, 100u);
  EXPECT_EQ(link.server_events.back(), IceLiteEvent(ConsentExpired{}));
}

}  // namespace
}  // namespace parley::ice
