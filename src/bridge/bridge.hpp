#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/counters.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "bridge/media_clock.hpp"
#include "bridge/mix_session.hpp"
#include "bridge/port.hpp"
#include "bridge/record_outcome.hpp"
#include "bridge/record_session.hpp"
#include "model/call_values.hpp"

namespace parley::bridge {

struct BridgeOptions {
  edge::LegOptions leg{};
  /// `media::make_beep` with every codec that a leg may agree on; made once and shared. Required.
  media::SharedPrompt beep{};
  /// Two are forwarded to one another; more are mixed. The next offer is refused.
  std::size_t max_legs = 2;
  MixOptions mix{};
  /// Service-hosted ports; one more is our own bug.
  std::size_t max_hosted_ports = 16;
  /// Record operations at one time; the next one fails.
  std::size_t max_recordings = 16;
  /// Without an RTP packet for so long a port's media has stopped. Told at the leg's next deadline,
  /// an RTCP report at the latest, so that a silent conversation has no timer of its own.
  Duration media_silence = std::chrono::seconds(10);
};

struct BridgeContext {
  PacketPool& pool;
  Random& random;
  Counters& counters;
  LogSink& log;
};

/// A prompt that the cache holds, and how often it plays; 0: for ever.
struct ReadyPrompt {
  media::SharedPrompt prompt;
  std::uint32_t loops = 1;
};

/// Bytes for the end of the recording's file.
struct RecordingAppend {
  OperationId operation;
  Bytes bytes;
};
/// Overwrites the file's first bytes; the file is complete then.
struct RecordingHeader {
  OperationId operation;
  Bytes bytes;
};
/// Nothing is kept: the file, if there is one, is to be removed.
struct RecordingDiscarded {
  OperationId operation;
};

using BridgeOutput =
    std::variant<model::BridgeEvent, RecordingAppend, RecordingHeader, RecordingDiscarded>;

enum class BridgeDeadline : std::uint8_t {
  leg,  ///< ICE, DTLS or RTCP of a leg
  tick  ///< something plays, records or is mixed
};

/// One conversation's media plane, sans-IO: ports with their legs, what plays, what records, and
/// who hears and sees whom. The five verbs; every call is one input, then drain `poll_transmit` and
/// `poll_event`. Two legs are forwarded to one another; from the third on all are mixed. A
/// conversation of two in which nothing plays or records has no tick, and costs what its legs cost.
class Bridge {
 public:
  /// So many legs hear one another's packets; more hear a mix.
  static constexpr std::size_t kForwardedLegs = 2;
  /// Late ticks that a recording makes up for: 1 s, as much as a jitter buffer takes in at once. A
  /// longer stall leaves a hole in it.
  static constexpr std::int64_t kMaxLateRecorded = 50;
  /// Nothing plays for so long after a prompt was cut off: the listener's concealment fades out
  /// what the cut would have made a click.
  static constexpr std::int64_t kTicksAfterCut = 5;
  /// `PromptPlayer::enqueue` tells no more.
  static constexpr const char* kNotPlayable =
      "The prompt has no sound for a listener's codec, or too many prompts wait.";

  /// What the context refers to must outlive the bridge.
  Bridge(const Now& now, BridgeOptions options, BridgeContext context);

  /// The answer, or why the offer is refused, for the peer.
  Result<std::string, std::string> add_leg(const Now& now, PortId port, std::string_view offer);
  /// A new offer on the port's running leg. When it changes the codec, what plays to it is cut off.
  Result<std::string, std::string> reoffer(const Now& now, PortId port, std::string_view offer);
  /// A service-hosted bot: no leg.
  void add_hosted_port(PortId port);

  /// Gives a connected leg away with its port; nothing may be left to drain. What plays to it is
  /// cut off, a recording of it ends as by a hang-up. nullopt: there is none.
  std::optional<MovedPort> release_port(const Now& now, PortId port);
  /// The leg goes on here, as one that is connected; its peer notices nothing but other sounds.
  /// Where there is no place for it, it says goodbye and is over.
  void take_port(const Now& now, PortId port, MovedPort moved);

