#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/deadline.hpp"
#include "base/time.hpp"
#include "model/client_messages.hpp"

namespace parley::client {

struct SessionOptions {
  std::string token{};  ///< a user's access token
  std::string device = "parley call";
  Duration hello_timeout = std::chrono::seconds(10);    ///< for the welcome
  Duration request_timeout = std::chrono::seconds(10);  ///< for each answer
  /// An unanswered ping means that the socket is dead. 0: no pings.
  Duration ping_interval = std::chrono::seconds(10);
  Duration ping_timeout = std::chrono::seconds(5);
  Duration reconnect_delay = std::chrono::seconds(1);  ///< between two attempts after a loss
  std::size_t max_pending = 32;  ///< requests without an answer; beyond, refused
};

enum class RequestKind { invite, accept, decline, bye, mute, hold, ping };

/// An `ok`.
struct RequestGranted {
  RequestKind kind;
  std::string call;
  std::optional<std::string> sdp;
};
/// An `error`, or no answer in time (`unavailable`).
struct RequestRefused {
  RequestKind kind;
  std::string call;
  model::ClientErrorCode code;
  std::string message;
};
/// Open a socket, and say so with `socket_opened`; the one before is dead: close it.
struct SocketWanted {};
/// The end: the server threw this session out, or could not be reached again in time.
struct SessionFailed {
  std::string text;
};

using SessionEvent =
    std::variant<model::WelcomeMessage, model::IncomingMessage, model::ProgressMessage,
                 model::AnsweredMessage, model::EndedMessage, model::MutedMessage, RequestGranted,
                 RequestRefused, SocketWanted, SessionFailed>;

enum class SessionDeadline { hello, request, ping, reconnect, resume_window };

/// One signaling session through as many sockets as it takes: hello and resume, requests and their
/// answers, pings. What a call means is the user agent's.
class ClientSession {
 public:
  enum class State {
    offline,   ///< no socket
    greeting,  ///< hello is sent
    ready,     ///< welcome came
    failed
  };

  explicit ClientSession(SessionOptions options) : options_(std::move(options)) {}

  void socket_opened(const Now& now);
  /// It could not be opened, or was closed. Before the first welcome that is the end; later a new
  /// socket is wanted for as long as the session can be resumed.
  void socket_lost(const Now& now, std::string_view why);
  void handle_message(const Now& now, std::string_view text);
  void handle_timeout(const Now& now);

  // Requests; they wait for the welcome where it has not come yet.
  void invite(const Now& now, std::string call, std::string to, std::string sdp);
  void accept(const Now& now, std::string call, std::string sdp);
  void decline(const Now& now, std::string call, model::DeclineReason reason);
  void bye(const Now& now, std::string call);
  void mute(const Now& now, std::string call, bool muted);
  void hold(const Now& now, std::string call, bool held);

  /// For the socket, in order.
  std::optional<std::string> poll_message();
  std::optional<SessionEvent> poll_event();
  std::optional<Deadline<SessionDeadline>> next_deadline() const;

  State state() const { return state_; }
  /// Messages of the server's that made no sense; they are ignored.
  std::uint64_t malformed() const { return malformed_; }

 private:
  struct Pending {
    std::string id;
    RequestKind kind;
    std::string call;
    Instant expires;
  };

  template <class Message>
  void request(const Now& now, RequestKind kind, Message message);
  void handle(const Now& now, model::OkMessage& ok);
  void handle(const Now& now, model::ErrorMessage& error);
  void handle(const Now& now, model::WelcomeMessage& welcome);
  template <class Told>
  void handle(const Now&, Told& told) {
    events_.push_back(std::move(told));
  }
  std::optional<Pending> take_pending(std::string_view id);
  void refuse_expired(const Now& now);
  void lose_socket(const Now& now);
  void fail(std::string text);

  SessionOptions options_;
  State state_ = State::offline;
  std::optional<SessionId> session_;
  std::uint32_t received_ = 0;  ///< the session's last message that came, by its `seq`
  std::uint64_t next_id_ = 1;
  std::vector<Pending> pending_;
  struct Waiting {
    std::string id;  ///< of the request
    std::string text;
  };
  std::deque<Waiting> waiting_;  ///< for the welcome
  std::deque<std::string> outgoing_;
  std::deque<SessionEvent> events_;
  std::optional<Instant> hello_expires_;
  std::optional<Instant> ping_at_;
  std::optional<Instant> reconnect_at_;
  Duration resume_window_{};  ///< the server's, from its welcome
  std::optional<Instant> resume_ends_;
  std::uint64_t malformed_ = 0;
};

}  // namespace parley::client
