#include "proto/srtp/replay_window.hpp"

namespace parley::srtp {

ReplayWindow::Verdict ReplayWindow::check(std::uint64_t index) const {
  if (empty_ || index > highest_) return Verdict::fresh;
  if (highest_ - index >= kSize) return Verdict::too_old;
  return bit(index) ? Verdict::replayed : Verdict::fresh;
}

void ReplayWindow::accept(std::uint64_t index) {
  if (empty_ || index > highest_) advance(index);
  words_[index % kSize / 64] |= std::uint64_t{1} << (index % 64);
}

void ReplayWindow::advance(std::uint64_t index) {
  if (empty_ || index - highest_ >= kSize) {
    words_ = {};
  } else {
    for (std::uint64_t i = highest_ + 1; i <= index; ++i)
      words_[i % kSize / 64] &= ~(std::uint64_t{1} << (i % 64));
  }
  highest_ = index;
  empty_ = false;
}

}  // namespace parley::srtp
