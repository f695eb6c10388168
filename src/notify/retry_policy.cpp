#include "notify/retry_policy.hpp"

#include <algorithm>

namespace parley::notify {

Duration retry_delay(const RetryOptions& options, bool incoming, std::uint32_t failed_attempts,
                     Random& random) {
  const Duration first = incoming ? options.incoming_first_delay : options.first_delay;
  const Duration most = incoming ? options.incoming_max_delay : options.max_delay;
  const std::uint32_t doublings = std::min(failed_attempts == 0 ? 0 : failed_attempts - 1, 20u);
  const Duration full = std::min(most, first * (std::int64_t{1} << doublings));
  return full / 2 + Duration(random.u64() % static_cast<std::uint64_t>(full.count() / 2 + 1));
}

}  // namespace parley::notify
