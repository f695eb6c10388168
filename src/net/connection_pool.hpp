#pragma once

#include <list>
#include <string>

#include "net/byte_stream.hpp"
#include "net/event_loop.hpp"

namespace parley::net {

/// Kept-alive client connections between requests. One thread's.
class ConnectionPool {
 public:
  ConnectionPool(EventLoop& loop, std::size_t max_per_origin, std::size_t max_total,
                 Duration idle_time);

  /// The youngest one of that origin that is still open and silent; null when there is none.
  ByteStreamPtr take(const std::string& origin);
  /// At a limit the oldest one (of that origin) is closed.
  void put(const std::string& origin, ByteStreamPtr stream);
  std::size_t size() const { return idle_.size(); }

 private:
  struct Idle {
    std::string origin;
    ByteStreamPtr stream;
    Instant until;
  };

  void sweep();

  EventLoop& loop_;
  std::size_t max_per_origin_;
  std::size_t max_total_;
  Duration idle_time_;
  std::list<Idle> idle_;  ///< Oldest first.
  Timer expiry_;
};

}  // namespace parley::net
