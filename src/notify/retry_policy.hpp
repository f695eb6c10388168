#pragma once

#include "base/random.hpp"
#include "base/time.hpp"

namespace parley::notify {

/// When an attempt is repeated, and when a notification is set aside. All of it is configuration
/// (`webhooks.…`, and `calling.answer_seconds` for the window).
struct RetryOptions {
  /// An attempt without an answer after this long has failed.
  Duration attempt_timeout = std::chrono::seconds(10);
  /// An incoming call is worth telling only inside its window; its attempts follow quickly.
  Duration incoming_window = std::chrono::seconds(15);
  Duration incoming_first_delay = std::chrono::milliseconds(250);
  Duration incoming_max_delay = std::chrono::seconds(2);
  /// Others: doubled from the first to the longest delay, each times 0.5 to 1.0 at random.
  Duration first_delay = std::chrono::milliseconds(500);
  Duration max_delay = std::chrono::seconds(60);
  /// How long after the call's end its notifications are tried, and its last one.
  Duration after_end = std::chrono::minutes(10);
  Duration last_after_end = std::chrono::hours(4);
};

/// The delay before the attempt that follows `failed_attempts` failures.
Duration retry_delay(const RetryOptions& options, bool incoming, std::uint32_t failed_attempts,
                     Random& random);

}  // namespace parley::notify
