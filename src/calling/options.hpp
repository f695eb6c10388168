#pragma once

#include "base/time.hpp"

namespace parley::calling {

/// The windows of a call's life, and its limits.
struct CallingOptions {
  /// From the entry into `incoming` until the bot must have answered, rejected or redirected.
  Duration answer_window = std::chrono::seconds(15);
  /// From the answer until the caller's DTLS must be done.
  Duration establish_window = std::chrono::seconds(15);
  /// From the start or the last keepAlive until the call is ended with 408/8537.
  Duration keep_alive_window = std::chrono::minutes(45);
  /// Play and record operations of a call that run or wait for their turn; one more is refused.
  std::size_t max_waiting_media = 64;
  /// Operations of a call that are remembered; beyond, the oldest one that has ended is forgotten.
  std::size_t max_operations = 1000;
};

}  // namespace parley::calling
