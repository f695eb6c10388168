#include <cassert>
#include <utility>

#include "bridge/bridge.hpp"

/// A leg that goes from one bridge to another: two conversations become one.
namespace parley::bridge {

std::optional<MovedPort> Bridge::release_port(const Now& now, PortId id) {
  Port* port = find_port(id);
  if (!port || !port->has_live_leg() || !port->is_connected) return std::nullopt;
  assert(!port->leg->poll_transmit());
  hang_up_recordings(now, port);
  if (mix_) mix_->leave(id);
  drop_player(now, *port->media);
  end_pictures(id);
  MovedPort moved{std::move(*port), clock_};
  std::erase_if(ports_, [id](const Port& each) { return each.id == id; });
  forget_sources();
  schedule(now);
  return moved;
}

void Bridge::take_port(const Now& now, PortId id, MovedPort moved) {
  assert(!find_port(id));
  moved.port.id = id;
  moved.port.leg->move_to({.pool = context_.pool, .random = context_.random});
  const bool has_place = !closed_ && live_legs() < options_.max_legs;
  Port& port = ports_.emplace_back(std::move(moved.port));
  LegMedia& media = *port.media;
  media.stream.change_clock(clock_.samples_ahead_of(moved.clock));
  media.playing = {};
  media.was_cut = false;
  if (!has_place) {
    port.leg->close(now);
    port.is_over = true;
    return;
  }
  seat(port);
  forget_sources();
  schedule(now);
}

// Who is heard changes: what comes next begins anew.
void Bridge::forget_sources() {
  for (Port& port : ports_)
    if (port.media) port.media->stream.forget_source();
}

// Nobody here sees the port's pictures any more, nor its peer theirs.
void Bridge::end_pictures(PortId port) {
  for (Port& each : ports_)
    for (PortVideo& video : each.video)
      if (each.id == port || (video.shows && video.shows->port == port)) video.shows.reset();
}

}  // namespace parley::bridge
