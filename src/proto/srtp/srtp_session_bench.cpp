// One 100-byte RTP packet protected, by our session and by libsrtp2 (the rival), beside the copy of
// the packet that both need (the floor).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>

#include "proto/srtp/srtp_reference_test_support.hpp"

namespace parley::srtp {
namespace {

using crypto::SrtpProfile;

/// A packet whose sequence number counts up, as a sender's does.
class Packets {
 public:
  Packets() : packet_(make_rtp({.payload = 88}, random_)), buffer_(packet_.size() + 64) {}

  std::size_t size() const { return packet_.size(); }
  Bytes& next() {
    ++sequence_;
    packet_[2] = static_cast<std::uint8_t>(sequence_ >> 8);
    packet_[3] = static_cast<std::uint8_t>(sequence_);
    std::copy(packet_.begin(), packet_.end(), buffer_.begin());
    return buffer_;
  }

 private:
  SeededRandom random_{1};
  Bytes packet_;
  Bytes buffer_;
  std::uint16_t sequence_ = 0;
};

void floor(benchmark::State& state) {
  Packets packets;
  for (auto _ : state) benchmark::DoNotOptimize(packets.next().data());
}
BENCHMARK(floor)->Name("protect/floor");

void ours(benchmark::State& state, SrtpProfile profile) {
  SeededRandom random(2);
  SrtpSender sender(random_key(profile, random));
  Packets packets;
  for (auto _ : state) {
    if (!sender.protect_rtp(packets.next(), packets.size())) std::abort();
  }
}
BENCHMARK_CAPTURE(ours, gcm, SrtpProfile::aead_aes_128_gcm)->Name("protect/gcm/ours");
BENCHMARK_CAPTURE(ours, cm, SrtpProfile::aes_cm_128_hmac_sha1_80)->Name("protect/cm/ours");

void rival(benchmark::State& state, SrtpProfile profile) {
  SeededRandom random(2);
  const Reference sender(random_key(profile, random), ssrc_any_outbound);
  Packets packets;
  for (auto _ : state) {
    int size = static_cast<int>(packets.size());
    if (srtp_protect(sender.session(), packets.next().data(), &size) != srtp_err_status_ok)
      std::abort();
  }
}
BENCHMARK_CAPTURE(rival, gcm, SrtpProfile::aead_aes_128_gcm)->Name("protect/gcm/libsrtp2");
BENCHMARK_CAPTURE(rival, cm, SrtpProfile::aes_cm_128_hmac_sha1_80)->Name("protect/cm/libsrtp2");

}  // namespace
}  // namespace parley::srtp

BENCHMARK_MAIN();
