#pragma once

#include <thread>

#include "net/event_loop.hpp"

namespace parley::server {

/// A loop and the thread that runs it.
class LoopThread {
 public:
  ~LoopThread() { stop(); }

  net::EventLoop& loop() { return loop_; }
  void start() {
    thread_ = std::thread([this] { loop_.run(); });
  }
  /// Returns when the thread has ended; what lives on the loop may then be destroyed.
  void stop() {
    if (!thread_.joinable()) return;
    loop_.post([this] { loop_.stop(); });  // a stop before the run would be lost
    thread_.join();
  }

 private:
  net::EventLoop loop_;
  std::thread thread_;
};

}  // namespace parley::server
