#pragma once

#include <functional>
#include <queue>
#include <utility>

#include "client/user_agent.hpp"
#include "edge/leg_test_support.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"

namespace parley::client {

/// A user agent against a scripted server: the socket is instant and in order, the datagrams take
/// 20 ms, may get lost and out of order. The server accepts every call, plays `server_sound` and
/// records.
struct AgentWorld {
  explicit AgentWorld(std::uint64_t seed) : random(seed) {
    options.session.token = "token";
    options.media.leg = edge::LegLink::options("192.0.2.9:6000");
  }

  Now clock() const {
    return {Instant{} + now, UtcTime{std::chrono::days(20'000)} + edge::LegLink::ms(now)};
  }

  /// Makes the agent, opens its socket and lets the server welcome it.
  void connect() {
    agent.emplace(options, edge::LegContext{pool, random});
    agent->socket_opened(clock());
    drain();
  }

  /// The server's part of one client message.
  void serve(const model::ClientMessage& message) {
    received.push_back(message);
    if (const auto* hello = std::get_if<model::HelloMessage>(&message)) {
      model::WelcomeMessage welcome;
      welcome.session = SessionId{Uuid::random(random)};
      welcome.resume_seconds = resume_seconds;
      if (hello->resume) {
        resumed_from = hello->received;
        if (knows_session) welcome.session = *hello->resume;
      }
      say(welcome);
      for (auto& text : std::exchange(unsent, {})) agent->handle_message(clock(), text);
      return;
    }
    if (mute_server) return;
    std::visit([this](const auto& known) { grant(known); }, message);
  }

  template <class Request>
  void grant(const Request& request) {
    if constexpr (requires { request.sdp; }) {
      call = request.call;
      auto accepted = edge::WebrtcLeg::accept(clock(), request.sdp, server_options,
                                              edge::LegContext{pool, random});
      ASSERT_TRUE(accepted.ok()) << accepted.error().text;
      leg = std::move(accepted->leg);
      say(model::OkMessage{.id = request.id, .sdp = accepted->answer});
    } else if constexpr (requires { request.id; }) {
      say(model::OkMessage{.id = request.id});
    }
  }

  template <class Message>
  void say(Message message) {
    agent->handle_message(clock(), model::write(model::ServerMessage(std::move(message))));
  }

  void answer() {
    say(model::AnsweredMessage{call});
    recorder.emplace(clock(), leg->audio());
    if (server_sound)
      player.emplace(clock(), leg->audio(),
                     MediaPlayerOptions{.sound = server_sound, .silence = silence}, random);
    drain();
  }

  void drain() {
    for (bool again = true; again;) {
      again = false;
      while (auto text = agent->poll_message()) {
        again = true;
        if (!socket_up) continue;
        const auto message = model::parse_client_message(*text);
        ASSERT_TRUE(message.ok()) << *text;
        serve(*message);
      }
      while (auto event = agent->poll_event()) events.push_back(std::move(*event));
      while (auto transmit = agent->poll_transmit()) send(true, *transmit);
      if (!leg) continue;
      while (auto transmit = leg->poll_transmit()) send(false, *transmit);
      while (leg->poll_event()) continue;
    }
  }

  void send(bool to_server, const Transmit& transmit) {
    ++datagrams;
    const auto chance = [this] {
      return static_cast<double>(random.u32()) / 4294967296.0;
    };
    if (chance() < loss) return;
    flights.push({now + delay + edge::LegLink::fraction(jitter, chance()), order++, to_server,
                  transmit.remote, transmit.local, to_bytes(transmit.packet.view())});
  }

  void run_for(Duration duration) {
    const Duration end = now + duration;
    while (true) {
      const auto next = next_event();
      if (!next || *next > end) break;
      now = std::max(now, *next);
      if (!flights.empty() && flights.top().arrives <= now) {
        edge::LegLink::Flying flying = flights.top();
        flights.pop();
        deliver(flying);
      } else {
        tick();
      }
      drain();
    }
    now = end;
  }

  void deliver(edge::LegLink::Flying& flying) {
    if (!flying.to_server)
      return agent->handle_input(clock(), flying.local, flying.remote, flying.bytes);
    if (!leg) return;
    const auto rtp = leg->receive(clock(), flying.local, flying.remote, flying.bytes);
    if (!rtp) return;
    if (rtp->is_telephone_event)
      keys.handle_input(clock(), rtp->header, rtp->payload);
    else if (recorder)
      recorder->handle_input(clock(), *rtp);
    while (const auto event = keys.poll_event())
      if (const auto* started = std::get_if<rtp::ToneStarted>(&*event))
        pressed.emplace_back(*wire::digit_of(started->event), now);
  }

  void tick() {
    agent->handle_timeout(clock());
    if (!leg) return;
    leg->handle_timeout(clock());
    if (recorder) recorder->handle_timeout(clock());
    if (!player) return;
    while (const auto frame = player->poll_frame(clock())) leg->send(clock(), *frame);
  }

  std::optional<Duration> next_event() const {
    std::optional<Instant> next;
    if (!flights.empty()) next = Instant{} + flights.top().arrives;
    const auto consider = [&next](const auto& deadline) {
      if (deadline) next = soonest(next, std::optional(deadline->at));
    };
    consider(agent->next_deadline());
    if (leg) consider(leg->next_deadline());
    if (recorder) next = soonest(next, std::optional(recorder->next_deadline()));
    if (player) next = soonest(next, std::optional(player->next_deadline()));
    if (!next) return std::nullopt;
    return *next - Instant{};
  }

  template <class Event>
  const Event* last() const {
    for (auto it = events.rbegin(); it != events.rend(); ++it)
      if (const auto* event = std::get_if<Event>(&*it)) return event;
    return nullptr;
  }
  template <class Event>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(),
        [](const UserAgentEvent& event) { return std::holds_alternative<Event>(event); }));
  }
  template <class Message>
  std::size_t count_received() const {
    return static_cast<std::size_t>(
        std::count_if(received.begin(), received.end(), [](const model::ClientMessage& message) {
          return std::holds_alternative<Message>(message);
        }));
  }

  SeededRandom random;
  PacketPool pool;
  UserAgentOptions options;
  edge::LegOptions server_options = edge::LegLink::options("192.0.2.1:5000");
  media::SharedPrompt server_sound;
  media::SharedPrompt silence = prepare_silence();
  Duration delay = std::chrono::milliseconds(20);
  Duration jitter{};
  double loss = 0;
  bool socket_up = true;
  bool mute_server = false;  ///< it answers nothing but `hello`
  std::int32_t resume_seconds = 30;
  bool knows_session = true;  ///< that is to be resumed

  Duration now{};
  std::uint64_t order = 0;
  std::uint64_t datagrams = 0;
  std::priority_queue<edge::LegLink::Flying, std::vector<edge::LegLink::Flying>, std::greater<>>
      flights;
  std::optional<UserAgent> agent;
  std::vector<UserAgentEvent> events;
  std::vector<model::ClientMessage> received;
  std::optional<std::uint32_t> resumed_from;  ///< `received` of the last hello
  std::vector<std::string> unsent;            ///< what the server says after its next welcome
  std::string call;
  std::unique_ptr<edge::WebrtcLeg> leg;
  std::optional<MediaPlayer> player;
  std::optional<MediaRecorder> recorder;
  rtp::TelephoneEventReceiver keys;
  std::vector<std::pair<char, Duration>> pressed;
};

}  // namespace parley::client
