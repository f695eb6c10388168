#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "cli/api_client.hpp"
#include "crypto/system_random.hpp"
#include "edge/webrtc_leg.hpp"
#include "model/client_messages.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"
#include "net/udp_socket.hpp"

namespace parley::cli {

/// A telephone exchange on loopback, over real sockets and on a thread of its own: it signs alice
/// in, answers her call, sends back what it hears, and hangs up at the key #. With
/// `call_the_client` it rings her instead.
class EchoExchange {
 public:
  explicit EchoExchange(bool call_the_client = false) : call_the_client_(call_the_client) {
    auto server =
        net::HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                [this](net::HttpRequest&& request, net::Responder responder) {
                                  handle_request(request, responder);
                                });
    EXPECT_TRUE(server) << server.error();
    server_.emplace(std::move(*server));
    auto udp = net::UdpSocket::bind(
        loop_, *SocketAddress::parse("127.0.0.1:0"), {}, counters_,
        [this](const SocketAddress& local, const SocketAddress& remote, MutableByteView datagram) {
          handle_datagram(local, remote, datagram);
        });
    EXPECT_TRUE(udp) << udp.error();
    udp_.emplace(std::move(*udp));
    make_data_folder();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~EchoExchange() {
    loop_.post([this] { loop_.stop(); });  // a stop before the run would be lost
    thread_.join();
    std::filesystem::remove_all(place_.data_dir);
  }

  const ServerPlace& place() const { return place_; }

 private:
  void make_data_folder() {
    place_.url = "http://" + server_->local().text();
    place_.data_dir = ::testing::TempDir() + "parley_exchange_" + std::to_string(getpid());
    std::filesystem::create_directories(place_.data_dir);
    std::ofstream(place_.demo_users_file())
        << R"([{"userName":"alice@demo.test","password":"secret word"}])";
  }

  void handle_request(const net::HttpRequest& request, const net::Responder& responder) {
    if (request.target == "/client") {
      return responder.upgrade({.protocol = "", .on_open = [this](net::WebSocketPtr socket) {
                                  socket_ = std::move(socket);
                                  socket_->on_message(
                                      [this](const std::string& text) { handle_message(text); });
                                }});
    }
    const bool known = request.target == "/organizations/oauth2/v2.0/token" &&
                       request.body.find("password=secret%20word") != std::string::npos &&
                       request.body.find("username=alice%40demo.test") != std::string::npos;
    responder.respond({.status = known ? 200 : 400,
                       .body = known ? R"({"access_token":"of alice"})"
                                     : R"({"error_description":"wrong password"})"});
  }

  void handle_message(const std::string& text) {
    auto message = model::parse_client_message(text);
    ASSERT_TRUE(message);
    std::visit([this](auto& known) { handle(known); }, *message);
  }

  void handle(const model::HelloMessage& hello) {
    EXPECT_EQ(hello.token, "of alice");
    say(model::WelcomeMessage{.session = SessionId{Uuid::random(random_)},
                              .user = {.id = {}, .display_name = "Alice", .user_name = "alice"}});
    if (call_the_client_) say(model::IncomingMessage{"c1", {"id", model::PartyKind::user, "Bob"}});
  }
  void handle(const model::InviteMessage& invite) {
    if (invite.to != "bot") {
      return say(model::ErrorMessage{invite.id, model::ClientErrorCode::unknown_target,
                                     "there is no " + invite.to});
    }
    connect(invite);
  }
  void handle(const model::AcceptMessage& accept) { connect(accept); }
  void handle(const model::ByeMessage& bye) {
    say(model::OkMessage{.id = bye.id});
    end(0);
  }
  template <class Other>
  void handle(const Other& other) {
    if constexpr (requires { other.id; }) say(model::OkMessage{.id = other.id});
  }

  template <class Offer>
  void connect(const Offer& offer) {
    call_ = offer.call;
    const Now now = loop_.now();
    edge::LegOptions options{.local_addresses = {udp_->local()}};
    options.certificate =
        std::make_shared<const crypto::Certificate>(crypto::Certificate::generate_self_signed(now));
    options.cname = "exchange";
    auto accepted = edge::WebrtcLeg::accept(now, offer.sdp, options, {pool_, random_});
    ASSERT_TRUE(accepted) << accepted.error().text;
    leg_ = std::move(accepted->leg);
    say(model::OkMessage{.id = offer.id, .sdp = accepted->answer});
    drain();
  }

  void handle_datagram(const SocketAddress& local, const SocketAddress& remote,
                       MutableByteView datagram) {
    if (!leg_) return;
    const Now now = loop_.now();
    const auto rtp = leg_->receive(now, local, remote, datagram);
    if (rtp && rtp->is_telephone_event) {
      constexpr std::uint8_t kHash = 11;
      if (rtp->payload.front() == kHash) return end(4521);
    } else if (rtp) {
      leg_->send(now, {.payload_type = rtp->header.payload_type,
                       .marker = rtp->header.marker,
                       .timestamp = rtp->header.timestamp,
                       .payload = rtp->payload,
                       .level = std::nullopt});
    }
    drain();
  }

  void end(std::int32_t subcode) {
    if (!leg_) return;
    leg_->close(loop_.now());
    drain();
    leg_.reset();
    say(model::EndedMessage{call_, 200, subcode, model::EndReason::hangup, ""});
  }

  void drain() {
    while (auto event = leg_->poll_event()) {
      if (!std::holds_alternative<edge::LegConnected>(*event)) continue;
      say(model::AnsweredMessage{call_});
    }
    while (auto transmit = leg_->poll_transmit()) udp_->send(std::move(*transmit));
    if (const auto deadline = leg_->next_deadline()) timer_.set(deadline->at);
  }

  void say(const model::ServerMessage& message) { socket_->send(model::write(message)); }

  bool call_the_client_;
  net::EventLoop loop_;
  Counters counters_;
  crypto::SystemRandom random_;
  PacketPool pool_;
  std::optional<net::HttpServer> server_;
  std::optional<net::UdpSocket> udp_;
  net::Timer timer_{loop_, [this] {
                      if (!leg_) return;
                      leg_->handle_timeout(loop_.now());
                      drain();
                    }};
  net::WebSocketPtr socket_;
  std::string call_;
  std::unique_ptr<edge::WebrtcLeg> leg_;
  ServerPlace place_;
  std::thread thread_;
};

}  // namespace parley::cli
