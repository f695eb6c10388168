#pragma once

#include <functional>
#include <memory>
#include <queue>

#include "edge/webrtc_leg.hpp"

namespace parley::edge {

inline SocketAddress address(std::string_view text) {
  return SocketAddress::parse(text).value();
}

/// One for all tests: making keys is slow.
inline std::shared_ptr<const crypto::Certificate> test_certificate() {
  static const auto certificate = std::make_shared<const crypto::Certificate>(
      crypto::Certificate::generate_self_signed({Instant{}, UtcTime{std::chrono::days(20'000)}}));
  return certificate;
}

/// A server's leg and a client's over a seeded lossy, reordering link in virtual time.
struct LegLink {
  /// What a leg heard.
  struct Heard {
    wire::RtpHeader header;
    Bytes payload;
    std::optional<std::uint8_t> level;
    bool is_telephone_event;
    Duration at;
    std::optional<std::size_t> video;
  };
  struct Side {
    std::unique_ptr<WebrtcLeg> leg;
    std::vector<LegEvent> events;
    std::vector<Heard> heard;

    template <class Event>
    bool has() const {
      return std::any_of(events.begin(), events.end(),
                         [](const LegEvent& e) { return std::holds_alternative<Event>(e); });
    }
  };
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

  explicit LegLink(std::uint64_t seed) : random(seed) {}

  Now clock() const { return {Instant{} + now, UtcTime{std::chrono::days(20'000)} + ms(now)}; }
  static std::chrono::milliseconds ms(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
  }
  LegContext context() { return {pool, random}; }

  static LegOptions options(std::string_view local) {
    return {
        .local_addresses = {address(local)}, .certificate = test_certificate(), .cname = "test"};
  }

  /// Offer and answer, without the media path yet. Gives whether the offer was accepted.
  bool negotiate(OfferOptions offer = {}) {
    client.leg = WebrtcLeg::offer(std::move(offer), client_options, context());
    std::string text = client.leg->offer_sdp();
    if (edit_offer) edit_offer(text);
    auto accepted = WebrtcLeg::accept(clock(), text, server_options, context());
    if (!accepted) return false;
    server.leg = std::move(accepted->leg);
    if (edit_answer) edit_answer(accepted->answer);
    const bool answered = client.leg->set_answer(clock(), accepted->answer).ok();
    drain();
    return answered;
  }

  /// A new offer of the client's on the running connection.
  bool renegotiate(OfferOptions offer, bool restart_ice) {
    client.leg->change_offer(std::move(offer), restart_ice);
    const auto answer = server.leg->reoffer(clock(), client.leg->offer_sdp());
    if (!answer) return false;
    const bool answered = client.leg->set_answer(clock(), *answer).ok();
    drain();
    return answered;
  }

  void drain() {
    drain(client, true);
    drain(server, false);
  }

  void drain(Side& side, bool to_server) {
    while (auto transmit = side.leg->poll_transmit()) send(to_server, *transmit);
    while (auto event = side.leg->poll_event()) side.events.push_back(std::move(*event));
  }

  void send(bool to_server, const Transmit& transmit) {
    ++sent;
    if (filter && !filter(to_server, transmit)) return;
    if (chance() < loss) return;
    Flying flying{now + delay + fraction(jitter, chance()),
                  order++,
                  to_server,
                  transmit.remote,
                  transmit.local,
                  to_bytes(transmit.packet.view())};
    if (chance() < duplication) flights.push(flying);
    flights.push(std::move(flying));
  }

  /// Everything due until `end`, both legs' timers included.
  void run_until(Duration end) {
    while (true) {
      const std::optional<Duration> next = next_event();
      if (!next || *next > end) break;
      now = std::max(now, *next);
      if (!flights.empty() && flights.top().arrives <= now) {
        Flying flying = flights.top();
        flights.pop();
        deliver(flying);
      } else {
        client.leg->handle_timeout(clock());
        server.leg->handle_timeout(clock());
      }
      drain();
    }
    now = end;
  }
  void run_for(Duration duration) { run_until(now + duration); }

  void deliver(Flying& flying) {
    Side& side = flying.to_server ? server : client;
    const auto rtp = side.leg->receive(clock(), flying.local, flying.remote, flying.bytes);
    if (!rtp) return;
    side.heard.push_back({rtp->header, to_bytes(rtp->payload), rtp->level, rtp->is_telephone_event,
                          now, rtp->video});
  }

  std::optional<Duration> next_event() const {
    std::optional<Instant> next;
    if (!flights.empty()) next = Instant{} + flights.top().arrives;
    for (const Side* side : {&client, &server})
      if (const auto deadline = side->leg->next_deadline())
        next = soonest(next, std::optional(deadline->at));
    if (!next) return std::nullopt;
    return *next - Instant{};
  }

  double chance() { return static_cast<double>(random.u32()) / 4294967296.0; }
  static Duration fraction(Duration whole, double part) {
    return Duration(static_cast<std::int64_t>(static_cast<double>(whole.count()) * part));
  }

  SeededRandom random;
  PacketPool pool;
  LegOptions server_options = options("192.0.2.1:5000");
  LegOptions client_options = options("192.0.2.9:6000");
  std::function<void(std::string&)> edit_offer;
  std::function<void(std::string&)> edit_answer;
  Duration delay = std::chrono::milliseconds(20);
  Duration jitter{};
  double loss = 0;
  double duplication = 0;
  std::function<bool(bool to_server, const Transmit&)> filter;  ///< false drops it

  Duration now{};
  std::uint64_t order = 0;
  std::uint64_t sent = 0;  ///< datagrams, both ways
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flights;
  Side server;
  Side client;
};

}  // namespace parley::edge