  /// Everybody but `from` hears the prompts, one after the other; `PlayEnded` follows, unless they
  /// loop for ever. What is asked for while something plays to the same leg waits its turn.
  void play(const Now& now, OperationId operation, PortId from,
            const std::vector<ReadyPrompt>& prompts, bool loop_for_ever);
  /// The prompts, a beep if wanted, then the recording of the first leg that is not `from`'s:
  /// `RecordBegan`, and `RecordEnded` after its file's last bytes. Its `options.prompts` are
  /// ignored for `prompts`. Speech or a key that barges in is not answered with a beep.
  void record(const Now& now, OperationId operation, PortId from,
              const std::vector<ReadyPrompt>& prompts, const model::RecordOptions& options);
  /// Stops what the operation plays or records. No event follows; of a recording either the last
  /// append and the header do, or that it is discarded.
  void stop(const Now& now, OperationId operation, bool keep_recording);
  /// Drops the sound that comes from the port, a hosted one's prompts too. Keys still count.
  void mute(PortId port, bool muted);
  /// The slot (a section that the port's peer receives video in) shows this source from its next
  /// key frame on, which it is asked for; nullopt: nothing more. False: there is no such slot.
  bool show(const Now& now, PortId viewer, std::size_t slot, std::optional<VideoSource> source);
  /// From now on media flows; before, it is discarded.
  void open(const Now& now);
  /// The conversation is over: a running recording ends as by a hang-up, the legs say goodbye.
  void close(const Now& now);

  /// Whether an authentic check came over the pair.
  bool listens_to(const SocketAddress& local, const SocketAddress& remote) const;
  bool has_live_leg(PortId port) const;
  /// What the legs' peers name in their checks.
  std::vector<std::string> ufrags() const;

