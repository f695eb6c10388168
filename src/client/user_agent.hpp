#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/deadline.hpp"
#include "base/packet.hpp"
#include "base/protocol_core.hpp"
#include "client/call_media.hpp"
#include "client/client_session.hpp"

namespace parley::client {

struct UserAgentOptions {
  SessionOptions session{};
  CallMediaOptions media{};
};

// What a user agent tells. A call ends with exactly one Ended or CallFailed.

/// The session stands; after a lost socket, again.
struct Welcomed {
  model::ClientUser user;
};
struct Incoming {
  std::string call;
  model::Caller from;
};
struct Ringing {};
struct Connecting {};
/// Media flows both ways from now on.
struct Answered {};
/// ICE and DTLS are done.
struct MediaConnected {};
/// The server's mute changed.
struct Muted {
  bool muted = false;
  model::MutedBy by{};
};
struct Ended {
  std::int32_t code = 0;
  std::int32_t subcode = 0;
  model::EndReason reason{};
  std::string message;
};
/// The server refused the call, or its media failed.
struct CallFailed {
  std::optional<model::ClientErrorCode> code;
  std::string text;
};
/// Something smaller was refused: the call goes on.
struct Refused {
  RequestKind request;
  model::ClientErrorCode code;
  std::string text;
};

using UserAgentEvent =
    std::variant<Welcomed, Incoming, Ringing, Connecting, Answered, MediaConnected, Muted, Ended,
                 CallFailed, Refused, SocketWanted, SessionFailed>;

enum class UserAgentDeadline { session, leg, play, record };

/// A user's device: one signaling session, at most one call. It never answers by itself. After a
/// lost socket it asks for a new one and goes on with the call, whose media never stopped. A leg
/// that fails says `bye`.
class UserAgent {
 public:
  enum class CallState { none, incoming, offering, answered, leaving };

  /// The context's members must outlive it.
  UserAgent(UserAgentOptions options, edge::LegContext context);

  // From the socket.
  void socket_opened(const Now& now);
  void socket_lost(const Now& now, std::string_view why);
  void handle_message(const Now& now, std::string_view text);

  void handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                    MutableByteView datagram);
  void handle_timeout(const Now& now);

  // The user's acts; each does nothing where it makes no sense, and says so with false.
  bool invite(const Now& now, std::string target);
  bool accept(const Now& now);
  bool decline(const Now& now, model::DeclineReason reason = model::DeclineReason::declined);
  bool bye(const Now& now);
  bool mute(const Now& now, bool muted);
  bool hold(const Now& now, bool held);

  std::optional<std::string> poll_message();  ///< for the socket
  std::optional<Transmit> poll_transmit();
  std::optional<UserAgentEvent> poll_event();
  std::optional<Deadline<UserAgentDeadline>> next_deadline() const;

  CallState call_state() const { return state_; }
  /// The running call's or, after its end, the last one's; nullptr before the first.
  const CallMedia* media() const { return media_.get(); }

 private:
  void follow(const Now& now);
  void follow_media(const Now& now);
  void handle(const Now& now, model::WelcomeMessage& welcome);
  void handle(const Now& now, model::IncomingMessage& incoming);
  void handle(const Now& now, model::ProgressMessage& progress);
  void handle(const Now& now, model::AnsweredMessage& answered);
  void handle(const Now& now, model::EndedMessage& ended);
  void handle(const Now& now, model::MutedMessage& muted);
  void handle(const Now& now, RequestGranted& granted);
  void handle(const Now& now, RequestRefused& refused);
  void handle(const Now& now, SocketWanted& wanted);
  void handle(const Now& now, SessionFailed& failed);
  void begin_media();
  bool is_current(std::string_view call) const;
  void end_call(const Now& now, UserAgentEvent event);

  UserAgentOptions options_;
  edge::LegContext context_;
  ClientSession session_;
  std::optional<SessionId> session_id_;  ///< of the last welcome
  CallState state_ = CallState::none;
  std::string call_;
  std::unique_ptr<CallMedia> media_;
  std::deque<UserAgentEvent> events_;
};

static_assert(ProtocolCore<UserAgent>);

}  // namespace parley::client
