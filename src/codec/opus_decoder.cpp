#include "codec/opus_decoder.hpp"

#include <opus/opus.h>

#include <algorithm>
#include <cassert>

#include "codec/opus_packet.hpp"

namespace parley::codec {

void OpusFrameDecoder::Destroy::operator()(::OpusDecoder* state) const {
  opus_decoder_destroy(state);
}

OpusFrameDecoder::OpusFrameDecoder(std::uint32_t rate) : rate_(rate) {
  int error = OPUS_OK;
  state_.reset(opus_decoder_create(static_cast<opus_int32>(rate), 1, &error));
  assert(state_ && error == OPUS_OK);
}

std::size_t OpusFrameDecoder::decode(ByteView packet, std::span<std::int16_t> out) {
  const auto parsed = parse_opus_packet(packet);
  if (!parsed || parsed->samples() / (48'000 / rate_) > out.size()) return 0;
  const int count = opus_decode(state_.get(), packet.data(), static_cast<opus_int32>(packet.size()),
                                out.data(), static_cast<int>(out.size()), 0);
  return static_cast<std::size_t>(std::max(count, 0));
}

bool OpusFrameDecoder::decode_fec(ByteView next, std::span<std::int16_t> out) {
  assert(out.size() % (rate_ / 400) == 0 && out.size() <= max_samples());
  if (!parse_opus_packet(next)) {
    conceal(out);
    return false;
  }
  const int count = opus_decode(state_.get(), next.data(), static_cast<opus_int32>(next.size()),
                                out.data(), static_cast<int>(out.size()), 1);
  if (count < 0) std::fill(out.begin(), out.end(), std::int16_t{0});
  return count >= 0;
}

void OpusFrameDecoder::conceal(std::span<std::int16_t> out) {
  assert(!out.empty() && out.size() % (rate_ / 400) == 0 && out.size() <= max_samples());
  const int count =
      opus_decode(state_.get(), nullptr, 0, out.data(), static_cast<int>(out.size()), 0);
  const auto filled = static_cast<std::ptrdiff_t>(std::max(count, 0));
  std::fill(out.begin() + filled, out.end(), std::int16_t{0});
}

void OpusFrameDecoder::reset() {
  opus_decoder_ctl(state_.get(), OPUS_RESET_STATE);
}

}  // namespace parley::codec
