#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline_queue.hpp"
#include "base/random.hpp"
#include "model/client_messages.hpp"
#include "platform/shard_io.hpp"

namespace parley::platform {

struct SessionOptions {
  Duration resume_window = std::chrono::seconds(30);
  std::uint32_t max_requests_per_second = 50;
  std::uint32_t max_pings_per_second = 10;
  /// The newest messages of a session, kept for a client that resumes it: a socket that breaks
  /// loses what was on its way. Older ones are dropped.
  std::size_t max_kept = 64;
  /// Beyond it the user's oldest session without a call is closed and forgotten; when all have
  /// calls the new one is refused.
  std::size_t max_sessions_per_user = 16;
  /// Told in `welcome`.
  std::vector<model::IceServer> ice_servers{};
};

/// A request of a client, with the session it came from.
struct ClientRequest {
  SessionId session;
  model::ClientMessage message;
};
/// The socket did not come back in time. Whoever hears it ends the session's call and calls
/// `forget`.
struct SessionLost {
  SessionId session;
};
using SessionEvent = std::variant<ClientRequest, SessionLost>;

/// The signaling sessions of a shard's users: sockets come and go, a session stays for the resume
/// window.
class ClientSessions {
 public:
  /// The one call that a session may have.
  struct RunningCall {
    std::string call;  ///< the client's name for it
    ConversationId conversation;
  };
  struct KeptMessage {
    std::uint32_t seq;
    std::string text;
  };
  struct Session {
    SessionId id;
    identity::UserPrincipal user;
    std::string device;
    std::optional<ConnectionId> connection;
    std::uint32_t last_seq = 0;
    std::deque<KeptMessage> kept;
    std::optional<RunningCall> call;
    Instant second_began{};
    std::uint32_t requests_this_second = 0;
    std::uint32_t pings_this_second = 0;
  };

  ClientSessions(SessionOptions options, Random& random)
      : options_(std::move(options)), random_(random) {}

  void handle_input(const Now& now, const ClientOpened& opened);
  void handle_input(const Now& now, const ClientMessageReceived& received);
  void handle_input(const Now& now, const ClientClosed& closed);
  void handle_timeout(const Now& now);
  std::optional<Instant> next_deadline() const { return deadlines_.next(); }

  Session* find(SessionId id);
  void forget(SessionId id);
  /// Kept until a client that resumes says that it came. Not for `welcome`.
  void send(SessionId id, model::ServerMessage message);
  void refuse(SessionId id, std::optional<std::string> request, model::ClientErrorCode code,
              std::string message);
  std::size_t size() const { return sessions_.size(); }

  std::optional<SessionEvent> poll_event();
  /// `SendToClient` and `CloseClient`.
  std::optional<ShardEvent> poll_output();

 private:
  Session* resumable(const ClientOpened& opened);
  /// A new session of the user; nullptr when all that it may have are in calls.
  Session* make_session(UserId user);
  bool make_room(std::vector<SessionId>& of_user);
  void welcome(Session& session, std::uint32_t received);
  bool within_rate(const Now& now, Session& session);
  void close_too_fast(const Now& now, Session& session);
  void close(Session& session, model::ClientErrorCode code, std::string message);

  SessionOptions options_;
  Random& random_;
  std::map<SessionId, Session> sessions_;
  DeadlineQueue<SessionId> deadlines_;                ///< when those without a socket are lost
  std::map<UserId, std::vector<SessionId>> by_user_;  ///< the oldest first
  std::map<ConnectionId, SessionId> connections_;
  std::deque<SessionEvent> events_;
  std::deque<ShardEvent> outputs_;
};

}  // namespace parley::platform
