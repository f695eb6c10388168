#include "bench/process_usage.hpp"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace parley::bench {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Time that all cores were not idle since the machine's start, stolen time included.
double machine_seconds() {
  std::ifstream stat("/proc/stat");
  std::string label;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft_irq = 0, steal = 0;
  stat >> label >> user >> nice >> system >> idle >> wait >> irq >> soft_irq >> steal;
  return (user + nice + system + irq + soft_irq + steal) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void pin_to_core(int core) {
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

double cpu_seconds(pid_t process) {
  clockid_t clock{};
  return clock_getcpuclockid(process, &clock) == 0 ? seconds_of(clock) : 0;
}

double resident_bytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

double open_descriptors(pid_t process) {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/" + std::to_string(process) + "/fd",
                                                    error);
  return static_cast<double>(std::distance(begin(entries), end(entries)));
}

double Usage::others_share() const {
  return others / (seconds * static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN)));
}

UsageMeter::UsageMeter(pid_t server) : server_(server), begin_(take()) {}

UsageMeter::Reading UsageMeter::take() const {
  return {seconds_of(CLOCK_MONOTONIC), cpu_seconds(server_), seconds_of(CLOCK_PROCESS_CPUTIME_ID),
          machine_seconds()};
}

Usage UsageMeter::read() const {
  const Reading end = take();
  Usage usage{.seconds = end.at - begin_.at,
              .server = end.server - begin_.server,
              .generator = end.generator - begin_.generator};
  usage.others = std::max(0.0, end.machine - begin_.machine - usage.server - usage.generator);
  return usage;
}

}  // namespace parley::bench
