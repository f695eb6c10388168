#pragma once

#include <atomic>

namespace parley::server {

/// What every thread may ask about the whole process.
struct ServerState {
  std::atomic<bool> draining{false};
  std::atomic<bool> store_healthy{true};

  /// Running calls go on in any case.
  bool takes_new_calls() const { return !draining && store_healthy; }
};

}  // namespace parley::server
