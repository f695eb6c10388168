#include "bridge/bridge.hpp"
#include "bridge/record_outcome.hpp"

/// The way of a packet in: from a datagram to who hears or sees it.
namespace parley::bridge {

void Bridge::receive_path(const Now& now, Port& port, const SocketAddress& local,
                          const SocketAddress& remote, MutableByteView datagram) {
  const auto packet = port.leg->receive(now, local, remote, datagram);
  follow_leg(now, port);
  if (!packet || !admit(port)) return;
  if (packet->video) return forward_video(now, port, *packet);
  note_sound(now, port);
  if (packet->is_telephone_event) {
    hear_key(now, port, *packet);
  } else if (port.muted) {
    ++drops_.muted;
    return;
  } else {
    listen(now, port, *packet);
  }
  forward(now, port, *packet);
}

// Before the call is answered nothing passes.
bool Bridge::admit(const Port& port) {
  if (open_ && !closed_ && !port.is_over) return true;
  ++drops_.before_open;
  return false;
}

void Bridge::note_sound(const Now& now, Port& port) {
  port.last_media = now.monotonic;
  if (!std::exchange(port.media_flows, true))
    emit(model::BridgeEvent{model::PortMediaStarted{port.id}});
  for (const auto& session : recordings_)
    if (session->setup().recorded == port.id) session->note_packet();
}

void Bridge::hear_key(const Now& now, Port& port, const edge::ReceivedRtp& packet) {
  port.media->keys.handle_timeout(now);
  port.media->keys.handle_input(now, packet.header, packet.payload);
  while (const auto event = port.media->keys.poll_event()) {
    const auto* pressed = std::get_if<rtp::ToneStarted>(&*event);
    const auto key = pressed ? media::key_of_event(pressed->event) : std::nullopt;
    if (!key) continue;
    run_ticks(now);  // what was said before the key is recorded before it
    emit(model::BridgeEvent{model::KeyPressed{port.id, tone_of(*key)}});
    for (const auto& session : recordings_) {
      if (session->setup().recorded != port.id) continue;
      if (session->handle_key(now, *key)) barge_in(now, *session);
      follow_recorder(*session);
    }
  }
}

void Bridge::listen(const Now& now, const Port& port, const edge::ReceivedRtp& packet) {
  if (mix_) mix_->insert(now, port.id, packet.header, packet.payload, packet.level);
  for (const auto& session : recordings_)
    if (session->setup().recorded == port.id)
      session->insert(now, packet.header, packet.payload, packet.level);
}

// Two legs hear one another. A mix has no place for packets: keys are told there, not passed on.
void Bridge::forward(const Now& now, const Port& from, const edge::ReceivedRtp& packet) {
  if (mix_ && !mix_->may_be_forwarded(from.id)) return;
  for (Port& to : ports_) {
    if (to.id == from.id || !to.has_live_leg() || hears_mix(to)) continue;
    if (!can_forward(from, to, packet)) continue;
    send_path(now, to,
              {.clock = clock_.samples_at(now.monotonic),
               .source = packet.header,
               .is_telephone_event = packet.is_telephone_event,
               .payload = packet.payload,
               .level = packet.level});
  }
}

bool Bridge::can_forward(const Port& from, const Port& to, const edge::ReceivedRtp& packet) {
  if (!to.is_connected) return false;
  if (to.media->player.playing()) {
    ++drops_.under_prompt;
    return false;
  }
  const bool understood = packet.is_telephone_event
                              ? to.leg->audio().telephone_event &&
                                    to.media->stream.clock_rate() == from.media->stream.clock_rate()
                              : to.media->codec == from.media->codec;
  if (!understood) ++drops_.other_codec;
  return understood;
}

}  // namespace parley::bridge
