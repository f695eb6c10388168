#include "bridge/outgoing_stream.hpp"

#include <algorithm>
#include <cstdlib>

namespace parley::bridge {

OutgoingStream::OutgoingStream(Random& random, std::uint32_t clock_rate)
    : clock_rate_(clock_rate), offset_(random.u32()) {}

std::int64_t OutgoingStream::time_at(std::int64_t clock) const {
  return clock * clock_rate_ / MediaClock::kRate + ahead_;
}

std::int64_t OutgoingStream::catch_up(std::int64_t clock) {
  const std::int64_t time = time_at(clock);
  ahead_ += std::max<std::int64_t>(end_ - time, 0);
  return std::max(time, end_);
}

wire::RtpTimestamp OutgoingStream::on_wire(std::int64_t time) const {
  return {static_cast<std::uint32_t>(time) + offset_};
}

StreamPlace OutgoingStream::place_own(std::int64_t clock) {
  const bool follows = source_ && clock - source_->last_clock <= kPause;
  if (follows) ahead_ += end_ - time_at(clock);
  const std::int64_t time = catch_up(clock);
  const StreamPlace place{.timestamp = on_wire(time), .marker = source_ || time != end_};
  source_.reset();
  end_ = time + frame();
  return place;
}

void OutgoingStream::change_clock(std::int64_t samples_ahead) {
  ahead_ -= samples_ahead * clock_rate_ / MediaClock::kRate;
  source_.reset();
}

bool OutgoingStream::continues(const wire::RtpHeader& header) const {
  return source_ && source_->ssrc == header.ssrc &&
         std::abs(distance(source_->newest_sequence, header.sequence)) <= kMaxSequenceJump &&
         std::abs(std::int64_t{distance(source_->newest_in, header.timestamp)}) <=
             std::int64_t{kMaxJumpSeconds} * clock_rate_;
}

std::optional<StreamPlace> OutgoingStream::place_forwarded(std::int64_t clock,
                                                           const wire::RtpHeader& header) {
  if (!continues(header)) {
    const std::int64_t time = catch_up(clock);
    source_ = Source{.ssrc = header.ssrc,
                     .newest_sequence = header.sequence,
                     .newest_in = header.timestamp,
                     .newest_out = time,
                     .last_clock = clock};
    end_ = time + frame();
    return StreamPlace{.timestamp = on_wire(time), .marker = true};
  }
  const std::int32_t step = distance(source_->newest_sequence, header.sequence);
  if (source_->since_first + step < 0) return std::nullopt;
  const std::int32_t later = distance(source_->newest_in, header.timestamp);
  const std::int64_t time = source_->newest_out + later;
  source_->last_clock = clock;
  if (step > 0) {
    source_->newest_sequence = header.sequence;
    source_->since_first += step;
  }
  if (later > 0) {
    source_->newest_in = header.timestamp;
    source_->newest_out = time;
  }
  end_ = std::max(end_, time + frame());
  return StreamPlace{on_wire(time), header.marker, static_cast<std::int16_t>(step)};
}

}  // namespace parley::bridge
