#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace parley::durability {

/// One thing that was done to a file, in the order of the disk.
struct DiskOperation {
  enum class Kind { write, truncate, sync, remove };

  Kind kind;
  std::string file;
  std::uint64_t offset = 0;  ///< of a write; of a truncate: the new size
  Bytes bytes{};             ///< of a write
};

using DiskImage = std::map<std::string, Bytes>;

/// Files whose bytes are safe only when they were synced. What was written after a file's last sync
/// may be there after a loss of power, or not, or in part, whatever its order was.
class Disk {
 public:
  /// A sector is written whole or not at all.
  static constexpr std::size_t kSector = 512;

  Disk() = default;
  explicit Disk(DiskImage image);

  /// False when the power is off, and nothing was done.
  bool apply(DiskOperation operation);
  /// What a reader sees: all that was written. nullptr: there is no such file.
  const Bytes* content(const std::string& file) const;

  /// Everything since the beginning.
  const std::vector<DiskOperation>& operations() const { return operations_; }
  /// The power fails when that many operations were done.
  void lose_power_after(std::size_t operations) { power_until_ = operations; }
  bool has_power() const { return operations_.size() < power_until_; }

  /// From now on each so manieth sync fails. As on Linux, what it was to save is still read, and no
  /// later sync saves it.
  void fail_syncs(std::size_t each) { failing_sync_ = each; }
  std::size_t failed_syncs() const { return failed_syncs_; }

  /// What the disk holds when the power is back.
  DiskImage after_power_loss(Random& random) const;

 private:
  struct File {
    Bytes content;
    Bytes synced;
    std::vector<std::size_t> unsynced{};  ///< indices of operations
  };

  bool sync(File& file);

  std::map<std::string, File> files_;
  std::vector<DiskOperation> operations_;
  std::size_t power_until_ = static_cast<std::size_t>(-1);
  std::size_t failing_sync_ = 0;  ///< 0: none fails
  std::size_t syncs_ = 0;
  std::size_t failed_syncs_ = 0;
};

}  // namespace parley::durability
