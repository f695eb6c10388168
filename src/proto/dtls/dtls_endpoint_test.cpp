#include "proto/dtls/dtls_endpoint.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "base/random.hpp"

namespace parley::dtls {
namespace {

using crypto::Certificate;
using crypto::SrtpProfile;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Certificate& client_certificate() {
  static const Certificate kCertificate = Certificate::generate_self_signed({});
  return kCertificate;
}

const Certificate& server_certificate() {
  static const Certificate kCertificate = Certificate::generate_self_signed({});
  return kCertificate;
}

DtlsEndpointOptions options_of(DtlsRole role) {
  const bool client = role == DtlsRole::client;
  return {
      .session = {.role = role,
                  .certificate = client ? client_certificate() : server_certificate(),
                  .remote_fingerprint =
                      (client ? server_certificate() : client_certificate()).sha256_fingerprint()}};
}

struct Peer {
  DtlsEndpoint endpoint;
  std::vector<DtlsEvent> events{};
  std::vector<Bytes> sent{};

  explicit Peer(const DtlsEndpointOptions& options) : endpoint(options) {}

  template <class Event>
  const Event* event() const {
    return events.empty() ? nullptr : std::get_if<Event>(&events.front());
  }
};

enum class Way { to_server, to_client };

/// Two endpoints and a network between them, in virtual time.
class World {
 public:
  explicit World(const DtlsEndpointOptions& client_options = options_of(DtlsRole::client),
                 const DtlsEndpointOptions& server_options = options_of(DtlsRole::server))
      : client(client_options), server(server_options) {
    now_.monotonic = Instant(seconds(1000));
  }

  Peer client;
  Peer server;
  /// When a datagram arrives, after how long; nullopt: never.
  std::function<std::optional<Duration>(Way, const Bytes&)> network = [](Way, const Bytes&) {
    return std::optional<Duration>(milliseconds(10));
  };

  void start() {
    client.endpoint.start(now_);
    server.endpoint.start(now_);
    drain();
  }

  /// Until nothing is under way and no timer runs, or `limit` has passed.
  void run(Duration limit = seconds(60)) {
    const Instant end = now_ + limit;
    while (const auto at = next_instant()) {
      if (*at > end) break;
      now_.monotonic = *at;
      deliver_due();
      for (Peer* peer : {&client, &server}) {
        const auto deadline = peer->endpoint.next_deadline();
        if (deadline && deadline->at <= *at) peer->endpoint.handle_timeout(now_);
      }
      drain();
    }
  }

  void inject(Way way, ByteView datagram) {
    (way == Way::to_server ? server : client).endpoint.handle_input(now_, datagram);
    drain();
  }

  void drain() {
    drain(client, Way::to_server);
    drain(server, Way::to_client);
  }

  Instant instant() const { return now_.monotonic; }
  const Now& now() const { return now_; }

 private:
  std::optional<Instant> next_instant() const {
    std::optional<Instant> next;
    if (!under_way_.empty()) next = under_way_.begin()->first;
    for (const Peer* peer : {&client, &server})
      if (const auto deadline = peer->endpoint.next_deadline()) next = soonest(next, deadline->at);
    return next;
  }

  void deliver_due() {
    while (!under_way_.empty() && under_way_.begin()->first <= now_.monotonic) {
      const auto [way, datagram] = under_way_.begin()->second;
      under_way_.erase(under_way_.begin());
      inject(way, datagram);
    }
  }

  void drain(Peer& peer, Way way) {
    while (const auto datagram = peer.endpoint.poll_transmit()) {
      peer.sent.push_back(*datagram);
      if (const auto delay = network(way, *datagram))
        under_way_.emplace(now_ + *delay, std::pair(way, *datagram));
    }
    while (auto event = peer.endpoint.poll_event()) peer.events.push_back(*std::move(event));
  }

