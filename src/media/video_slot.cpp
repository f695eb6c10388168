#include "media/video_slot.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "wire/h264_payload.hpp"

namespace parley::media {
namespace {

constexpr std::uint16_t kFirstSequenceMask = 0x7FFF;

}  // namespace

VideoSlot::VideoSlot(Random& random)
    : newest_sequence_{static_cast<std::uint16_t>(random.u32() & kFirstSequenceMask)},
      newest_timestamp_{random.u32()} {}

void VideoSlot::switch_source() {
  source_.reset();
}

std::optional<VideoPlace> VideoSlot::place(const Now& now, const wire::RtpHeader& header,
                                           ByteView payload) {
  if (source_ && !continues(header)) source_.reset();
  if (!source_) {
    if (!wire::begins_key_frame(payload)) return std::nullopt;
    begin(now, header);
  }
  const std::int32_t step = distance(source_->newest, header.sequence);
  if (step > 0) {
    source_->newest = header.sequence;
    source_->done <<= static_cast<std::size_t>(step);
  }
  const auto behind = static_cast<std::size_t>(std::max(-step, 0));
  if (source_->done.test(behind)) return std::nullopt;
  source_->done.set(behind);
  if (step > 0 && payload.empty()) leave_out_newest();
  if (payload.empty()) return std::nullopt;
  return step > 0 ? place_newest(now, header) : shifted(header);
}

VideoPlace VideoSlot::place_newest(const Now& now, const wire::RtpHeader& header) {
  const VideoPlace place = shifted(header);
  newest_sequence_ = place.sequence;
  if (!newest_at_ || distance(newest_timestamp_, place.timestamp) > 0) {
    newest_timestamp_ = place.timestamp;
    newest_at_ = now.monotonic;
  }
  return place;
}

// The numbers behind the padding close up, so what comes late from before it has no place left.
void VideoSlot::leave_out_newest() {
  source_->done.set();
  --source_->sequence_shift;
}

bool VideoSlot::continues(const wire::RtpHeader& header) const {
  return header.ssrc == source_->ssrc &&
         std::abs(distance(source_->newest, header.sequence)) < kReorderWindow;
}

// What the source sent before its key frame has no place.
void VideoSlot::begin(const Now& now, const wire::RtpHeader& header) {
  const wire::RtpTimestamp timestamp = time_after_newest(now.monotonic);
  source_ = Source{.ssrc = header.ssrc,
                   .newest = {static_cast<std::uint16_t>(header.sequence.value - 1)},
                   .done = std::bitset<kReorderWindow>().set(),
                   .sequence_shift = static_cast<std::uint16_t>(newest_sequence_.value + 1 -
                                                                header.sequence.value),
                   .time_shift = timestamp.value - header.timestamp.value};
}

VideoPlace VideoSlot::shifted(const wire::RtpHeader& header) const {
  return {{static_cast<std::uint16_t>(header.sequence.value + source_->sequence_shift)},
          {header.timestamp.value + source_->time_shift}};
}

// Two frames never share a time: it tells a receiver where one ends.
wire::RtpTimestamp VideoSlot::time_after_newest(Instant now) const {
  if (!newest_at_) return newest_timestamp_;
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now - *newest_at_);
  const auto ticks = std::max<std::int64_t>(since.count() * kClockRate / 1'000'000, 1);
  return {newest_timestamp_.value + static_cast<std::uint32_t>(ticks)};
}

}  // namespace parley::media
