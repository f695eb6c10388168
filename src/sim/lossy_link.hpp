#pragma once

#include <optional>

#include "base/random.hpp"
#include "base/time.hpp"

namespace parley::sim {

struct LinkOptions {
  double loss = 0.0;       ///< of each datagram
  double duplicate = 0.0;  ///< comes twice
  Duration delay = std::chrono::milliseconds(10);
  Duration jitter{};  ///< added at random, so that datagrams overtake one another
};

/// What a network does to one datagram: when it arrives, if it does.
class LossyLink {
 public:
  LossyLink(LinkOptions options, Random& random) : options_(options), random_(random) {}

  bool loses() { return chance(options_.loss); }
  bool duplicates() { return chance(options_.duplicate); }
  Duration delay() {
    if (options_.jitter.count() == 0) return options_.delay;
    return options_.delay +
           Duration(random_.u64() % static_cast<std::uint64_t>(options_.jitter.count()));
  }

 private:
  bool chance(double probability) { return random_.u32() < probability * 4294967296.0; }

  LinkOptions options_;
  Random& random_;
};

}  // namespace parley::sim
