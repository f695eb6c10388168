#include "codec/opus_encoder.hpp"

#include <opus/opus.h>

#include <cassert>
#include <utility>

namespace parley::codec {
namespace {

std::vector<std::uint64_t> allocate_state() {
  const auto bytes = static_cast<std::size_t>(opus_encoder_get_size(1));
  return std::vector<std::uint64_t>((bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
}

// Our own arguments are the only thing that can be wrong here.
void must([[maybe_unused]] int status) {
  assert(status == OPUS_OK);
}

}  // namespace

OpusFrameEncoder::OpusFrameEncoder(const OpusEncoderOptions& options)
    : rate_(options.rate), state_(allocate_state()) {
  must(opus_encoder_init(state(), static_cast<opus_int32>(rate_), 1, OPUS_APPLICATION_VOIP));
  must(opus_encoder_ctl(state(), OPUS_SET_COMPLEXITY(options.complexity)));
  must(opus_encoder_ctl(state(), OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)));
  must(opus_encoder_ctl(state(), OPUS_SET_DTX(0)));
  set_bitrate(options.bitrate);
  set_fec(options.fec, options.expected_loss_percent);
}

OpusFrameEncoder::OpusFrameEncoder(std::uint32_t rate, std::vector<std::uint64_t> state)
    : rate_(rate), state_(std::move(state)) {}

::OpusEncoder* OpusFrameEncoder::state() {
  return reinterpret_cast<::OpusEncoder*>(state_.data());
}

::OpusEncoder* OpusFrameEncoder::state() const {
  return const_cast<OpusFrameEncoder*>(this)->state();
}

ByteView OpusFrameEncoder::encode(std::span<const std::int16_t> frame, MutableByteView out) {
  assert(frame.size() == frame_samples() && out.size() >= kMaxFrameBytes);
  const opus_int32 written = opus_encode(state(), frame.data(), static_cast<int>(frame.size()),
                                         out.data(), static_cast<opus_int32>(kMaxFrameBytes));
  assert(written > 0);
  return ByteView(out).first(static_cast<std::size_t>(written));
}

OpusFrameEncoder OpusFrameEncoder::clone() const {
  return {rate_, state_};
}

void OpusFrameEncoder::continue_from(const OpusFrameEncoder& other) {
  assert(rate_ == other.rate_);
  state_ = other.state_;
}

void OpusFrameEncoder::set_prediction_disabled(bool disabled) {
  must(opus_encoder_ctl(state(), OPUS_SET_PREDICTION_DISABLED(disabled ? 1 : 0)));
}

void OpusFrameEncoder::set_bitrate(std::uint32_t bits_per_second) {
  must(opus_encoder_ctl(state(), OPUS_SET_BITRATE(static_cast<opus_int32>(bits_per_second))));
}

void OpusFrameEncoder::set_fec(bool enabled, int expected_loss_percent) {
  must(opus_encoder_ctl(state(), OPUS_SET_INBAND_FEC(enabled ? 1 : 0)));
  must(opus_encoder_ctl(state(), OPUS_SET_PACKET_LOSS_PERC(expected_loss_percent)));
}

std::size_t OpusFrameEncoder::lookahead() const {
  opus_int32 samples = 0;
  must(opus_encoder_ctl(state(), OPUS_GET_LOOKAHEAD(&samples)));
  return static_cast<std::size_t>(samples);
}

}  // namespace parley::codec
