#include "proto/rtp/jitter_estimator.hpp"

#include <algorithm>

namespace parley::rtp {
namespace {

/// More in one window are not looked at: no sender of audio has shorter packets than 5 ms.
constexpr std::size_t kMaxWaits = 256;

}  // namespace

JitterEstimator::JitterEstimator(const JitterEstimatorOptions& options)
    : options_(options), target_(options.least) {
  recent_.fill(options.least);
  waits_.reserve(kMaxWaits);
}

void JitterEstimator::observe(Instant now, Duration wait) {
  if (window_end_ && now >= *window_end_) close_window();
  if (!window_end_) window_end_ = now + options_.window;
  if (waits_.size() < kMaxWaits) waits_.push_back(wait);
}

void JitterEstimator::restart() {
  window_end_.reset();
  waits_.clear();
}

void JitterEstimator::close_window() {
  if (waits_.size() >= options_.min_packets) {
    recent_[next_] = wanted();
    next_ = (next_ + 1) % recent_.size();
    auto sorted = recent_;
    std::sort(sorted.begin(), sorted.end());
    target_ = sorted[1];
  }
  restart();
}

Duration JitterEstimator::wanted() {
  std::sort(waits_.begin(), waits_.end());
  const std::size_t outliers =
      (waits_.size() + options_.packets_per_outlier - 1) / options_.packets_per_outlier;
  const Duration spread = waits_.back() - waits_[std::min(outliers, waits_.size() - 1)];
  return std::clamp(spread + options_.margin, options_.least, options_.most);
}

}  // namespace parley::rtp
