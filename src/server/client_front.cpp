#include "server/client_front.hpp"

#include "model/client_messages.hpp"

namespace parley::server {
namespace {

namespace close_code = net::websocket_close;

std::string error_text(model::ClientErrorCode code, std::string message,
                       std::optional<std::string> id = std::nullopt) {
  return model::write(model::ServerMessage(
      model::ErrorMessage{.id = std::move(id), .code = code, .message = std::move(message)}));
}

constexpr std::string_view kNotNow =
    "the server takes no new calls now: it is being restarted, or its disk is full; try again "
    "later";

}  // namespace

void ClientFront::accept(net::WebSocketPtr socket) {
  const platform::ConnectionId id{next_++};
  socket->on_message([this, id](std::string text) { on_message(id, std::move(text)); });
  socket->on_close([this, id](std::uint16_t, const std::string&) { on_close(id); });
  Connection& connection = connections_[id];
  connection.socket = socket;
  connection.hello_timer = parts_.loop.call_at(parts_.loop.now() + options_.hello_time, [socket] {
    socket->send(error_text(model::ClientErrorCode::hello_timeout,
                            "no hello came; send it first, with a user's access token"));
    socket->close(close_code::kPolicyViolation, "hello timeout");
  });
  const std::lock_guard lock(mutex_);
  sockets_.emplace(id, std::move(socket));
}

void ClientFront::on_message(platform::ConnectionId id, std::string text) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  if (!connection.shard) return on_hello(id, connection, text);
  if (!parts_.state.takes_new_calls() && refuse_invite(connection, text)) return;
  if (parts_.offer(*connection.shard, platform::ClientMessageReceived{id, std::move(text)})) return;
  connection.socket->send(error_text(model::ClientErrorCode::unavailable,
                                     "the server is overloaded; try again in a few seconds"));
  connection.socket->close(close_code::kTryAgainLater, "overloaded");
}

void ClientFront::on_hello(platform::ConnectionId id, Connection& connection,
                           std::string_view text) {
  if (!connection.hello_timer) return;  // refused before, and closing
  connection.hello_timer.reset();
  const auto directory = parts_.directory.current();
  auto accepted =
      platform::accept_hello(parts_.loop.now(), id, text, options_.identity, *directory);
  if (const auto* refused = std::get_if<platform::HelloRefused>(&accepted)) {
    connection.socket->send(refused->text);
    return connection.socket->close(close_code::kPolicyViolation, "hello refused");
  }
  auto& opened = std::get<platform::ClientOpened>(accepted);
  if (parts_.state.draining && !opened.resume) {  // running calls go on: theirs may come back
    connection.socket->send(error_text(model::ClientErrorCode::unavailable, std::string(kNotNow)));
    return connection.socket->close(close_code::kTryAgainLater, "draining");
  }
  const auto shard = platform::shard_of(opened.user.user, options_.shards);
  if (!parts_.offer(shard, std::move(opened))) {
    connection.socket->send(error_text(model::ClientErrorCode::unavailable,
                                       "the server is overloaded; try again in a few seconds"));
    return connection.socket->close(close_code::kTryAgainLater, "overloaded");
  }
  connection.shard = shard;
}

void ClientFront::on_close(platform::ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (found->second.shard) parts_.post(*found->second.shard, platform::ClientClosed{id});
  connections_.erase(found);
  const std::lock_guard lock(mutex_);
  sockets_.erase(id);
}

bool ClientFront::refuse_invite(Connection& connection, std::string_view text) const {
  const auto message = model::parse_client_message(text);
  if (!message) return false;
  const auto* invite = std::get_if<model::InviteMessage>(&*message);
  if (!invite) return false;
  connection.socket->send(
      error_text(model::ClientErrorCode::unavailable, std::string(kNotNow), invite->id));
  return true;
}

net::WebSocketPtr ClientFront::socket_of(platform::ConnectionId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sockets_.find(id);
  return found == sockets_.end() ? nullptr : found->second;
}

void ClientFront::send(const platform::SendToClient& message) {
  const net::WebSocketPtr socket = socket_of(message.connection);
  if (!socket || socket->send(message.text)) return;
  // It reads too slowly and would miss this message: let it resume, which delivers it again.
  socket->close(close_code::kTryAgainLater, "too slow");
}

void ClientFront::close(const platform::CloseClient& closing) {
  if (const net::WebSocketPtr socket = socket_of(closing.connection))
    socket->close(close_code::kNormal, "");
}

void ClientFront::close_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, socket] : sockets_)
    socket->close(close_code::kGoingAway, "the server is being restarted");
}

std::size_t ClientFront::connections() const {
  const std::lock_guard lock(mutex_);
  return sockets_.size();
}

}  // namespace parley::server