  Now now_;
  std::multimap<Instant, std::pair<Way, Bytes>> under_way_;
};

void expect_equal_keys(const World& world) {
  const auto* client = world.client.event<Connected>();
  const auto* server = world.server.event<Connected>();
  ASSERT_TRUE(client && server);
  EXPECT_EQ(client->profile, server->profile);
  EXPECT_EQ(client->local, server->remote);
  EXPECT_EQ(client->remote, server->local);
  EXPECT_NE(client->local.key, client->remote.key);
  EXPECT_EQ(client->local.key.size(), 16u);
  EXPECT_EQ(client->local.salt.size(), crypto::srtp_master_salt_size(client->profile));
}

template <class Event>
FailureReason reason(const Event* event) {
  return event ? event->reason : throw std::runtime_error("did not fail");
}

TEST(DtlsEndpoint, ConnectsInTwoRoundTripsAndPrefersGcm) {
  World world;
  const Instant begin = world.instant();
  world.start();
  world.run();
  expect_equal_keys(world);
  EXPECT_EQ(world.client.event<Connected>()->profile, SrtpProfile::aead_aes_128_gcm);
  EXPECT_EQ(world.instant() - begin, milliseconds(40));
  EXPECT_FALSE(world.client.endpoint.next_deadline());
  EXPECT_FALSE(world.server.endpoint.next_deadline());
}

TEST(DtlsEndpoint, EachHandshakeHasItsOwnKeys) {
  World a, b;
  for (World* world : {&a, &b}) {
    world->start();
    world->run();
  }
  EXPECT_NE(a.client.event<Connected>()->local, b.client.event<Connected>()->local);
}

TEST(DtlsEndpoint, TakesTheOneProfileBothHave) {
  DtlsEndpointOptions client = options_of(DtlsRole::client);
  client.session.profiles = {SrtpProfile::aes_cm_128_hmac_sha1_80};
  World world(client);
  world.start();
  world.run();
  expect_equal_keys(world);
  EXPECT_EQ(world.server.event<Connected>()->profile, SrtpProfile::aes_cm_128_hmac_sha1_80);
}

TEST(DtlsEndpoint, FailsWithoutACommonProfile) {
  DtlsEndpointOptions client = options_of(DtlsRole::client);
  client.session.profiles = {SrtpProfile::aes_cm_128_hmac_sha1_80};
  DtlsEndpointOptions server = options_of(DtlsRole::server);
  server.session.profiles = {SrtpProfile::aead_aes_128_gcm};
  World world(client, server);
  world.start();
  world.run();
  EXPECT_EQ(reason(world.server.event<Failed>()), FailureReason::no_srtp_profile);
  EXPECT_FALSE(world.client.event<Connected>());
}

TEST(DtlsEndpoint, AThousandHandshakesSurviveThirtyPercentLoss) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    World world;
    world.network = [&](Way, const Bytes& datagram) -> std::optional<Duration> {
      EXPECT_LE(datagram.size(), 1200u);
      if (random.u32() % 10 < 3) return std::nullopt;
      return milliseconds(5 + random.u32() % 100);
    };
    world.start();
    world.run();
    ASSERT_NO_FATAL_FAILURE(expect_equal_keys(world));
  }
}

TEST(DtlsEndpoint, SurvivesDuplicatesReorderingAndGarbage) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    World world;
    std::vector<std::pair<Way, Bytes>> earlier;
    world.network = [&](Way way, const Bytes& datagram) -> std::optional<Duration> {
      earlier.emplace_back(way, datagram);
      return milliseconds(random.u32() % 300);
    };
    world.start();
    for (int i = 0; i < 40; ++i) {
      world.run(milliseconds(50));
      const auto [way, datagram] = earlier[random.u32() % earlier.size()];
      world.inject(way, datagram);
      Bytes garbage(1 + random.u32() % 300);
      random.fill(garbage);
      world.inject(way, garbage);
    }
    world.run();
    expect_equal_keys(world);
  }
}

TEST(DtlsEndpoint, TruncatedAndChangedDatagramsNeverGiveOtherKeys) {
  int connected = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    World world;
    world.network = [&](Way way, const Bytes& datagram) -> std::optional<Duration> {
      if (random.u32() % 2 == 0) return milliseconds(10);
      Bytes changed = datagram;
      if (random.u32() % 2 == 0)
        changed.resize(random.u32() % changed.size());
      else
        changed[random.u32() % changed.size()] ^= static_cast<std::uint8_t>(1 << random.u32() % 8);
      (way == Way::to_server ? world.server : world.client)
          .endpoint.handle_input(world.now(), changed);
      return std::nullopt;
    };
    world.start();
    world.run();
    const auto* client = world.client.event<Connected>();
    const auto* server = world.server.event<Connected>();
    if (!client || !server) continue;
    ++connected;
    EXPECT_EQ(client->local, server->remote);
    EXPECT_EQ(client->remote, server->local);
  }
  EXPECT_GT(connected, 0);
}

TEST(DtlsEndpoint, FailsOnAnotherServerFingerprint) {
  DtlsEndpointOptions client = options_of(DtlsRole::client);
  client.session.remote_fingerprint[31] ^= 1;
  World world(client);
  world.start();
  world.run();
  EXPECT_EQ(reason(world.client.event<Failed>()), FailureReason::fingerprint_mismatch);
  EXPECT_EQ(reason(world.server.event<Failed>()), FailureReason::alert);
  EXPECT_EQ(world.client.events.size(), 1u);
}

TEST(DtlsEndpoint, FailsOnAnotherClientFingerprint) {
  DtlsEndpointOptions server = options_of(DtlsRole::server);
  server.session.remote_fingerprint = server_certificate().sha256_fingerprint();
  World world(options_of(DtlsRole::client), server);
  world.start();
  world.run();
  EXPECT_EQ(reason(world.server.event<Failed>()), FailureReason::fingerprint_mismatch);
  EXPECT_EQ(reason(world.client.event<Failed>()), FailureReason::alert);
}

