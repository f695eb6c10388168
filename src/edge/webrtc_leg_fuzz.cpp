#include <cstdlib>

#include "edge/description.hpp"
#include "edge/leg_test_support.hpp"
#include "wire/sdp.hpp"

namespace parley::edge {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

const SocketAddress kStranger = address("203.0.113.66:6666");

/// A server's leg, its own client, and somebody else who speaks to the ports of both.
class Attack {
 public:
  explicit Attack(ByteView script) : script_(script), link_(1) {
    link_.filter = [this](bool to_server, const Transmit& transmit) {
      std::vector<Bytes>& kept = to_server ? sent_ : answered_;
      if (kept.size() < kKept) kept.push_back(to_bytes(transmit.packet.view()));
      require(transmit.remote != kStranger);  // nobody gets anything unasked
      return true;
    };
    link_.server_options.most_video = kMaxVideoSections;
    using wire::SdpDirection;
    require(link_.negotiate({.video = {SdpDirection::sendonly, SdpDirection::recvonly}}));
  }

  void run() {
    while (script_.remaining() > 0 && steps_++ < kMaxSteps) {
      switch (script_.u8() % 5) {
        case 0:
          link_.run_for(std::chrono::milliseconds(script_.u8()));
          break;
        case 1:
          invent(script_.u8());
          break;
        case 2:
          repeat();
          break;
        case 3:
          talk();
          break;
        case 4:
          repeat_to_client();
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
  void deliver_to_client(const SocketAddress& from, Bytes datagram) {
    link_.client.leg->receive(link_.clock(), client_address(), from, datagram);
    link_.drain();
  }

  /// By the lowest bit from the other one or from a stranger, by the next one to which of the two.
  void invent(std::uint8_t way) {
    const bool strange = way % 2 == 0;
    if (way / 2 % 2 == 0)
      deliver(strange ? kStranger : client_address(), bytes());
    else
      deliver_to_client(strange ? kStranger : server_address(), bytes());
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

  /// The same of what the server sent: the client asked, so that it listens to the server alone.
  void repeat_to_client() {
    const std::uint8_t which = script_.u8();
    const std::uint8_t change = script_.u8();
    const std::uint8_t at = script_.u8();
    if (answered_.empty()) return;
    Bytes datagram = answered_[which % answered_.size()];
    datagram[at % datagram.size()] ^= change;
    deliver_to_client(which >= 128 ? server_address() : kStranger, std::move(datagram));
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
  std::vector<Bytes> sent_;      ///< by the client
  std::vector<Bytes> answered_;  ///< by the server
  std::uint32_t timestamp_ = 0;
  int steps_ = 0;
};

/// The answer to an offer that was taken is one that a client takes, and agrees on the same.
void answer(const wire::SdpSession& offer, std::size_t most_video) {
  const auto accepted = read_offer(offer, most_video);
  if (!accepted) return require(!accepted.error().text.empty());
  require(accepted->video.size() <= most_video);
  LocalDescription local;
  local.ice = {"ufrag", "passwordOf24CharactersOk"};
  local.candidates = {kStranger};
  local.ssrc = {6};
  local.cname = "fuzz";
  for (const VideoSection& video : accepted->video) local.video.push_back({video.section, {7}});
  const auto session = wire::parse_sdp(write_answer(offer, *accepted, local));
  require(session.ok() && session->media.size() == offer.media.size());
  const auto agreed = read_answer(*session, most_video);
  require(agreed.ok() && agreed->section == accepted->section);
  require(agreed->audio.payload_type == accepted->audio.payload_type);
  require(agreed->video.size() == accepted->video.size());
}

/// A stranger's description, as an offer at first and again, and as an answer.
void describe(std::string_view text) {
  const auto session = wire::parse_sdp(text);
  if (session.ok()) {
    for (const std::size_t most_video : {std::size_t{0}, std::size_t{2}, kMaxVideoSections})
      answer(*session, most_video);
    static_cast<void>(read_answer(*session, kMaxVideoSections));
  }
  LegLink link(1);
  link.server_options.most_video = kMaxVideoSections;
  if (auto accepted = WebrtcLeg::accept(link.clock(), text, link.server_options, link.context()))
    require(accepted->leg->reoffer(link.clock(), text).ok());
  require(link.negotiate());
  static_cast<void>(link.server.leg->reoffer(link.clock(), text));
  const auto client = WebrtcLeg::offer({}, link.client_options, link.context());
  static_cast<void>(client->set_answer(link.clock(), text));
}

}  // namespace
}  // namespace parley::edge

/// A script of datagrams and clock steps against legs that are being connected, or are; or, where
/// it begins like one, a session description.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with("v="))
    parley::edge::describe(text);
  else
    parley::edge::Attack({data, size}).run();
  return 0;
}
