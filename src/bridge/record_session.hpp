#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/barge_in.hpp"
#include "bridge/port_listener.hpp"
#include "media/recorder.hpp"
#include "model/call_values.hpp"

namespace parley::bridge {

/// One record operation: prompts, a beep, then the recording of one port. Which of its sounds is
/// over is told from outside; it only listens. Packets of the recorded port are decoded only while
/// `listening()`.
class RecordSession {
 public:
  enum class State : std::uint8_t { prompting, beeping, recording, ended };

  struct Setup {
    OperationId operation;
    PortId from;      ///< whose prompt and beep are heard
    PortId recorded;  ///< whose sound is recorded
    model::RecordOptions options;
  };

  explicit RecordSession(Setup setup) : setup_(std::move(setup)) {}

  const Setup& setup() const { return setup_; }
  State state() const { return state_; }
  bool listening() const { return listener_.has_value(); }

  /// Watches for speech during the prompt, if that may be interrupted.
  void begin_prompt(codec::Codec codec);
  void begin_beep();
  /// Records from here on, the beginning of speech that barged in included.
  void begin_recording(Instant at, codec::Codec codec);
  /// The recorded leg agreed on another codec.
  void change_codec(codec::Codec codec);

  /// An authentic packet came, whether it is to be heard or not: the peer is there.
  void note_packet() { packet_came_ = true; }
  void insert(const Now& now, const wire::RtpHeader& header, ByteView payload,
              std::optional<std::uint8_t> level);
  /// The tick that stands at `tick`, run then or late; true when speech barges in, and the prompt
  /// is to end.
  bool handle_tick(const Now& tick);
  /// True when a key barges in.
  bool handle_key(const Now& now, media::Key key);
  /// Ends a running recording from outside.
  void stop(const Now& now, media::RecordEnd end);

  /// True once: the recording holds its first frame. Before, it has no file and ends without one.
  bool poll_beginning();
  bool has_begun() const { return has_begun_; }
  std::optional<media::RecordEvent> poll_event();
  /// It listens no more and says nothing more.
  void end();

 private:
  void set_state(State next);
  /// What was said before `now` and still waits for its playout.
  /// @return  when the last of it would have been played
  Instant take_waiting(const Now& now);

  Setup setup_;
  State state_ = State::prompting;
  std::optional<PortListener> listener_;
  std::optional<BargeIn> barge_in_;
  std::optional<media::Recorder> recorder_;
  bool has_begun_ = false;
  bool packet_came_ = false;
};

}  // namespace parley::bridge
