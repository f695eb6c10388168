#include "proto/rtp/jitter_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "proto/rtp/sequence.hpp"

namespace parley::rtp {
namespace {

// A restarted sender's second packet follows its first this closely, in either order.
constexpr int kMaxConfirmingDistance = 16;
// The pop clock follows the consumer's ticks by a sixteenth of their jitter, and gives up beyond
// this.
constexpr int kTickSmoothing = 16;
constexpr Duration kMaxTickJitter = std::chrono::milliseconds(60);

}  // namespace

JitterBuffer::JitterBuffer(const JitterBufferOptions& options)
    : options_(options), delay_(options.delay), queue_(options.max_packets) {
  assert(options.clock_rate > 0 && options.max_packets > 0);
}

void JitterBuffer::insert(const Now& now, const AudioPacket& packet) {
  ++stats_.received;
  if (packet.payload.empty() || packet.payload.size() > options_.max_payload) {
    ++stats_.malformed;
    return;
  }
  if (state_ == State::waiting) {
    start_timeline(now, packet);
  } else if (!belongs(packet)) {
    ++stats_.strangers;
    if (!confirms_stranger(packet)) return keep_stranger(packet);
    resync(now, *stranger_);
  }
  place(now, packet);
}

bool JitterBuffer::belongs(const AudioPacket& packet) const {
  const std::int64_t distance = unwrap_near(packet.header.timestamp.value, playout_) - playout_;
  return packet.header.ssrc == ssrc_ && std::abs(distance) <= samples_in(options_.max_span);
}

bool JitterBuffer::confirms_stranger(const AudioPacket& packet) const {
  if (!stranger_ || stranger_->header.ssrc != packet.header.ssrc) return false;
  const int sequence_distance = distance(stranger_->header.sequence, packet.header.sequence);
  const std::int64_t time_distance = distance(stranger_->header.timestamp, packet.header.timestamp);
  return sequence_distance != 0 && std::abs(sequence_distance) <= kMaxConfirmingDistance &&
         std::abs(time_distance) <= samples_in(options_.max_span);
}

void JitterBuffer::keep_stranger(const AudioPacket& packet) {
  stranger_payload_.assign(packet.payload.begin(), packet.payload.end());
  stranger_ = packet;
  stranger_->payload = stranger_payload_;
}

void JitterBuffer::resync(const Now& now, const AudioPacket& packet) {
  ++stats_.resyncs;
  stats_.flushed += queue_.size();
  start_timeline(now, packet);
  place(now, packet);
  stranger_.reset();
}

void JitterBuffer::start_timeline(const Now& now, const AudioPacket& packet) {
  queue_.clear();
  delay_.restart();
  state_ = State::buffering;
  ssrc_ = packet.header.ssrc;
  playout_ = packet.header.timestamp.value;
  start_at_ = now + delay_.target();
  last_taken_.reset();
  taken_mask_ = 0;
  late_since_.reset();
}

void JitterBuffer::place(const Now& now, const AudioPacket& packet) {
  const std::int64_t timestamp = unwrap_near(packet.header.timestamp.value, playout_);
  if (state_ == State::buffering) {
    playout_ = std::min(playout_, timestamp);
  } else if (timestamp < playout_) {
    return place_late(now, packet, timestamp);
  } else {
    late_since_.reset();
    delay_.observe(now.monotonic, wait_of(now, timestamp));
  }
  store(now, packet, timestamp);
}

Duration JitterBuffer::wait_of(const Now& now, std::int64_t timestamp) const {
  return duration_of(timestamp - playout_) + (next_pop_ - now.monotonic);
}

void JitterBuffer::place_late(const Now& now, const AudioPacket& packet, std::int64_t timestamp) {
  if (was_taken(packet.header.sequence)) {
    ++stats_.duplicates;
    return;
  }
  ++stats_.late;
  delay_.observe(now.monotonic, wait_of(now, timestamp));
  if (!late_since_) late_since_ = now.monotonic;
  // The time keeps a burst that the network held back from being taken for a new timeline.
  if (now.monotonic - *late_since_ >= options_.late_resync) resync(now, packet);
}

void JitterBuffer::store(const Now& now, const AudioPacket& packet, std::int64_t timestamp) {
  if (queue_.full()) {
    ++stats_.overflows;
    if (timestamp < queue_.front().timestamp) return;
    playout_ = std::max(playout_, take_front().timestamp + 1);
  }
  QueuedPacket* slot = queue_.insert(timestamp);
  if (!slot) {
    ++stats_.duplicates;
    return;
  }
  slot->arrived = now.monotonic;
  slot->sequence = packet.header.sequence;
  slot->payload_type = packet.header.payload_type;
  slot->marker = packet.header.marker;
  slot->quiet = packet.quiet;
  slot->payload.assign(packet.payload.begin(), packet.payload.end());
}

PopResult JitterBuffer::pop(const Now& now, std::uint32_t samples) {
  assert(samples > 0);
  if (state_ == State::waiting) return Empty{};
  if (state_ == State::buffering) {
    if (now.monotonic < start_at_) return Empty{};
    state_ = State::playing;
    playout_ = queue_.front().timestamp;
    next_pop_ = now.monotonic;
    concealed_ = 0;
  }
  tick(now, samples);
  if (correct_delay(samples)) {
    ++stats_.stretched;
    if (in_gap(samples) && !lost_before_front()) return Empty{};
    return Missing{MissingReason::stretched, std::nullopt};
  }
  if (queue_.empty()) return conceal({MissingReason::late, std::nullopt}, samples);
  return in_gap(samples) ? play_gap(now, samples) : play_front(samples);
}

// When the next pop will come: the consumer's ticks, smoothed, for they come late and in pairs.
void JitterBuffer::tick(const Now& now, std::uint32_t samples) {
  const Duration error = now.monotonic - next_pop_;
  next_pop_ += error > kMaxTickJitter || error < -kMaxTickJitter ? error : error / kTickSmoothing;
  next_pop_ += duration_of(samples);
}

bool JitterBuffer::in_gap(std::uint32_t samples) const {
  return !queue_.empty() && queue_.front().timestamp >= playout_ + samples;
}

bool JitterBuffer::lost_before_front() const {
  return last_taken_ && queue_.front().sequence != next(*last_taken_);
}

bool JitterBuffer::correct_delay(std::uint32_t samples) {
  const DelayCorrection due = delay_.due();
  if (due == DelayCorrection::none || queue_.empty()) return false;
  if (due == DelayCorrection::drop_if_quiet && !queue_.front().quiet && !in_gap(samples))
    return false;
  std::int64_t moved = samples;
  if (due == DelayCorrection::jump) moved = samples_in(delay_.excess()) / samples * samples;
  if (due == DelayCorrection::stretch) {
    delay_.corrected(duration_of(moved));
    return true;
  }
  skip(moved, samples);
  delay_.corrected(-duration_of(moved));
  return false;
}

void JitterBuffer::skip(std::int64_t samples, std::uint32_t frame) {
  playout_ += samples;
  stats_.accelerated += static_cast<std::uint64_t>(samples / frame);
  while (!queue_.empty() && queue_.front().timestamp < playout_) take_front();
}

PopResult JitterBuffer::play_front(std::uint32_t samples) {
  const QueuedPacket& packet = take_front();
  std::int64_t step = samples;
  if (!queue_.empty() && queue_.front().sequence == next(packet.sequence))
    step = std::min(step, queue_.front().timestamp - packet.timestamp);
  playout_ = packet.timestamp + step;
  concealed_ = 0;
  ++stats_.played;
  return Frame{packet.payload_type,
               packet.marker,
               {static_cast<std::uint32_t>(packet.timestamp)},
               packet.payload};
}

PopResult JitterBuffer::play_gap(const Now& now, std::uint32_t samples) {
  const QueuedPacket& front = queue_.front();
  if (lost_before_front()) {
    Missing missing;
    if (front.timestamp < playout_ + 2 * std::int64_t{samples})
      missing.next_payload = front.payload;
    return conceal(missing, samples);
  }
  if (now.monotonic - front.arrived >= delay_.longest_wait()) return play_front(samples);
  playout_ += samples;
  return Empty{};
}

PopResult JitterBuffer::conceal(Missing missing, std::uint32_t samples) {
  playout_ += samples;
  const bool worth_it = concealed_ < samples_in(options_.max_concealment);
  if (!worth_it && !missing.next_payload) return Empty{};
  concealed_ += samples;
  ++stats_.concealed;
  if (missing.next_payload) ++stats_.repairable;
  return missing;
}

const QueuedPacket& JitterBuffer::take_front() {
  const QueuedPacket& packet = queue_.pop_front();
  const int ahead = last_taken_ ? distance(*last_taken_, packet.sequence) : 64;
  if (ahead >= 64 || ahead <= 0)
    taken_mask_ = 0;
  else
    taken_mask_ <<= ahead;
  taken_mask_ |= 1;
  last_taken_ = packet.sequence;
  return packet;
}

bool JitterBuffer::was_taken(wire::SequenceNumber sequence) const {
  if (!last_taken_) return false;
  const int behind = distance(sequence, *last_taken_);
  return behind >= 0 && behind < 64 && (taken_mask_ >> behind & 1) != 0;
}

Duration JitterBuffer::duration_of(std::int64_t samples) const {
  return std::chrono::nanoseconds(samples * 1'000'000'000 / options_.clock_rate);
}

std::int64_t JitterBuffer::samples_in(Duration duration) const {
  return duration.count() * options_.clock_rate / 1'000'000'000;
}

}  // namespace parley::rtp
