#pragma once

#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/event_loop.hpp"
#include "platform/shard_io.hpp"

namespace parley::server {

/// A folder under `build/` that goes with the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::filesystem::create_directories("build");
    std::string name = "build/server_test_XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
    std::ofstream(file(name), std::ios::binary) << text;
  }

 private:
  std::string path_;
};

/// What was posted to shards, from any thread.
class PostedInputs {
 public:
  void post(platform::ShardIndex shard, platform::ShardInput input) {
    const std::lock_guard lock(mutex_);
    posted_.emplace_back(shard, std::move(input));
    changed_.notify_all();
  }
  /// The first `count` inputs, once so many are there; fewer after 10 s.
  std::vector<std::pair<platform::ShardIndex, platform::ShardInput>> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return posted_.size() >= count; });
    return posted_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<platform::ShardIndex, platform::ShardInput>> posted_;
};

/// For what other threads do: until the condition holds, at most 10 s.
template <class Condition>
bool yield_until(Condition&& condition) {
  const Instant end = net::read_clocks() + std::chrono::seconds(10);
  while (!condition()) {
    if (net::read_clocks().monotonic >= end) return false;
    std::this_thread::yield();
  }
  return true;
}

inline unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions()) & 0777u;
}

}  // namespace parley::server
