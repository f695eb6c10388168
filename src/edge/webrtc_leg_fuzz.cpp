#include <cstdlib>

#include "edge/leg_test_support.hpp"

namespace parley::edge {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

const SocketAddress kStranger = address("203.0.113.66:6666");

/// A server's leg, its own client, and somebody else who speaks to its port.
class Attack {
 public:
  explicit Attack(ByteView script) : script_(script), link_(1) {
    link_.filter = [this](bool to_server, const Transmit& transmit) {
      if (to_server && sent_.size() < kKept) sent_.push_back(to_bytes(transmit.packet.view()));
      require(to_server || transmit.remote != kStranger);  // nobody gets anything unasked
      return true;
    };
    link_.server_options.most_video = kMaxVideoSections;
    using wire::SdpDirection;
    require(link_.negotiate({.video = {SdpDirection::sendonly, SdpDirection::recvonly}}));
  }

  void run() {
    while (script_.remaining() > 0 && steps_++ < kMaxSteps) {
      switch (script_.u8() % 4) {
        case 0:
          link_.run_for(std::chrono::milliseconds(script_.u8()));
          break;
        case 1:
          deliver(script_.u8() % 2 == 0 ? kStranger : client_address(), bytes());
          break;
        case 2:
          repeat();
          break;
        case 3:
          talk();
          break;
      }
    }
  }

 private:
  static constexpr std::size_t kKept = 64;
  static constexpr int kMaxSteps = 64;

  SocketAddress client_address() const { return link_.client_options.local_addresses.front(); }
  SocketAddress server_address() const { return link_.server_options.local_addresses.front(); }

  Bytes bytes() {
    return to_bytes(script_.bytes(std::min<std::size_t>(script_.u8(), script_.remaining())));
  }

  void deliver(const SocketAddress& from, Bytes datagram) {
    link_.server.leg->receive(link_.clock(), server_address(), from, datagram);
    link_.drain();
  }

  /// Something that its client sent, perhaps changed, from the client or from elsewhere.
  void repeat() {
    const std::uint8_t which = script_.u8();
    const std::uint8_t change = script_.u8();
    const std::uint8_t at = script_.u8();
    if (sent_.empty()) return;
    Bytes datagram = sent_[which % sent_.size()];
    datagram[at % datagram.size()] ^= change;
    // An authentic check is answered wherever it comes from first, and its end is not covered.
    constexpr std::size_t kFingerprint = 8;
    const bool authentic = change == 0 || at % datagram.size() + kFingerprint >= datagram.size();
    deliver(authentic || which >= 128 ? client_address() : kStranger, std::move(datagram));
  }

  /// Sound, or a piece of a picture and a wish for one.
  void talk() {
    if (!link_.client.leg->connected()) return;
    const Bytes payload = bytes();
    if (payload.size() % 2 != 0) show(payload);
    link_.client.leg->send(link_.clock(), {.payload_type = link_.client.leg->audio().payload_type,
                                           .timestamp = {timestamp_ += 960},
                                           .payload = payload});
    link_.drain();
  }

  void show(const Bytes& payload) {
    VideoToSend picture;
    picture.sequence.value = static_cast<std::uint16_t>(steps_);
    picture.payload = payload;
    picture.section = 1;
    link_.client.leg->send_video(link_.clock(), picture);
    picture.section = 2;
    link_.server.leg->send_video(link_.clock(), picture);
    link_.client.leg->request_key_frame(2);
    link_.server.leg->request_key_frame(1);
  }

  ByteReader script_;
  LegLink link_;
  std::vector<Bytes> sent_;
  std::uint32_t timestamp_ = 0;
  int steps_ = 0;
};

}  // namespace
}  // namespace parley::edge

/// A script of datagrams and clock steps against a leg that is being connected, or is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::edge::Attack({data, size}).run();
  return 0;
}
