#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>

#include "base/socket_address.hpp"

namespace parley::net {

/// Who is connected, and who has to go when there are too many. At a limit the oldest idle
/// connection (of the same source, for the limit per source) is closed; when none is idle the new
/// one is refused. A source is an IPv4 address or an IPv6 /64, since one host commands that many.
/// A connection of a proxy counts for the source that it works for, which may change. One thread's.
class ConnectionTable {
 public:
  ConnectionTable(std::size_t max_total, std::size_t max_per_source)
      : max_total_(max_total), max_per_source_(max_per_source) {}

  struct Entry;
  /// A place in the table; given back when destroyed. The table must outlive it.
  class Place {
   public:
    Place() = default;
    Place(ConnectionTable& table, std::shared_ptr<Entry> entry);
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();

    explicit operator bool() const { return entry_ != nullptr; }
    /// Idle: no request is being handled. A place begins idle.
    void set_idle(bool idle);
    /// From now on it counts for this source, or for none. False: that one has as many as it may
    /// and none of them is idle; nothing changed.
    bool set_source(const std::optional<IpAddress>& address);

   private:
    ConnectionTable* table_ = nullptr;
    std::shared_ptr<Entry> entry_;
  };

  /// `close` ends the connection; it is called at most once, never inside `admit` of the same
  /// connection. A false place means refused. Without a source only the total limits it.
  Place admit(const std::optional<IpAddress>& address, std::function<void()> close);
  /// Closes every idle connection, or every one.
  void close_idle();
  void close_all();

  std::size_t size() const { return size_; }

 private:
  bool has_room(const IpAddress& source);
  bool make_room(const IpAddress* source);
  void leave(Entry& entry);
  void leave_source(Entry& entry);
  static void close(Entry& entry);

  std::size_t max_total_;
  std::size_t max_per_source_;
  std::size_t size_ = 0;
  std::list<Entry*> idle_;  ///< Oldest first.
  std::list<Entry*> busy_;
  std::map<IpAddress, std::size_t> per_source_;
};

}  // namespace parley::net
