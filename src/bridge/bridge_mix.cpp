#include <algorithm>

#include "bridge/bridge.hpp"

/// What more than two legs hear: a mix, from the moment that the third is accepted until two are
/// left and neither would notice its end.
namespace parley::bridge {

// A leg came, or speaks another codec now. Who hears the other one's packets goes on so until
// `steer` finds a good moment.
void Bridge::seat(const Port& port) {
  if (mix_) return mix_->join(port.id, port.media->codec, Feed::own);
  if (live_legs() <= kForwardedLegs) return;
  mix_.emplace(options_.mix);
  for (const Port& each : ports_)
    if (each.has_live_leg())
      mix_->join(each.id, each.media->codec,
                 each.is_connected && each.id != port.id ? Feed::forwarded : Feed::own);
}

void Bridge::mix_tick(const Now& now, std::int64_t tick) {
  if (!mix_) return;
  mix_->handle_tick({clock_.instant_of(tick), now.utc});
  for (Port& port : ports_) {
    if (!port.has_live_leg()) continue;
    steer(port);
    send_mix(now, port, tick);
  }
  if (live_legs() <= kForwardedLegs && mix_->forwards_all()) mix_.reset();
}

// The mix lags behind what is forwarded by what waits in the listeners. A splice repeats that much
// and the way back leaves it out, so both wait for silence, but not longer than until the newcomer
// says something: no word of his is lost.
void Bridge::steer(const Port& port) {
  if (!mix_->is_warm()) return;
  const bool is_forwarded = mix_->feed(port.id) == Feed::forwarded;
  const bool in_silence = mix_->waits_in_silence(port.id);
  if (live_legs() > kForwardedLegs) {
    if (is_forwarded && (in_silence || mix_->newcomer_speaks())) mix_->splice_in(port.id);
  } else if (!is_forwarded && in_silence && can_be_forwarded_to(port)) {
    mix_->forward_to(port.id);
  }
}

bool Bridge::can_be_forwarded_to(const Port& port) const {
  return std::ranges::all_of(ports_, [&port](const Port& other) {
    return !other.has_live_leg() || other.media->codec == port.media->codec;
  });
}

// A prompt takes the place of the mix, as it does of forwarded packets.
void Bridge::send_mix(const Now& now, Port& port, std::int64_t tick) {
  const bool hears = hears_mix(port);
  if (hears && (!port.is_connected || port.media->player.playing())) return;
  const MixedFrame frame = mix_->take_frame(port.id);
  if (!hears) return;
  send_path(
      now, port,
      {.clock = tick * MediaClock::kTickSamples, .payload = frame.payload, .level = frame.level});
}

}  // namespace parley::bridge
