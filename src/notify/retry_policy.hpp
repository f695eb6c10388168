#pragma once

#include <cstddef>

#include "base/random.hpp"
#include "base/time.hpp"

namespace parley::notify {

/// When an attempt is repeated, and when a notification is set aside. The times are configuration
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
  /// More tones than this do not wait for one call; the oldest is dropped and counted.
  std::size_t max_waiting_tones = 256;
  /// More notifications that have rows do not wait for one call: a further one is set aside at once
  /// and counted, but for the call's last one.
  std::size_t max_waiting_rows = 10'000;
  /// More calls that are over do not wait to be told of: those of the one that ended first are set
  /// aside.
  std::size_t max_ended_calls = 20'000;
};

/// The delay before the attempt that follows `failed_attempts` failures.
Duration retry_delay(const RetryOptions& options, bool incoming, std::uint32_t failed_attempts,
                     Random& random);

}  // namespace parley::notify
