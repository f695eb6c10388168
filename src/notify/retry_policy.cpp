#include "notify/retry_policy.hpp"

#include <algorithm>

namespace parley::notify {
namespace {

Duration doubled(Duration first, Duration most, std::uint32_t times, Random& random) {
  const std::uint32_t doublings = std::min(times == 0 ? 0 : times - 1, 20u);
  const Duration full = std::min(most, first * (std::int64_t{1} << doublings));
  return full / 2 + Duration(random.u64() % static_cast<std::uint64_t>(full.count() / 2 + 1));
}

}  // namespace

Duration retry_delay(const RetryOptions& options, bool incoming, std::uint32_t failed_attempts,
                     Random& random) {
  const Duration first = incoming ? options.incoming_first_delay : options.first_delay;
  const Duration most = incoming ? options.incoming_max_delay : options.max_delay;
  return doubled(first, most, failed_attempts, random);
}

Duration postponed_delay(const RetryOptions& options, std::uint32_t times, Random& random) {
  return doubled(options.incoming_first_delay, options.postponed_max_delay, times, random);
}

}  // namespace parley::notify
