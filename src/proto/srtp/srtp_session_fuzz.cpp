#include "proto/srtp/srtp_reference_test_support.hpp"

namespace parley::srtp {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

/// Our sender and receiver beside libsrtp2's: what one takes the other takes, byte for byte.
class Twins {
 public:
  Twins(crypto::SrtpProfile profile, ByteView script)
      : script_(script),
        key_(random_key(profile, random_)),
        sender_(key_),
        receiver_(key_),
        reference_sender_(key_, ssrc_any_outbound),
        reference_receiver_(key_, ssrc_any_inbound) {}

  void run() {
    while (script_.remaining() > 0) {
      switch (script_.u8() % 4) {
        case 0:
        case 1:
          send();
          break;
        case 2:
          repeat();
          break;
        case 3:
          receive(
              to_bytes(script_.bytes(std::min<std::size_t>(script_.u8(), script_.remaining()))));
          break;
      }
    }
  }

 private:
  /// A packet further on, or up to 100 back, in one of four streams.
  void send() {
    const std::uint8_t stream = script_.u8() % 4;
    std::uint32_t& index = indices_[stream];
    const std::uint8_t step = script_.u8();
    const std::uint32_t back = step % 8 == 7 ? script_.u8() % 100 : 0;
    index += step % 8 == 6 ? script_.u8() * 10u : 1;
    const Bytes plain = make_rtp({.ssrc = 0xAB000000u + stream,
                                  .sequence = static_cast<std::uint16_t>(index - back),
                                  .csrcs = step / 8 % 4u,
                                  .payload = script_.u8()},
                                 random_);
    const auto ours = optional_of(protect_rtp(sender_, plain));
    require(ours == reference_sender_.apply(srtp_protect, plain));
    if (!ours) return;
    sent_.push_back(*ours);
    receive(*ours);
  }

  /// One that was sent before, perhaps changed.
  void repeat() {
    const std::uint8_t which = script_.u8();
    const std::uint8_t at = script_.u8();
    const std::uint8_t change = script_.u8();
    if (sent_.empty()) return;
    Bytes packet = sent_[which % sent_.size()];
    packet[at % packet.size()] ^= change;
    receive(packet);
  }

  void receive(const Bytes& packet) {
    const auto ours = optional_of(unprotect_rtp(receiver_, packet));
    require(ours == reference_receiver_.apply(srtp_unprotect, packet));
    require(receiver_.streams() <= indices_.size());
  }

  ByteReader script_;
  SeededRandom random_{3711};
  crypto::SrtpMasterKey key_;
  SrtpSender sender_;
  SrtpReceiver receiver_;
  Reference reference_sender_;
  Reference reference_receiver_;
  std::array<std::uint32_t, 4> indices_{65'500, 1000, 40'000, 65'535};
  std::vector<Bytes> sent_;
};

}  // namespace
}  // namespace parley::srtp

/// The profile, then a script of packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using parley::crypto::SrtpProfile;
  if (size < 1) return 0;
  const auto profile =
      data[0] % 2 == 0 ? SrtpProfile::aead_aes_128_gcm : SrtpProfile::aes_cm_128_hmac_sha1_80;
  parley::srtp::Twins(profile, {data + 1, size - 1}).run();
  return 0;
}
