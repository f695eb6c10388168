#include "proto/rtp/receive_statistics.hpp"

#include <algorithm>
#include <cstdlib>

namespace parley::rtp {
namespace {

// RFC 3550 A.1.
constexpr int kMaxDropout = 3000;
constexpr int kMaxMisorder = 100;
// §6.4.1: a signed number of 24 bits, clamped and not wrapped.
constexpr std::int64_t kMaxLost = 0x7FFFFF;

}  // namespace

void ReceiveStatistics::packet_received(const Now& now, const wire::RtpHeader& header) {
  if (!started_) restart(header.sequence);
  if (!follow_sequence(header.sequence)) return;
  ++received_;
  measure_jitter(now, header.timestamp);
}

void ReceiveStatistics::restart(wire::SequenceNumber sequence) {
  started_ = true;
  base_ = highest_ = sequence.value;
  received_ = received_prior_ = 0;
  expected_prior_ = 0;
  after_jump_.reset();
  transit_.reset();
}

// RFC 3550 A.1. False when the packet may belong to another run of the sequence.
bool ReceiveStatistics::follow_sequence(wire::SequenceNumber sequence) {
  const std::int64_t unwrapped = unwrap_near(sequence.value, highest_);
  const std::int64_t step = unwrapped - highest_;
  if (step < kMaxDropout && step > -kMaxMisorder) {
    highest_ = std::max(highest_, unwrapped);
    return true;
  }
  if (after_jump_ == sequence) {
    restart(sequence);
    return true;
  }
  after_jump_ = wire::next(sequence);
  return false;
}

// RFC 3550 A.8: J += (|D| - J) / 16.
void ReceiveStatistics::measure_jitter(const Now& now, wire::RtpTimestamp timestamp) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.monotonic.time_since_epoch());
  // Seconds and the rest apart, so that the product stays in 64 bits for any uptime.
  const std::int64_t arrival = micros.count() / 1'000'000 * clock_rate_ +
                               micros.count() % 1'000'000 * clock_rate_ / 1'000'000;
  const std::uint32_t transit = static_cast<std::uint32_t>(arrival) - timestamp.value;
  if (transit_) {
    const std::int64_t difference = std::abs(std::int64_t{signed_distance(transit, *transit_)});
    jitter_q4_ += difference - ((jitter_q4_ + 8) >> 4);
  }
  transit_ = transit;
}

void ReceiveStatistics::sender_report_received(const Now& now, std::uint64_t ntp) {
  last_sr_ = wire::ntp_middle(ntp);
  last_sr_at_ = now.monotonic;
}

// RFC 3550 A.3.
std::optional<wire::ReportBlock> ReceiveStatistics::take_report_block(const Now& now) {
  if (!started_) return std::nullopt;
  const std::int64_t expected_now = expected() - expected_prior_;
  const std::int64_t lost_now =
      expected_now - static_cast<std::int64_t>(received_ - received_prior_);
  expected_prior_ = expected();
  received_prior_ = received_;

  wire::ReportBlock block{.source = source_};
  if (expected_now > 0 && lost_now > 0)
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>(lost_now * 256 / expected_now, 255));
  block.cumulative_lost =
      static_cast<std::int32_t>(std::clamp(cumulative_lost(), -kMaxLost - 1, kMaxLost));
  block.highest_sequence = static_cast<std::uint32_t>(highest_);
  block.jitter = jitter();
  if (last_sr_ != 0) {
    block.last_sr = last_sr_;
    block.delay_since_last_sr = wire::to_ntp_delay(now.monotonic - last_sr_at_);
  }
  return block;
}

}  // namespace parley::rtp
