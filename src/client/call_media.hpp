#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/deadline.hpp"
#include "base/protocol_core.hpp"
#include "client/media_player.hpp"
#include "client/media_recorder.hpp"
#include "edge/webrtc_leg.hpp"

namespace parley::client {

struct CallMediaOptions {
  edge::OfferOptions offer{};
  edge::LegOptions leg{};
  MediaPlayerOptions player{};
  bool record = true;
  MediaRecorderOptions recorder{};
};

enum class CallMediaDeadline { leg, play, record };

/// The sound of one call: a leg that offers, a player and a recorder that run from the answer on.
class CallMedia {
 public:
  CallMedia(CallMediaOptions options, edge::LegContext context);

  std::string offer_sdp() const { return leg_->offer_sdp(); }
  Result<void, edge::OfferRefusal> set_answer(const Now& now, std::string_view sdp);
  /// Media flows from now on. The player begins once the leg is connected too.
  void start(const Now& now);

  void handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                    MutableByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit() { return leg_->poll_transmit(); }
  std::optional<edge::LegEvent> poll_event();
  std::optional<Deadline<CallMediaDeadline>> next_deadline() const;
  /// Says goodbye; what was recorded stays.
  void close(const Now& now);

  const edge::WebrtcLeg& leg() const { return *leg_; }
  /// Sound at MediaRecorder::kRate from `start` on; empty before.
  dsp::SampleView heard() const;
  const MediaPlayer* player() const { return player_ ? &*player_ : nullptr; }
  const MediaRecorder* recorder() const { return recorder_ ? &*recorder_ : nullptr; }

 private:
  void follow_leg(const Now& now);
  void begin_playing(const Now& now);

  CallMediaOptions options_;
  edge::LegContext context_;
  std::unique_ptr<edge::WebrtcLeg> leg_;
  std::optional<MediaPlayer> player_;
  std::optional<MediaRecorder> recorder_;
  bool started_ = false;
  bool closed_ = false;
  std::deque<edge::LegEvent> events_;
};

static_assert(ProtocolCore<CallMedia>);

}  // namespace parley::client
