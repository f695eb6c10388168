#pragma once

#include <list>
#include <optional>

#include "disk_vfs.hpp"
#include "sim/store.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_reader.hpp"

namespace parley::durability {

/// Of the database on a Disk; the store makes an empty file of that name on the real one, too.
inline constexpr const char* kStorePath = "build/durability.db";

/// The real store, on a disk that can lose its power.
class StoreOnDisk final : public sim::Store {
 public:
  /// @param synchronous  false: nothing is ever synced
  StoreOnDisk(bool synchronous, std::uint64_t seed);

  bool commit(const model::RowChanges& changes) override;
  bool is_dead() const override { return !disks_.back().has_power(); }
  void restart() override;
  std::shared_ptr<const identity::Directory> directory() override;
  model::RecoveryRecords recovery() override;

  /// The disk of the next restart loses its power after so many operations of its own.
  void lose_power_again_after(std::size_t operations) { again_after_ = operations; }

  store::StoreReader reader() const;
  Disk& disk() { return disks_.back(); }

 private:
  void open();

  bool synchronous_;
  SeededRandom random_;
  DiskVfs vfs_;
  std::list<Disk> disks_;  ///< one after each loss of power
  std::optional<std::size_t> again_after_;
  std::optional<store::SqliteStore> store_;
};

}  // namespace parley::durability
