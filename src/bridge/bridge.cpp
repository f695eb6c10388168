#include "bridge/bridge.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/demux.hpp"
#include "wire/stun.hpp"

namespace parley::bridge {
namespace {

std::uint64_t& dropped(Counters& counters, std::string_view reason) {
  return counters.counter("bridge_packets_dropped_total{reason=\"" + std::string(reason) + "\"}");
}

/// The part of the USERNAME that names the receiver of a check (RFC 8445 §7.2.2).
std::string ufrag_of(ByteView datagram) {
  if (wire::demux(datagram) != wire::DatagramKind::stun) return {};
  const auto message = wire::parse_stun(datagram);
  if (!message || !message->username) return {};
  return std::string(message->username->substr(0, message->username->find(':')));
}

}  // namespace

Bridge::Drops::Drops(Counters& counters)
    : unknown_peer(dropped(counters, "unknown_peer")),
      before_open(dropped(counters, "before_open")),
      muted(dropped(counters, "muted")),
      other_codec(dropped(counters, "other_codec")),
      under_prompt(dropped(counters, "under_prompt")),
      too_late(dropped(counters, "too_late")),
      before_key_frame(dropped(counters, "before_key_frame")) {}

Bridge::Bridge(const Now& now, BridgeOptions options, BridgeContext context)
    : options_(std::move(options)),
      context_(context),
      clock_(now.monotonic),
      drops_(context.counters),
      skipped_ticks_(context.counters.counter("bridge_ticks_skipped_total")),
      key_frames_wanted_(context.counters.counter("bridge_key_frames_wanted_total")),
      key_frames_requested_(context.counters.counter("bridge_key_frames_requested_total")) {
  assert(options_.beep);
}

Port* Bridge::find_port(PortId id) {
  const auto found = std::ranges::find(ports_, id, &Port::id);
  return found == ports_.end() ? nullptr : &*found;
}

Port* Bridge::find_port(const SocketAddress& local, const SocketAddress& remote,
                        ByteView datagram) {
  const std::string ufrag = ufrag_of(datagram);
  const auto found = std::ranges::find_if(ports_, [&](const Port& port) {
    if (!port.has_live_leg()) return false;
    return ufrag.empty() ? port.leg->listens_to(local, remote) : port.leg->local_ufrag() == ufrag;
  });
  return found == ports_.end() ? nullptr : &*found;
}

bool Bridge::listens_to(const SocketAddress& local, const SocketAddress& remote) const {
  return std::ranges::any_of(ports_, [&](const Port& port) {
    return port.has_live_leg() && port.leg->listens_to(local, remote);
  });
}

bool Bridge::has_live_leg(PortId id) const {
  const auto found = std::ranges::find(ports_, id, &Port::id);
  return found != ports_.end() && found->has_live_leg();
}

std::size_t Bridge::live_legs() const {
  return static_cast<std::size_t>(std::ranges::count_if(ports_, &Port::has_live_leg));
}

Result<std::string, std::string> Bridge::add_leg(const Now& now, PortId id,
                                                 std::string_view offer) {
  Port* port = find_port(id);
  if (closed_) return Failure{std::string("the conversation is over")};
  if (port && port->has_live_leg())
    return Failure{std::string("there is a media connection already; a new offer renegotiates it")};
  if (live_legs() >= options_.max_legs)
    return Failure{std::string("the conversation has all the media connections that it can have")};
  auto accepted = edge::WebrtcLeg::accept(now, offer, options_.leg,
                                          {.pool = context_.pool, .random = context_.random});
  if (!accepted) return Failure{accepted.error().text};
  if (!port) port = &ports_.emplace_back(Port{.id = id});
  *port = Port{.id = id, .muted = port->muted, .leg = std::move(accepted->leg)};
  agree_on_audio(now, *port);
  agree_on_video(*port);
  schedule(now);
  return std::move(accepted->answer);
}

Result<std::string, std::string> Bridge::reoffer(const Now& now, PortId id,
                                                 std::string_view offer) {
  Port* port = find_port(id);
  if (!port || !port->has_live_leg())
    return Failure{std::string("there is no media connection to renegotiate")};
  auto answer = port->leg->reoffer(now, offer);
  if (!answer) return Failure{answer.error().text};
  agree_on_audio(now, *port);
  agree_on_video(*port);
  follow_leg(now, *port);
  schedule(now);
  return std::move(*answer);
}

void Bridge::agree_on_audio(const Now& now, Port& port) {
  const edge::AudioFormat& audio = port.leg->audio();
  if (port.media && port.media->codec == audio.codec) return;
  std::optional<LegMedia> old = std::exchange(port.media, std::nullopt);
  port.media.emplace(context_.random, audio);
  seat(port);
  if (!old) return;
  for (const auto& session : recordings_)
    if (session->setup().recorded == port.id) session->change_codec(audio.codec);
  drop_player(now, *old);
}

void Bridge::add_hosted_port(PortId id) {
  assert(!find_port(id));
  assert(ports_.size() < options_.max_hosted_ports + options_.max_legs);
  ports_.push_back(Port{.id = id});
}

void Bridge::mute(PortId id, bool muted) {
  Port* port = find_port(id);
  if (!port) return;
  port->muted = muted;
  forget_sources();
}

void Bridge::open(const Now& now) {
  if (closed_) return;
  open_ = true;
  schedule(now);
}

void Bridge::close(const Now& now) {
  if (closed_) return;
  closed_ = true;
  playbacks_.clear();
  mix_.reset();
  hang_up_recordings(now, nullptr);
  forget_ended_recordings();
  for (Port& port : ports_) {
    if (port.has_live_leg()) port.leg->close(now);
    port.is_over = true;
  }
  schedule(now);
}

std::vector<std::string> Bridge::ufrags() const {
  std::vector<std::string> ufrags;
  for (const Port& port : ports_)
    if (port.has_live_leg()) ufrags.emplace_back(port.leg->local_ufrag());
  return ufrags;
}

void Bridge::receive(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                     MutableByteView datagram) {
  Port* port = find_port(local, remote, datagram);
  if (!port) {
    ++drops_.unknown_peer;
    return;
  }
  receive_path(now, *port, local, remote, datagram);
  schedule(now);
}

void Bridge::follow_leg(const Now& now, Port& port) {
  while (auto event = port.leg->poll_event()) {
    if (const auto* failed = std::get_if<edge::LegFailed>(&*event)) {
      lose_leg(now, port, failed->text);
    } else if (std::holds_alternative<edge::LegClosed>(*event)) {
      lose_leg(now, port, "the peer closed the media connection");
    } else if (const auto* wanted = std::get_if<edge::KeyFrameWanted>(&*event)) {
      follow_key_frame_wanted(now, port, wanted->section);
    } else {
      begin_slots(port);
      if (!std::exchange(port.is_connected, true))
        emit(model::BridgeEvent{model::PortConnected{port.id}});
    }
  }
}

// What was recorded is told before the end that it leads to.
void Bridge::lose_leg(const Now& now, Port& port, std::string reason) {
  if (std::exchange(port.is_over, true)) return;
  hang_up_recordings(now, &port);
  if (mix_) mix_->leave(port.id);
  emit(model::BridgeEvent{model::PortFailed{port.id, std::move(reason)}});
  drop_player(now, *port.media);
}

void Bridge::note_silence(const Now& now, Port& port) {
  if (!port.media_flows || port.is_over) return;
  if (now.monotonic - port.last_media < options_.media_silence) return;
  port.media_flows = false;
  emit(model::BridgeEvent{model::PortMediaStopped{port.id}});
}

void Bridge::handle_timeout(const Now& now) {
  for (Port& port : ports_) {
    if (!port.has_live_leg()) continue;
    const auto deadline = port.leg->next_deadline();
    if (!deadline || now.monotonic < deadline->at) continue;
    port.leg->handle_timeout(now);
    follow_leg(now, port);
    note_silence(now, port);
  }
  run_ticks(now);
  schedule(now);
}

void Bridge::run_ticks(const Now& now) {
  const DueTicks due = clock_.take_due(now.monotonic);
  skipped_ticks_ += static_cast<std::uint64_t>(due.skipped);
  // What came meanwhile waited in the socket, and is in the jitter buffers now.
  for (std::int64_t late = std::min(due.skipped, kMaxLateRecorded); late > 0; --late)
    record_tick(now, due.first - late);
  for (std::int64_t tick = due.first; tick < due.first + due.count; ++tick) {
    for (Port& port : ports_)
      if (port.has_live_leg()) play_tick(now, port, tick);
    mix_tick(now, tick);
    record_tick(now, tick);
  }
}

bool Bridge::wants_ticks() const {
  if (!open_ || closed_) return false;
  return mix_ ||
         std::ranges::any_of(ports_,
                             [](const Port& port) {
                               return port.has_live_leg() && port.is_connected &&
                                      port.media->player.playing();
                             }) ||
         std::ranges::any_of(recordings_, [](const auto& session) { return session->listening(); });
}

// The end of every input: what ended is forgotten, and the tick runs only for somebody.
void Bridge::schedule(const Now& now) {
  forget_ended_recordings();
  if (wants_ticks())
    clock_.start_ticking(now.monotonic);
  else
    clock_.stop_ticking();
}

std::optional<Transmit> Bridge::poll_transmit() {
  for (std::size_t tried = 0; tried < ports_.size(); ++tried) {
    next_to_transmit_ %= ports_.size();
    Port& port = ports_[next_to_transmit_];
    if (port.leg)
      if (auto transmit = port.leg->poll_transmit()) return transmit;
    ++next_to_transmit_;
  }
  return std::nullopt;
}

std::optional<BridgeOutput> Bridge::poll_event() {
  if (outputs_.empty()) return std::nullopt;
  BridgeOutput output = std::move(outputs_.front());
  outputs_.pop_front();
  return output;
}

std::optional<Deadline<BridgeDeadline>> Bridge::next_deadline() const {
  std::optional<Deadline<BridgeDeadline>> next;
  if (const auto tick = clock_.next_tick()) next = {*tick, BridgeDeadline::tick};
  for (const Port& port : ports_) {
    if (!port.has_live_leg()) continue;
    if (const auto leg = port.leg->next_deadline())
      next = soonest(next, std::optional(Deadline{leg->at, BridgeDeadline::leg}));
  }
  return next;
}

}  // namespace parley::bridge
