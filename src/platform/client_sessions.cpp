#include "platform/client_sessions.hpp"

#include <algorithm>
#include <utility>

namespace parley::platform {

using model::ClientErrorCode;

ClientSessions::Session* ClientSessions::find(SessionId id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

ClientSessions::Session* ClientSessions::resumable(const ClientOpened& opened) {
  Session* session = opened.resume ? find(*opened.resume) : nullptr;
  return session && session->user.user == opened.user.user ? session : nullptr;
}

ClientSessions::Session* ClientSessions::make_session(UserId user) {
  std::vector<SessionId>& of_user = by_user_[user];
  if (of_user.size() >= options_.max_sessions_per_user && !make_room(of_user)) return nullptr;
  const SessionId id{Uuid::random(random_)};
  // Forgetting the user's only session forgot the list as well.
  by_user_[user].push_back(id);
  Session& session = sessions_[id];
  session.id = id;
  return &session;
}

bool ClientSessions::make_room(std::vector<SessionId>& of_user) {
  const auto oldest = std::find_if(of_user.begin(), of_user.end(),
                                   [&](SessionId id) { return !sessions_.at(id).call; });
  if (oldest == of_user.end()) return false;
  const SessionId id = *oldest;
  Session& session = sessions_.at(id);
  if (session.connection)
    close(session, ClientErrorCode::session_replaced,
          "This user opened more than " + std::to_string(options_.max_sessions_per_user) +
              " sessions; this was the oldest one without a call.");
  forget(id);
  return true;
}

void ClientSessions::handle_input(const Now&, const ClientOpened& opened) {
  Session* session = resumable(opened);
  const std::uint32_t received = session ? opened.received : 0;
  if (session && session->connection)
    close(*session, ClientErrorCode::session_replaced,
          "Another connection took this session over.");
  if (!session) session = make_session(opened.user.user);
  if (!session) {
    const model::ErrorMessage error{
        .id = {},
        .code = ClientErrorCode::too_many_calls,
        .message = "All " + std::to_string(options_.max_sessions_per_user) +
                   " sessions of this user are in calls; end one of them first."};
    outputs_.emplace_back(SendToClient{opened.connection, model::write(error)});
    outputs_.emplace_back(CloseClient{opened.connection});
    return;
  }
  session->user = opened.user;
  session->device = opened.device;
  session->connection = opened.connection;
  deadlines_.set(session->id, std::nullopt);
  connections_[opened.connection] = session->id;
  welcome(*session, received);
}

void ClientSessions::welcome(Session& session, std::uint32_t received) {
  model::WelcomeMessage message;
  message.session = session.id;
  message.user = {session.user.user, session.user.display_name, session.user.user_name};
  message.ice_servers = options_.ice_servers;
  message.resume_seconds = static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(options_.resume_window).count());
  outputs_.emplace_back(
      SendToClient{*session.connection, model::write(model::ServerMessage(std::move(message)))});
  while (!session.kept.empty() && session.kept.front().seq <= received) session.kept.pop_front();
  for (const KeptMessage& kept : session.kept)
    outputs_.emplace_back(SendToClient{*session.connection, kept.text});
}

void ClientSessions::close(Session& session, ClientErrorCode code, std::string message) {
  const model::ErrorMessage error{.id = {}, .code = code, .message = std::move(message)};
  outputs_.emplace_back(SendToClient{*session.connection, model::write(error)});
  outputs_.emplace_back(CloseClient{*session.connection});
  connections_.erase(*session.connection);
  session.connection.reset();
}

void ClientSessions::handle_input(const Now& now, const ClientMessageReceived& received) {
  const auto connection = connections_.find(received.connection);
  if (connection == connections_.end()) return;
  Session& session = sessions_.at(connection->second);
  // Before it is read: what nobody can read costs as much.
  if (!within_rate(now, session)) return close_too_fast(now, session);
  auto message = model::parse_client_message(received.text);
  if (!message)
    return refuse(session.id, message.error().id, ClientErrorCode::bad_message,
                  message.error().message());
  if (std::holds_alternative<model::PingMessage>(*message) &&
      ++session.pings_this_second > options_.max_pings_per_second)
    return close_too_fast(now, session);
  events_.emplace_back(ClientRequest{session.id, std::move(*message)});
}

void ClientSessions::close_too_fast(const Now& now, Session& session) {
  close(session, ClientErrorCode::too_fast,
        "More than " + std::to_string(options_.max_requests_per_second) + " messages or " +
            std::to_string(options_.max_pings_per_second) + " pings in a second.");
  deadlines_.set(session.id, now + options_.resume_window);
}

bool ClientSessions::within_rate(const Now& now, Session& session) {
  if (now.monotonic - session.second_began >= std::chrono::seconds(1)) {
    session.second_began = now.monotonic;
    session.requests_this_second = 0;
    session.pings_this_second = 0;
  }
  return ++session.requests_this_second <= options_.max_requests_per_second;
}

void ClientSessions::handle_input(const Now& now, const ClientClosed& closed) {
  const auto found = connections_.find(closed.connection);
  if (found == connections_.end()) return;
  Session& session = sessions_.at(found->second);
  connections_.erase(found);
  session.connection.reset();
  deadlines_.set(session.id, now + options_.resume_window);
}

void ClientSessions::handle_timeout(const Now& now) {
  while (const auto id = deadlines_.due(now.monotonic)) {
    deadlines_.set(*id, std::nullopt);
    events_.emplace_back(SessionLost{*id});
  }
}

void ClientSessions::forget(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const Session& session = found->second;
  if (session.connection) connections_.erase(*session.connection);
  const auto of_user = by_user_.find(session.user.user);
  std::erase(of_user->second, id);
  if (of_user->second.empty()) by_user_.erase(of_user);
  deadlines_.set(id, std::nullopt);
  sessions_.erase(found);
}

void ClientSessions::send(SessionId id, model::ServerMessage message) {
  Session* session = find(id);
  if (!session) return;
  const std::uint32_t seq = ++session->last_seq;
  std::visit(
      [seq](auto& known) {
        if constexpr (requires { known.seq; }) known.seq = seq;
      },
      message);
  session->kept.push_back({seq, model::write(message)});
  if (session->kept.size() > options_.max_kept) session->kept.pop_front();
  if (session->connection)
    outputs_.emplace_back(SendToClient{*session->connection, session->kept.back().text});
}

void ClientSessions::refuse(SessionId id, std::optional<std::string> request, ClientErrorCode code,
                            std::string message) {
  send(id,
       model::ErrorMessage{.id = std::move(request), .code = code, .message = std::move(message)});
}

std::optional<SessionEvent> ClientSessions::poll_event() {
  if (events_.empty()) return std::nullopt;
  SessionEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<ShardEvent> ClientSessions::poll_output() {
  if (outputs_.empty()) return std::nullopt;
  ShardEvent output = std::move(outputs_.front());
  outputs_.pop_front();
  return output;
}

}  // namespace parley::platform
