#include "store_on_disk.hpp"

#include <utility>

namespace parley::durability {
StoreOnDisk::StoreOnDisk(bool synchronous, std::uint64_t seed)
    : synchronous_(synchronous), random_(seed) {
  disks_.emplace_back();
  open();
}

void StoreOnDisk::open() {
  vfs_.insert(disks_.back());
  // Few pages, so that the load passes many checkpoints.
  store_.emplace(store::SqliteStore::open(
                     {.path = kStorePath, .checkpoint_pages = 64, .synchronous = synchronous_})
                     .value());
}

// A failure of the disk is tried again, as the writer thread does.
bool StoreOnDisk::commit(const model::RowChanges& changes) {
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts && !is_dead(); ++attempt)
    if (store_->commit(changes)) return true;
  return false;
}

void StoreOnDisk::restart() {
  store_.reset();
  disks_.emplace_back(disks_.back().after_power_loss(random_));
  if (again_after_) disks_.back().lose_power_after(*std::exchange(again_after_, std::nullopt));
  open();
}

store::StoreReader StoreOnDisk::reader() const {
  return store::StoreReader::open(kStorePath).value();
}

std::shared_ptr<const identity::Directory> StoreOnDisk::directory() {
  return identity::Directory::from(reader().directory().value());
}

model::RecoveryRecords StoreOnDisk::recovery() {
  return reader().recovery().value();
}

}  // namespace parley::durability
