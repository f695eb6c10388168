#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "identity/identity_options.hpp"
#include "net/event_loop.hpp"
#include "net/websocket.hpp"
#include "platform/client_gateway.hpp"
#include "server/directory_board.hpp"
#include "server/server_state.hpp"

namespace parley::server {

/// Hands new work to a shard; false: too much waits there.
using OfferToShard = std::function<bool(platform::ShardIndex, platform::ShardInput)>;
using PostInput = std::function<void(platform::ShardIndex, platform::ShardInput)>;

struct ClientFrontOptions {
  identity::IdentityOptions identity;
  platform::ShardIndex shards = 1;
  /// A client that has not said hello by then is closed with `helloTimeout`.
  Duration hello_time = std::chrono::seconds(10);
};

/// What the client front uses; all must outlive it.
struct ClientFrontParts {
  net::EventLoop& loop;
  const DirectoryBoard& directory;
  const ServerState& state;
  OfferToShard offer;
  PostInput post;
};

/// The WebSockets of clients. The first message is checked here, all later ones go to the shard of
/// the user. `accept` is called on the loop's thread; `send` and `close` are thread-safe.
class ClientFront {
 public:
  ClientFront(ClientFrontOptions options, ClientFrontParts parts)
      : options_(std::move(options)), parts_(std::move(parts)) {}

  void accept(net::WebSocketPtr socket);
  void send(const platform::SendToClient& message);
  void close(const platform::CloseClient& closing);
  /// The server ends: everybody is told to come back later.
  void close_all();
  std::size_t connections() const;

 private:
  struct Connection {
    net::WebSocketPtr socket;
    std::optional<platform::ShardIndex> shard;  ///< once its hello was accepted
    std::optional<net::Timer> hello_timer;
  };

  void on_message(platform::ConnectionId id, std::string text);
  void on_hello(platform::ConnectionId id, Connection& connection, std::string_view text);
  void on_close(platform::ConnectionId id);
  bool refuse_invite(Connection& connection, std::string_view text) const;
  net::WebSocketPtr socket_of(platform::ConnectionId id) const;

  ClientFrontOptions options_;
  ClientFrontParts parts_;
  std::uint64_t next_ = 1;
  std::map<platform::ConnectionId, Connection> connections_;  ///< the loop's thread only

  mutable std::mutex mutex_;
  std::unordered_map<platform::ConnectionId, net::WebSocketPtr> sockets_;
};

}  // namespace parley::server
