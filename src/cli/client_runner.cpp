#include "cli/client_runner.hpp"

#include <array>

#include "net/event_loop.hpp"
#include "net/websocket_client.hpp"

namespace parley::cli {

ClientRunner::ClientRunner(net::EventLoop& loop, ClientRunnerOptions options, OnEvent on_event)
    : loop_(loop),
      options_(std::move(options)),
      on_event_(std::move(on_event)),
      timer_(loop,
             [this] {
               agent_->handle_timeout(loop_.now());
               settle();
             }),
      self_(std::make_shared<ClientRunner*>(this)) {}

ClientRunner::~ClientRunner() {
  for (net::UdpSocket& socket : sockets_) socket.flush();  // the leg's goodbyes
  if (websocket_) websocket_->close(net::websocket_close::kGoingAway, "");
}

Result<std::unique_ptr<ClientRunner>, std::string> ClientRunner::start(net::EventLoop& loop,
                                                                       ClientRunnerOptions options,
                                                                       OnEvent on_event) {
  std::unique_ptr<ClientRunner> runner(
      new ClientRunner(loop, std::move(options), std::move(on_event)));
  if (auto bound = runner->bind_sockets(); !bound) return Failure{bound.error()};
  runner->create_agent();
  runner->open_websocket();
  return runner;
}

Result<void, std::string> ClientRunner::bind_sockets() {
  for (const IpAddress& ip : options_.media_addresses) {
    auto socket = net::UdpSocket::bind(
        loop_, {ip, 0}, {}, counters_,
        [this](const SocketAddress& local, const SocketAddress& remote, MutableByteView datagram) {
          agent_->handle_input(loop_.now(), local, remote, datagram);
          settle();
        });
    if (!socket) return Failure{socket.error()};
    sockets_.push_back(std::move(*socket));
  }
  return {};
}

void ClientRunner::create_agent() {
  client::UserAgentOptions options{.session = options_.session, .media = {}};
  for (const net::UdpSocket& socket : sockets_) {
    options.media.leg.local_addresses.push_back(socket.local());
  }
  options.media.leg.certificate = std::make_shared<const crypto::Certificate>(
      crypto::Certificate::generate_self_signed(loop_.now()));
  std::array<std::uint8_t, 12> name;  // RFC 7022 §4.2: 96 random bits
  random_.fill(name);
  options.media.leg.cname = to_base64url(name);
  options.media.player = options_.player;
  options.media.record = options_.record;
  agent_ =
      std::make_unique<client::UserAgent>(std::move(options), edge::LegContext{pool_, random_});
}

void ClientRunner::open_websocket() {
  websocket_.reset();
  net::connect_websocket(
      loop_, options_.connect,
      {.url = options_.websocket_url, .headers = {}, .protocol = {}, .options = {}},
      [weak = std::weak_ptr(self_)](Result<net::WebSocketPtr, net::ClientFailure> opened) {
        const auto self = weak.lock();
        if (!self) {
          if (opened) (*opened)->close(net::websocket_close::kGoingAway, "");
          return;
        }
        ClientRunner& runner = **self;
        if (opened) {
          runner.take_websocket(std::move(*opened));
        } else {
          runner.agent_->socket_lost(runner.loop_.now(), opened.error().text);
        }
        runner.settle();
      });
}

void ClientRunner::take_websocket(net::WebSocketPtr socket) {
  websocket_ = std::move(socket);
  const std::weak_ptr weak(self_);
  websocket_->on_message([weak](std::string text) {
    const auto self = weak.lock();
    if (!self) return;
    (*self)->agent_->handle_message((*self)->loop_.now(), text);
    (*self)->settle();
  });
  // The raw pointer only tells this socket from a later one.
  websocket_->on_close([weak, closed = websocket_.get()](std::uint16_t code, std::string reason) {
    const auto self = weak.lock();
    if (!self || (*self)->websocket_.get() != closed) return;
    ClientRunner& runner = **self;
    runner.websocket_.reset();
    runner.agent_->socket_lost(runner.loop_.now(),
                               reason.empty() ? "closed with " + std::to_string(code) : reason);
    runner.settle();
  });
  agent_->socket_opened(loop_.now());
}

void ClientRunner::act(const std::function<void(client::UserAgent&, const Now&)>& deed) {
  deed(*agent_, loop_.now());
  settle();
}

/// Empties the agent after an input. An event's listener may act: its acts are settled here too.
void ClientRunner::settle() {
  if (settling_) return;
  settling_ = true;
  do {
    send_all();
  } while (tell_one());
  settling_ = false;
  if (const auto deadline = agent_->next_deadline()) {
    timer_.set(deadline->at);
  } else {
    timer_.clear();
  }
}

void ClientRunner::send_all() {
  while (const auto text = agent_->poll_message()) {
    // A full queue means a dead socket: its `on_close` follows.
    if (websocket_) websocket_->send(*text);
  }
  while (auto transmit = agent_->poll_transmit()) {
    for (net::UdpSocket& socket : sockets_) {
      if (socket.local() != transmit->local) continue;
      socket.send(std::move(*transmit));
      break;
    }
  }
}

bool ClientRunner::tell_one() {
  const auto event = agent_->poll_event();
  if (!event) return false;
  if (std::holds_alternative<client::SocketWanted>(*event)) open_websocket();
  on_event_(loop_.now(), *event);
  return true;
}

}  // namespace parley::cli
