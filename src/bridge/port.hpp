#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bridge/outgoing_stream.hpp"
#include "bridge/port_video.hpp"
#include "edge/webrtc_leg.hpp"
#include "media/prompt_player.hpp"
#include "model/ids.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"

namespace parley::bridge {

/// Of what a leg agreed on with its peer: made anew when that changes.
struct LegMedia {
  LegMedia(Random& random, const edge::AudioFormat& audio)
      : codec(audio.codec),
        stream(random, audio.clock_rate),
        player(audio.codec),
        keys({.clock_rate = audio.clock_rate}) {}

  codec::Codec codec;
  OutgoingStream stream;
  media::PromptPlayer player;
  rtp::TelephoneEventReceiver keys;
  media::PlayToken playing{};   ///< whose frames the player hands out
  std::int64_t last_frame = 0;  ///< the tick of its last one
  bool was_cut = false;         ///< that one was not a prompt's end
};

/// A participant's place on the bridge. One without a leg is a service-hosted bot: it plays and
/// records, and hears nothing.
struct Port {
  PortId id;
  bool muted = false;
  std::unique_ptr<edge::WebrtcLeg> leg{};
  std::optional<LegMedia> media{};
  std::vector<PortVideo> video{};
  bool is_connected = false;
  bool media_flows = false;  ///< as it was told
  Instant last_media{};      ///< when the last packet came
  bool is_over = false;      ///< the leg failed or was closed; it may have packets left to send

  bool has_live_leg() const { return leg && !is_over; }
};

/// A port on its way to another bridge, maybe one of another thread: its leg whole, with what its
/// stream was counted by.
struct MovedPort {
  Port port;
  MediaClock clock;
};

}  // namespace parley::bridge
