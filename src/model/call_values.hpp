#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "model/graph_enums.hpp"
#include "model/ids.hpp"

/// What calling, the bridge and the endpoints say to one another: plain values, so that a mailbox
/// can carry them.
namespace parley::model {

/// How something ended, in Graph's numbers: `resultInfo {code, subcode, message}`.
struct Outcome {
  std::int32_t code = 200;
  std::int32_t subcode = 0;
  std::string message;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Where a prompt comes from: `mediaInfo {uri, resourceId}`.
struct PromptRef {
  std::string uri;
  std::optional<std::string> resource_id;

  friend bool operator==(const PromptRef&, const PromptRef&) = default;
};

/// One prompt and how often it plays; 0 means for ever (only 2019's `mediaPrompt.loop` differs from
/// 1).
struct PromptItem {
  PromptRef prompt;
  std::uint32_t loops = 1;
};

struct PlayOptions {
  std::vector<PromptItem> prompts;
  /// Repeat the whole list for ever; nothing is then told when it ends.
  bool loop_for_ever = false;
};

struct RecordOptions {
  std::vector<PromptItem> prompts;
  bool barge_in_allowed = false;
  Duration initial_silence{};
  Duration max_silence{};
  Duration max_duration{};
  bool play_beep = true;
  /// Each one to four keys, matched against the last keys pressed.
  std::vector<std::vector<Tone>> stop_tones;
  /// The bot is told where the recording is when it begins, and not only when it has ended.
  bool tell_beginning = false;
};

// ---- calling to the bridge ----

/// Everybody but `from` hears the prompts.
struct StartPlay {
  PortId from;
  OperationId operation;
  PlayOptions options;
};
/// Plays prompt and beep from `from`, then records what the others say.
struct StartRecord {
  PortId from;
  OperationId operation;
  RecordOptions options;
};
/// Stops what the operation plays or records; no event follows. A recording is kept or thrown away.
struct StopOperation {
  OperationId operation;
  bool keep_recording = false;
};
/// Warms the prompt cache.
struct PrefetchPrompts {
  std::vector<PromptRef> prompts;
};
/// Drops what comes from the port before anybody hears it.
struct MutePort {
  PortId port;
  bool muted;
};
/// From now on media flows; before, it is discarded.
struct OpenMedia {};
/// The conversation is over.
struct CloseMedia {};

using BridgeCommand = std::variant<StartPlay, StartRecord, StopOperation, PrefetchPrompts, MutePort,
                                   OpenMedia, CloseMedia>;

// ---- the bridge to calling ----

/// The port's DTLS is done.
struct PortConnected {
  PortId port;
};
/// ICE or DTLS failed, or consent was lost (RFC 7675).
struct PortFailed {
  PortId port;
  std::string reason;
};
/// The port's first authenticated RTP packet came, ever or after `PortMediaStopped`.
struct PortMediaStarted {
  PortId port;
};
/// No authenticated RTP packet came for some seconds.
struct PortMediaStopped {
  PortId port;
};
/// A key, told once, at its first authenticated packet.
struct KeyPressed {
  PortId port;
  Tone key;
};
/// Prompt and beep are over, and the recording holds its first frame.
struct RecordBegan {
  OperationId operation;
};
struct PlayEnded {
  OperationId operation;
  Outcome outcome;
};
struct RecordEnded {
  OperationId operation;
  Outcome outcome;
  std::optional<RecordCompletionReason> reason;
  bool has_audio = false;
};

using BridgeEvent = std::variant<PortConnected, PortFailed, PortMediaStarted, PortMediaStopped,
                                 KeyPressed, PlayEnded, RecordBegan, RecordEnded>;

// ---- calling to an endpoint, and back ----

/// A device that can be rung: today a client's session and its name for the call.
struct EndpointId {
  SessionId session;
  std::string call;

  friend auto operator<=>(const EndpointId&, const EndpointId&) = default;
};

/// Why a call ended, as the client protocol tells it.
BOOST_DEFINE_ENUM_CLASS(EndReason, hangup, busy, declined, no_answer, unreachable, media_failed,
                        resume_failed, platform_restarted, failed)

struct EndpointRinging {};
struct EndpointConnecting {};
struct EndpointAnswered {};
struct EndpointEnded {
  EndReason reason;
  Outcome outcome;
};

/// What an endpoint is told of its call.
using EndpointCommand =
    std::variant<EndpointRinging, EndpointConnecting, EndpointAnswered, EndpointEnded>;

}  // namespace parley::model
