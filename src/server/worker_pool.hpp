#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::server {

/// A few threads for what would stall a frame or a request: encoding a prompt, checking a password,
/// reading the store. Thread-safe.
class WorkerPool {
 public:
  /// Jobs that wait; `run` refuses a further one.
  static constexpr std::size_t kMaxWaiting = 4096;

  /// Throws std::system_error when the system has no thread.
  explicit WorkerPool(std::size_t threads);
  /// Waiting jobs are dropped; running ones are waited for.
  ~WorkerPool();

  bool run(std::function<void()> job);
  std::size_t waiting() const;

 private:
  WorkerPool() = default;
  void work();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parley::server
