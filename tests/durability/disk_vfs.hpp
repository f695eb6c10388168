#pragma once

#include <memory>

#include "disk.hpp"

namespace parley::durability {

/// Puts every database that SQLite opens meanwhile on a Disk. One at a time, in one thread.
class DiskVfs {
 public:
  DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;
  ~DiskVfs();

  /// What is opened from now on is on this one. Nothing may be open.
  void insert(Disk& disk);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::durability