TEST(DtlsEndpoint, RetransmitsOnItsOwnClockAndGivesUp) {
  World world;
  const Instant begin = world.instant();
  std::vector<Duration> sent;
  world.network = [&](Way, const Bytes&) -> std::optional<Duration> {
    sent.push_back(world.instant() - begin);
    return std::nullopt;
  };
  world.start();
  world.run();
  ASSERT_GE(sent.size(), 7u);
  EXPECT_EQ(sent[1], milliseconds(200));
  EXPECT_EQ(sent[2], milliseconds(600));
  EXPECT_EQ(sent[3], milliseconds(1400));
  EXPECT_EQ(sent[4], milliseconds(3000));
  EXPECT_EQ(sent[5], milliseconds(6000));
  EXPECT_EQ(sent[6], milliseconds(9000));
  EXPECT_EQ(sent.size(), 13u);
  EXPECT_EQ(reason(world.client.event<Failed>()), FailureReason::timed_out);
  EXPECT_EQ(reason(world.server.event<Failed>()), FailureReason::timed_out);
  EXPECT_EQ(world.instant() - begin, seconds(30));
}

TEST(DtlsEndpoint, NamesTheTimerThatRunsOut) {
  World world;
  world.server.endpoint.start(world.now());
  EXPECT_EQ(world.server.endpoint.next_deadline()->reason, DtlsTimer::give_up);
  world.client.endpoint.start(world.now());
  EXPECT_EQ(world.client.endpoint.next_deadline()->reason, DtlsTimer::retransmit);
}

TEST(DtlsEndpoint, AFinishedServerAnswersARepeatedLastFlight) {
  World world;
  int lost = 0;
  world.network = [&](Way way, const Bytes&) -> std::optional<Duration> {
    if (way == Way::to_client && world.server.endpoint.state() == DtlsEndpoint::State::connected &&
        lost < 3) {
      ++lost;
      return std::nullopt;
    }
    return milliseconds(10);
  };
  world.start();
  world.run();
  EXPECT_EQ(lost, 3);
  expect_equal_keys(world);
  EXPECT_EQ(world.server.events.size(), 1u);
}

TEST(DtlsEndpoint, ClosingTellsThePeer) {
  for (const bool by_client : {true, false}) {
    World world;
    world.start();
    world.run();
    (by_client ? world.client : world.server).endpoint.close();
    world.drain();
    world.run();
    const Peer& other = by_client ? world.server : world.client;
    ASSERT_EQ(other.events.size(), 2u);
    EXPECT_TRUE(std::holds_alternative<Closed>(other.events[1]));
    EXPECT_EQ((by_client ? world.client : world.server).events.size(), 1u);
  }
}

TEST(DtlsEndpoint, IgnoresForgeriesOnceConnected) {
  World world;
  world.start();
  world.run();
  SeededRandom random(5);
  const std::vector<Bytes> sent = world.client.sent;
  for (int i = 0; i < 3000; ++i) {
    Bytes forged = sent[random.u32() % sent.size()];
    if (i % 2 == 0) forged[random.u32() % forged.size()] ^= 0x04;
    world.inject(Way::to_server, forged);
    // A plain fatal alert in the first and in the protected epoch.
    world.inject(Way::to_server, *from_hex("15fefd00000000000000ff0002022f"));
    world.inject(Way::to_server, *from_hex("15fefd00010000000000ff0002022f"));
  }
  EXPECT_EQ(world.server.endpoint.state(), DtlsEndpoint::State::connected);
  world.client.endpoint.close();
  world.drain();
  world.run();
  EXPECT_EQ(world.server.endpoint.state(), DtlsEndpoint::State::closed);
}

TEST(DtlsEndpoint, KeepsItsFlightsWithinTheMtu) {
  DtlsEndpointOptions server = options_of(DtlsRole::server);
  server.session.mtu = 300;
  World world(options_of(DtlsRole::client), server);
  world.start();
  world.run();
  expect_equal_keys(world);
  EXPECT_GT(world.server.sent.size(), 2u);
  for (const Bytes& datagram : world.server.sent) EXPECT_LE(datagram.size(), 300u);
}

TEST(DtlsEndpoint, StaysSilentAfterItsEnd) {
  World world;
  world.start();
  world.client.endpoint.close();
  world.client.endpoint.handle_input(world.now(), as_bytes("anything"));
  world.client.endpoint.handle_timeout(world.now());
  world.client.endpoint.start(world.now());
  world.drain();
  EXPECT_TRUE(world.client.events.empty());
  EXPECT_FALSE(world.client.endpoint.next_deadline());
}

}  // namespace
}  // namespace parley::dtls
