#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace parley::server {

/// How busy a thread is: the share of the time that it worked or, ready to work, waited for a core
/// (proc(5), /proc/pid/schedstat). Where the kernel does not count the waiting, the work alone.
class ThreadUsage {
 public:
  ThreadUsage() = default;
  ThreadUsage(const ThreadUsage&) = delete;
  ThreadUsage& operator=(const ThreadUsage&) = delete;
  ~ThreadUsage();

  /// Of the calling thread, always the same one: 0 to 100 since the last call, 0 at the first.
  std::uint32_t busy_percent(Instant now);

 private:
  /// Nanoseconds in all.
  std::uint64_t spent() const;

  int file_ = -1;
  bool is_open_ = false;
  Instant at_{};
  std::uint64_t spent_ = 0;
};

}  // namespace parley::server