  /// One datagram, by the socket it came to and the address it came from; changed in place. The leg
  /// is found by the ufrag of a STUN request, else by the pair of addresses that ICE checked.
  void receive(const Now& now, const SocketAddress& local, const SocketAddress& remote,
               MutableByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<BridgeOutput> poll_event();
  std::optional<Deadline<BridgeDeadline>> next_deadline() const;

 private:
  /// What one packet to a leg holds.
  struct OutgoingAudio {
    std::int64_t clock = 0;                   ///< media clock, in samples
    std::optional<wire::RtpHeader> source{};  ///< of a forwarded packet; else it is ours
    bool is_telephone_event = false;
    ByteView payload{};
    std::optional<std::uint8_t> level{};
  };
  /// One enqueued list of prompts: on each leg that hears it as many items.
  struct Playback {
    media::PlayToken token;
    OperationId operation;
    PortId from;
    std::size_t unfinished = 0;  ///< items, of all legs together
  };
  enum class PlayStart : std::uint8_t { started, nobody_listens, not_playable };

  // bridge.cpp
  void emit(BridgeOutput output) { outputs_.push_back(std::move(output)); }
  Port* find_port(PortId id);
  Port* find_port(const SocketAddress& local, const SocketAddress& remote, ByteView datagram);
  std::size_t live_legs() const;
  void agree_on_audio(const Now& now, Port& port);
  void follow_leg(const Now& now, Port& port);
  void lose_leg(const Now& now, Port& port, std::string reason);
  void note_silence(const Now& now, Port& port);
  void run_ticks(const Now& now);
  void schedule(const Now& now);
  bool wants_ticks() const;

  // port_moves.cpp
  void forget_sources();
  void end_pictures(PortId port);

  // receive_path.cpp
  void receive_path(const Now& now, Port& port, const SocketAddress& local,
                    const SocketAddress& remote, MutableByteView datagram);
  bool admit(const Port& port);
  void note_sound(const Now& now, Port& port);
  void hear_key(const Now& now, Port& port, const edge::ReceivedRtp& packet);
  void listen(const Now& now, const Port& port, const edge::ReceivedRtp& packet);
  void forward(const Now& now, const Port& from, const edge::ReceivedRtp& packet);
  bool can_forward(const Port& from, const Port& to, const edge::ReceivedRtp& packet);

  // send_path.cpp
  void send_path(const Now& now, Port& to, const OutgoingAudio& audio);
  void send_path(const Now& now, Port& to, PortVideo& slot, const edge::ReceivedRtp& video);

  // bridge_play.cpp
  static std::vector<media::PlayItem> items_of(const std::vector<ReadyPrompt>& prompts);
  PlayStart start_playback(OperationId operation, PortId from,
                           const std::vector<media::PlayItem>& items);
  void play_tick(const Now& now, Port& port, std::int64_t tick);
  void follow_player(const Now& now);
  bool is_muted(media::PlayToken token) const;
  void item_ended(const Now& now, const media::PlayerEvent& event);
  void playback_over(const Now& now, OperationId operation, bool heard_out);
  void stop_playback(OperationId operation);
  void cancel(Port& port, media::PlayToken token);
  void drop_player(const Now& now, LegMedia& media);

  // bridge_mix.cpp
  void seat(const Port& port);
  bool hears_mix(const Port& port) const { return mix_ && mix_->feed(port.id) != Feed::forwarded; }
  void mix_tick(const Now& now, std::int64_t tick);
  void steer(const Port& port);
  bool can_be_forwarded_to(const Port& port) const;
  void send_mix(const Now& now, Port& port, std::int64_t tick);

  // bridge_video.cpp
  void agree_on_video(Port& port);
  void begin_slots(Port& port);
  void forward_video(const Now& now, Port& from, const edge::ReceivedRtp& packet);
  void follow_key_frame_wanted(const Now& now, Port& viewer, std::size_t section);
  void want_key_frame(const Now& now, const VideoSource& source);
  void ask_for_key_frame(const Now& now, Port& from, PortVideo& video);

  // bridge_record.cpp
  RecordSession* find_recording(OperationId operation);
  const Port* port_to_record(PortId from) const;
  void sound_over(const Now& now, RecordSession& session);
  void begin_beep(RecordSession& session);
  void begin_recording(const Now& now, RecordSession& session);
  void record_tick(const Now& now, std::int64_t tick);
  void barge_in(const Now& now, RecordSession& session);
  void follow_recorder(RecordSession& session);
  void close_file(OperationId operation, std::optional<Bytes> header);
  void end_unrecorded(RecordSession& session, Unrecorded why);
  void hang_up_recordings(const Now& now, const Port* recorded);
  void forget_ended_recordings();

  BridgeOptions options_;
  BridgeContext context_;
  MediaClock clock_;
  bool open_ = false;
  bool closed_ = false;
  std::vector<Port> ports_;
  std::size_t next_to_transmit_ = 0;
  std::uint64_t last_token_ = 0;
  std::vector<Playback> playbacks_;
  std::vector<media::PlayerEvent> ended_items_;  // scratch of `follow_player`
  std::vector<std::unique_ptr<RecordSession>> recordings_;
  std::optional<MixSession> mix_;
  std::deque<BridgeOutput> outputs_;

  struct Drops {
    explicit Drops(Counters& counters);
    std::uint64_t& unknown_peer;
    std::uint64_t& before_open;
    std::uint64_t& muted;
    std::uint64_t& other_codec;
    std::uint64_t& under_prompt;
    std::uint64_t& too_late;
    std::uint64_t& before_key_frame;
  } drops_;
  std::uint64_t& skipped_ticks_;
  std::uint64_t& key_frames_wanted_;     ///< by viewers
  std::uint64_t& key_frames_requested_;  ///< of sources
};

static_assert(ProtocolCore<Bridge>);

}  // namespace parley::bridge
