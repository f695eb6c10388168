#pragma once

#include "base/time.hpp"

namespace parley::calling {

/// The windows of a call's life; every one is configuration.
struct CallingOptions {
  /// From the entry into `incoming` until the bot must have answered, rejected or redirected.
  Duration answer_window = std::chrono::seconds(15);
  /// From the answer until the caller's DTLS must be done.
  Duration establish_window = std::chrono::seconds(15);
  /// From the start or the last keepAlive until the call is ended with 408/8537.
  Duration keep_alive_window = std::chrono::minutes(45);
};

}  // namespace parley::calling
