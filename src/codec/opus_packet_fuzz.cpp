#include <cstdlib>
#include <vector>

#include "codec/opus_decoder.hpp"
#include "codec/opus_packet.hpp"

// Whatever the parser lets through must be within the limits it promises, and harmless to the
// decoder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const parley::ByteView packet(data, size);
  const auto parsed = parley::codec::parse_opus_packet(packet);
  parley::codec::OpusFrameDecoder decoder(16'000);
  std::vector<std::int16_t> out(decoder.max_samples());
  const std::size_t count = decoder.decode(packet, out);
  if (parsed && parsed->samples() > parley::codec::kMaxOpusPacketSamples) std::abort();
  if (count != (parsed ? parsed->samples() / 3 : 0)) std::abort();
  decoder.decode_fec(packet, std::span(out).first(320));
  return 0;
}
