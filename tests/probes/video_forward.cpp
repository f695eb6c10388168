// A bridge with video behind one UDP socket on loopback. Reads requests from stdin, one JSON object
// a line, and answers each with one line; the end of stdin ends it.
//   {"do":"add","port":N,"offer":SDP}                          {"answer":SDP} or {"error":TEXT}
//   {"do":"show","port":N,"slot":I,"source":{"port":N,"section":I}}   {"shown":BOOL}; without
//   source: nothing more
//   {"do":"lose","ssrc":N,"packets":N}     {}: the next packets of the stream to a viewer are lost
//   on their way
//   {"do":"counters"}                      {NAME: NUMBER, …}
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <thread>

#include "bridge/bridge.hpp"
#include "crypto/system_random.hpp"
#include "media/beep.hpp"
#include "net/event_loop.hpp"
#include "net/udp_socket.hpp"
#include "wire/demux.hpp"

namespace parley {
namespace {

namespace json = boost::json;

/// A source before the others have it, its viewer, and another source.
constexpr std::size_t kMaxLegs = 3;

class Probe {
 public:
  explicit Probe(net::EventLoop& loop)
      : loop_(loop),
        socket_(bind(loop)),
        bridge_(loop.now(), options(), {pool_, random_, counters_, log_}),
        timer_(loop, [this] { wake(); }) {
    bridge_.open(loop_.now());
  }

  json::object answer(const json::object& request) {
    const json::string& what = request.at("do").as_string();
    json::object reply = what == "add"    ? add(request)
                         : what == "show" ? show(request)
                         : what == "lose" ? lose(request)
                                          : counters();
    drain();
    return reply;
  }

 private:
  net::UdpSocket bind(net::EventLoop& loop) {
    return net::UdpSocket::bind(loop, *SocketAddress::parse("127.0.0.1:0"), {}, counters_,
                                [this](const SocketAddress& local, const SocketAddress& remote,
                                       MutableByteView datagram) {
                                  bridge_.receive(loop_.now(), local, remote, datagram);
                                  drain();
                                })
        .value();
  }

  bridge::BridgeOptions options() const {
    using codec::Codec;
    return {.leg = {.local_addresses = {socket_.local()},
                    .certificate = std::make_shared<const crypto::Certificate>(
                        crypto::Certificate::generate_self_signed(loop_.now())),
                    .cname = "probe",
                    .most_video = edge::kMaxVideoSections},
            .beep = media::make_beep({.codecs = {Codec::opus, Codec::pcmu, Codec::pcma}}),
            .max_legs = kMaxLegs};
  }

  static PortId port_of(const json::object& request) {
    return {request.at("port").to_number<std::uint32_t>()};
  }

  json::object add(const json::object& request) {
    const auto answer =
        bridge_.add_leg(loop_.now(), port_of(request), request.at("offer").as_string());
    if (!answer) return {{"error", answer.error()}};
    return {{"answer", *answer}};
  }

  json::object show(const json::object& request) {
    std::optional<bridge::VideoSource> source;
    if (const json::value* named = request.if_contains("source"))
      source = {port_of(named->as_object()),
                named->as_object().at("section").to_number<std::size_t>()};
    return {{"shown", bridge_.show(loop_.now(), port_of(request),
                                   request.at("slot").to_number<std::size_t>(), source)}};
  }

  json::object lose(const json::object& request) {
    to_lose_[request.at("ssrc").to_number<std::uint32_t>()] =
        request.at("packets").to_number<std::uint64_t>();
    return {};
  }

  json::object counters() const {
    json::object reply;
    for (const auto& [name, value] : counters_.all()) reply.emplace(name, value);
    return reply;
  }

  void wake() {
    bridge_.handle_timeout(loop_.now());
    drain();
  }

  void drain() {
    while (auto transmit = bridge_.poll_transmit())
      if (!is_lost(transmit->packet.view())) socket_.send(std::move(*transmit));
    while (bridge_.poll_event()) continue;
    if (const auto deadline = bridge_.next_deadline())
      timer_.set(deadline->at);
    else
      timer_.clear();
  }

  /// SRTP leaves the header in the clear.
  bool is_lost(ByteView datagram) {
    if (to_lose_.empty() || wire::demux(datagram) != wire::DatagramKind::rtp) return false;
    const auto packet = wire::parse_rtp_header(datagram);
    const auto found = packet ? to_lose_.find(packet->header.ssrc.value) : to_lose_.end();
    if (found == to_lose_.end()) return false;
    if (--found->second == 0) to_lose_.erase(found);
    return true;
  }

  net::EventLoop& loop_;
  Counters counters_;
  PacketPool pool_;
  crypto::SystemRandom random_;
  NullLog log_;
  net::UdpSocket socket_;
  bridge::Bridge bridge_;
  net::Timer timer_;
  std::map<std::uint32_t, std::uint64_t> to_lose_;  ///< by SSRC, never 0
};

void read_requests(net::EventLoop& loop, Probe& probe) {
  for (std::string line; std::getline(std::cin, line);)
    loop.post([&probe, line] {
      std::cout << json::serialize(probe.answer(json::parse(line).as_object())) << std::endl;
    });
  loop.post([&loop] { loop.stop(); });
}

}  // namespace
}  // namespace parley

int main() {
  parley::net::EventLoop loop;
  parley::Probe probe(loop);
  std::jthread reader([&] { parley::read_requests(loop, probe); });
  loop.run();
}
