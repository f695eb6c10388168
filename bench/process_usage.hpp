#pragma once

#include <sys/types.h>

#include <cstddef>

/// What processes take of the machine, as Linux counts it.
namespace parley::bench {

inline constexpr int kGeneratorCore = 0;
inline constexpr int kServerCore = 1;

/// Keeps this process, and what it starts, on one core; does nothing where there is only one.
void pin_to_core(int core);

/// User and system time of all threads, in seconds. By the process's CPU clock, which is the sum
/// that /proc/PID/stat rounds to ticks of 10 ms.
double cpu_seconds(pid_t process);
/// VmRSS of /proc/PID/status, in bytes.
double resident_bytes(pid_t process);
/// Entries of /proc/PID/fd.
double open_descriptors(pid_t process);

/// CPU time over a while.
struct Usage {
  double seconds = 0;  ///< that passed
  double server = 0;
  double generator = 0;
  double others = 0;  ///< the rest of the machine's, what a hypervisor took away included
  /// Of all cores' time, 0 to 1.
  double others_share() const;
};

/// Counts from its making on; the generator is this process.
class UsageMeter {
 public:
  explicit UsageMeter(pid_t server);
  Usage read() const;

 private:
  struct Reading {
    double at, server, generator, machine;
  };
  Reading take() const;

  pid_t server_;
  Reading begin_;
};

}  // namespace parley::bench
