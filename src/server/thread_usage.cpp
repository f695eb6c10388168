#include "server/thread_usage.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace parley::server {
namespace {

/// The sum of the first two of the file's numbers: run, and waited to run.
std::uint64_t run_and_waited(const char* from, const char* end) {
  std::uint64_t run = 0;
  std::uint64_t waited = 0;
  const auto first = std::from_chars(from, end, run);
  if (first.ptr != end) std::from_chars(first.ptr + 1, end, waited);
  return run + waited;
}

}  // namespace

ThreadUsage::~ThreadUsage() {
  if (file_ >= 0) ::close(file_);
}

std::uint32_t ThreadUsage::busy_percent(Instant now) {
  const bool is_first = !std::exchange(is_open_, true);
  if (is_first) file_ = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  const std::uint64_t before = std::exchange(spent_, spent());
  const auto passed =
      static_cast<std::uint64_t>(std::chrono::nanoseconds(now - std::exchange(at_, now)).count());
  if (is_first || passed == 0 || spent_ < before) return 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(100, (spent_ - before) * 100 / passed));
}

std::uint64_t ThreadUsage::spent() const {
  std::array<char, 96> text{};
  const ssize_t size = file_ < 0 ? -1 : ::pread(file_, text.data(), text.size(), 0);
  const std::uint64_t counted = size > 0 ? run_and_waited(text.data(), text.data() + size) : 0;
  if (counted > 0) return counted;
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(used.tv_nsec);
}

}  // namespace parley::server
