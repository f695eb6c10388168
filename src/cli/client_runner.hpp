#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/packet.hpp"
#include "client/user_agent.hpp"
#include "crypto/system_random.hpp"
#include "net/client_error.hpp"
#include "net/timer.hpp"
#include "net/udp_socket.hpp"
#include "net/websocket.hpp"

namespace parley::net {
class EventLoop;
}

namespace parley::cli {

struct ClientRunnerOptions {
  std::string websocket_url;  ///< e.g. `wss://127.0.0.1:8443/client`
  net::ConnectOptions connect;
  /// The addresses to send media from, one per family; see `media_addresses`.
  std::vector<IpAddress> media_addresses;
  client::SessionOptions session;
  client::MediaPlayerOptions player;
  bool record = true;
};

/// One user's device: a `client::UserAgent` with a WebSocket, UDP sockets and a timer of a loop.
/// Many may share a loop and its thread.
class ClientRunner {
 public:
  using OnEvent = std::function<void(const Now&, const client::UserAgentEvent&)>;

  /// Connects at once. `on_event` runs on the loop's thread, each time after the agent has settled;
  /// it may call `act`. The error is a text for people.
  static Result<std::unique_ptr<ClientRunner>, std::string> start(net::EventLoop& loop,
                                                                  ClientRunnerOptions options,
                                                                  OnEvent on_event);
  ~ClientRunner();
  ClientRunner(const ClientRunner&) = delete;
  ClientRunner& operator=(const ClientRunner&) = delete;

  /// What the user does: `runner.act([](auto& agent, auto& now) { agent.bye(now); })`.
  void act(const std::function<void(client::UserAgent&, const Now&)>& deed);
  const client::UserAgent& agent() const { return *agent_; }

 private:
  ClientRunner(net::EventLoop& loop, ClientRunnerOptions options, OnEvent on_event);

  Result<void, std::string> bind_sockets();
  void create_agent();
  void open_websocket();
  void take_websocket(net::WebSocketPtr socket);
  void settle();
  void send_all();
  bool tell_one();

  net::EventLoop& loop_;
  ClientRunnerOptions options_;
  OnEvent on_event_;
  Counters counters_;
  crypto::SystemRandom random_;
  PacketPool pool_;
  std::vector<net::UdpSocket> sockets_;
  std::unique_ptr<client::UserAgent> agent_;
  net::Timer timer_;
  net::WebSocketPtr websocket_;
  bool settling_ = false;
  /// Callbacks of sockets hold a weak pointer to it: they may come after our end.
  std::shared_ptr<ClientRunner*> self_;
};

/// The local addresses that reach a host, one per family that it has: where media sockets are
/// bound. Looks the name up, which may take its time.
Result<std::vector<IpAddress>, std::string> media_addresses(const std::string& host,
                                                            std::uint16_t port);

}  // namespace parley::cli
