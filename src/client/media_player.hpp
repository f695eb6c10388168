#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "base/result.hpp"
#include "client/digit_script.hpp"
#include "edge/webrtc_leg.hpp"
#include "media/prompt_encoder.hpp"
#include "proto/rtp/telephone_event_sender.hpp"

namespace parley::client {

/// A sound for every codec that a call may agree on: encoded once, played by as many agents as
/// like. Mono, 8 to 48 kHz, at most 10 minutes.
Result<media::SharedPrompt, media::PromptFailure> prepare_sound(dsp::SampleView samples,
                                                                std::uint32_t rate);
/// What is sent between sounds, as a browser sends an open microphone's silence.
media::SharedPrompt prepare_silence();

struct MediaPlayerOptions {
  media::SharedPrompt sound{};    ///< from `prepare_sound`; null plays silence only
  media::SharedPrompt silence{};  ///< from `prepare_silence`
  bool loop = false;              ///< the sound again and again
  DigitScript digits{};
  std::chrono::milliseconds press{100};  ///< how long each key is down
  /// When the owner comes late, this many frames are sent at once; the other ticks are skipped, and
  /// counted: the sound goes on where it stopped.
  std::int64_t max_burst = 3;
};

/// Speaks on one leg: 20 ms frames at absolute times from its start on, the sound first, then
/// silence for ever. Keys go out beside as telephone events; meanwhile the sound goes on unheard,
/// as in a browser.
class MediaPlayer {
 public:
  static constexpr Duration kFrame = std::chrono::milliseconds(codec::kFrameMs);

  MediaPlayer(const Now& now, const edge::AudioFormat& format, MediaPlayerOptions options,
              Random& random);

  /// The next frame that is due; nullopt when none is. Its payload is valid until the next call.
  std::optional<edge::RtpToSend> poll_frame(const Now& now);
  Instant next_deadline() const { return start_ + frames_ * kFrame; }

  /// The sound was played once, and all keys were pressed and released.
  bool finished() const;
  std::int64_t skipped() const { return skipped_; }

 private:
  void skip_late(const Now& now);
  void press_due();
  edge::RtpToSend audio_frame(std::int64_t index);

  edge::AudioFormat format_;
  MediaPlayerOptions options_;
  Instant start_;
  std::int64_t frames_ = 0;  ///< since the start, skipped ones too
  std::uint32_t first_timestamp_;
  bool marker_ = true;  ///< the next audio frame follows a gap
  rtp::TelephoneEventSender keys_;
  rtp::TelephoneEventPacket key_packet_{};
  std::size_t next_key_ = 0;
  std::int64_t keys_idle_since_ = 0;  ///< frame
  std::int64_t skipped_ = 0;          ///< ticks in which nothing was said
};

}  // namespace parley::client
