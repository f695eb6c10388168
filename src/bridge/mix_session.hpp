#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "bridge/mix_encoder.hpp"
#include "bridge/port_listener.hpp"
#include "media/audio_mixer.hpp"
#include "model/ids.hpp"

namespace parley::bridge {

struct MixOptions {
  /// The listener at the far end evens out its own way only, so that less than a listener's default
  /// is enough at first; it grows with the jitter.
  rtp::PlayoutDelayOptions delay{.target = std::chrono::milliseconds(40)};
  media::AudioMixerOptions mixer{};
};

/// What a leg is given to hear.
enum class Feed : std::uint8_t {
  forwarded,  ///< the other leg's packets; its own mix is encoded and not sent, to be warm
  own,        ///< the mix without its own sound, by its own encoder
  common      ///< the mix of all who talk, encoded once for all legs of a codec
};

struct MixedFrame {
  ByteView payload;
  std::uint8_t level;  ///< RFC 6464
};

/// The mix of one bridge: every leg has a listener for what it says, a place in the mixer and an
/// encoder for what it hears. Who does not talk hears the common mix; who talks, or comes from
/// something else than a mix, has an encoder of its own until the mix is silent. Sans-IO; allocates
/// when a leg joins, not when run.
class MixSession {
 public:
  /// 160 ms: the delay of a listener that begins, and as much jitter again.
  static constexpr std::uint64_t kWarmTicks = 8;

  explicit MixSession(MixOptions options) : options_(options), mixer_(options.mixer) {}

  /// Also for a leg that speaks another codec now.
  void join(PortId leg, codec::Codec codec, Feed feed);
  /// What it said last fades out.
  void leave(PortId leg);

  void insert(const Now& now, PortId leg, const wire::RtpHeader& header, ByteView payload,
              std::optional<std::uint8_t> level);
  /// Once per 20 ms: plays what the legs said, and mixes it.
  void handle_tick(const Now& now);
  /// What the leg hears of this tick; at most once per tick. Its next frame after ticks that it
  /// left out depends on nothing before it. Valid until the next call.
  MixedFrame take_frame(PortId leg);

  /// Whoever speaks has come out of his listener, and the encoders know it.
  bool is_warm() const { return tick_ > kWarmTicks; }
  Feed feed(PortId leg) const { return seat(leg).feed; }
  bool forwards_all() const;
  /// Whether what the others say in this tick, and all that they said and the mix has not played
  /// yet, is silence. A leg that was forwarded to heard it already, one that will be never hears
  /// it: then nobody notices.
  bool waits_in_silence(PortId leg) const;
  /// Whether somebody is heard whose packets are not forwarded.
  bool newcomer_speaks() const;
  void splice_in(PortId leg);
  /// Two legs are left.
  void forward_to(PortId leg);
  /// Whether its packets may reach a leg that is forwarded to: not those of a third.
  bool may_be_forwarded(PortId leg) const { return !seat(leg).only_mixed; }

 private:
  struct Seat {
    PortId leg;
    codec::Codec codec;
    Feed feed;
    PortListener listener;
    MixEncoder own;
    media::AudioMixer::Source source;
    std::uint64_t quiet_packets;              ///< in a row
    std::optional<std::uint64_t> taken_at{};  ///< tick
    bool only_mixed;                          ///< its packets are not forwarded
    bool leaves = false;
  };
  struct CommonEncoder {
    explicit CommonEncoder(codec::Codec codec) : encoder(codec) {}
    MixEncoder encoder;
    std::optional<std::uint64_t> encoded_at{};  ///< tick
    ByteView payload{};
  };

  Seat* find(PortId leg) const;
  Seat& seat(PortId leg) const;
  CommonEncoder& common(codec::Codec codec) const;
  void choose_feed(Seat& seat);
  void dismiss_leaving();

  MixOptions options_;
  media::AudioMixer mixer_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::array<std::unique_ptr<CommonEncoder>, codec::kCodecCount> common_;
  std::uint64_t tick_ = 0;
};

}  // namespace parley::bridge
