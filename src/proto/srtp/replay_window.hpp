#pragma once

#include <array>
#include <cstdint>

namespace parley::srtp {

/// Which of the newest packet indices have been seen (RFC 3711 §3.3.2).
class ReplayWindow {
 public:
  /// RFC 3711 asks for at least 64; a video frame's retransmissions come later than that.
  static constexpr std::uint64_t kSize = 512;

  enum class Verdict { fresh, replayed, too_old };

  Verdict check(std::uint64_t index) const;
  /// Marks an index that is fresh and authenticated.
  void accept(std::uint64_t index);

  bool empty() const { return empty_; }
  /// The highest index accepted; 0 when empty.
  std::uint64_t highest() const { return highest_; }

 private:
  bool bit(std::uint64_t index) const { return words_[index % kSize / 64] >> (index % 64) & 1; }
  void advance(std::uint64_t index);

  bool empty_ = true;
  std::uint64_t highest_ = 0;
  std::array<std::uint64_t, kSize / 64> words_{};  ///< a ring: index i is bit i % kSize
};

}  // namespace parley::srtp
