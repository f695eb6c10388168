#pragma once

#include <array>
#include <cassert>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "codec/codec.hpp"

namespace parley::media {

/// The encoded frames of one codec, back to back in one store.
struct EncodedTrack {
  codec::Codec codec = codec::Codec::opus;
  Bytes store;
  std::vector<std::uint32_t> ends;  ///< of each frame in `store`
};

/// A sound that was encoded once, for every leg that plays it: 20 ms frames per codec and their RFC
/// 6464 levels. Immutable, so shards share it by `shared_ptr<const EncodedPrompt>`. Its first frame
/// depends on nothing before it and both its edges are silent: it may follow whatever the listener
/// heard.
class EncodedPrompt {
 public:
  /// Every track must have one frame per level.
  EncodedPrompt(std::vector<std::uint8_t> levels, std::vector<EncodedTrack> tracks)
      : levels_(std::move(levels)) {
    for (EncodedTrack& track : tracks) {
      assert(track.ends.size() == levels_.size());
      tracks_[static_cast<std::size_t>(track.codec)] = std::move(track);
    }
  }

  std::size_t frame_count() const { return levels_.size(); }
  Duration duration() const {
    return std::chrono::milliseconds(codec::kFrameMs) * static_cast<std::int64_t>(frame_count());
  }
  bool has(codec::Codec codec) const { return !track(codec).ends.empty(); }
  /// The payload of frame `index`; `has(codec)` must hold.
  ByteView frame(codec::Codec codec, std::size_t index) const {
    const EncodedTrack& frames = track(codec);
    assert(index < frames.ends.size());
    const std::size_t begin = index == 0 ? 0 : frames.ends[index - 1];
    return ByteView(frames.store).subspan(begin, frames.ends[index] - begin);
  }
  /// 0 (loudest) to 127 (silence), in -dBov.
  std::uint8_t level(std::size_t index) const { return levels_[index]; }
  /// What a cache should count.
  std::size_t bytes() const {
    std::size_t sum = levels_.size();
    for (const EncodedTrack& frames : tracks_)
      sum += frames.store.size() + frames.ends.size() * sizeof(std::uint32_t);
    return sum;
  }

 private:
  const EncodedTrack& track(codec::Codec codec) const {
    return tracks_[static_cast<std::size_t>(codec)];
  }

  std::vector<std::uint8_t> levels_;
  std::array<EncodedTrack, codec::kCodecCount> tracks_;
};

using SharedPrompt = std::shared_ptr<const EncodedPrompt>;

}  // namespace parley::media
