#pragma once

#include <deque>
#include <functional>
#include <queue>

#include "base/random.hpp"
#include "proto/ice/controlling_agent.hpp"
#include "proto/ice/ice_lite_server.hpp"

namespace parley::ice {

inline Now at(Duration since_start) {
  return {Instant{} + since_start, UtcTime{}};
}

inline SocketAddress address(std::string_view text) {
  return SocketAddress::parse(text).value();
}

inline const Credentials kServer{"serverUfrag", "serverPasswordOf24Chars!"};
inline const Credentials kClient{"clientUfrag", "clientPasswordOf24Chars!"};

/// A controlling agent and a lite server over a seeded lossy link in virtual time. `nat` changes
/// the client's address on the way out and back in; `filter` may drop a datagram.
struct IceLink {
  explicit IceLink(std::uint64_t seed) : random(seed) {}

  struct Flying {
    Duration arrives;
    std::uint64_t order;
    bool to_server;
    SocketAddress local;
    SocketAddress remote;
    Bytes bytes;
    bool operator>(const Flying& o) const {
      return std::pair(arrives, order) > std::pair(o.arrives, o.order);
    }
  };

  void start(ControllingOptions options) {
    options.local = kClient;
    options.remote = kServer;
    server.emplace(at(now), IceLiteOptions{.local = kServer, .remote_ufrag = kClient.ufrag}, pool);
    client.emplace(at(now), std::move(options), random, pool);
    drain();
  }

  void drain() {
    while (auto transmit = client->poll_transmit()) send(true, *transmit);
    while (auto transmit = server->poll_transmit()) send(false, *transmit);
    while (auto event = client->poll_event()) client_events.push_back(*event);
    while (auto event = server->poll_event()) server_events.push_back(*event);
  }

  void send(bool to_server, const Transmit& transmit) {
    if (filter && !filter(to_server, transmit)) return;
    if (chance() < loss) return;
    // What is sent to an address comes from the sender's own, NAT apart.
    Flying flying{
        now + delay +
            Duration(static_cast<std::int64_t>(chance() * static_cast<double>(jitter.count()))),
        order++,
        to_server,
        transmit.remote,
        transmit.local,
        to_bytes(transmit.packet.view())};
    if (nat && to_server && flying.remote == nat->first) flying.remote = nat->second;
    if (nat && !to_server) {
      if (flying.local != nat->second) return;
      flying.local = nat->first;
    }
    if (chance() < duplication) flights.push(flying);
    flights.push(std::move(flying));
  }

  void run_until(Duration end) {
    while (true) {
      const std::optional<Duration> next = next_event();
      if (!next || *next > end) break;
      now = std::max(now, *next);
      if (!flights.empty() && flights.top().arrives <= now) {
        const Flying flying = flights.top();
        flights.pop();
        deliver(flying);
      } else {
        client->handle_timeout(at(now));
        server->handle_timeout(at(now));
      }
      drain();
    }
    now = end;
  }

  void deliver(const Flying& flying) {
    if (flying.to_server)
      server->handle_input(at(now), flying.local, flying.remote, flying.bytes);
    else
      client->handle_input(at(now), flying.local, flying.remote, flying.bytes);
  }

  std::optional<Duration> next_event() const {
    std::optional<Instant> next;
    if (!flights.empty()) next = Instant{} + flights.top().arrives;
    if (const auto deadline = client->next_deadline())
      next = soonest(next, std::optional(deadline->at));
    if (const auto deadline = server->next_deadline())
      next = soonest(next, std::optional(deadline->at));
    if (!next) return std::nullopt;
    return *next - Instant{};
  }

  double chance() { return static_cast<double>(random.u32()) / 4294967296.0; }

  SeededRandom random;
  Duration delay = std::chrono::milliseconds(20);
  Duration jitter{};
  double loss = 0;
  double duplication = 0;
  std::optional<std::pair<SocketAddress, SocketAddress>> nat;
  std::function<bool(bool to_server, const Transmit&)> filter;

  Duration now{};
  std::uint64_t order = 0;
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flights;
  PacketPool pool;
  std::optional<IceLiteServer> server;
  std::optional<ControllingAgent> client;
  std::vector<ControllingEvent> client_events;
  std::vector<IceLiteEvent> server_events;
};

}  // namespace parley::ice
