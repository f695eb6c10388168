#pragma once

#include <memory>

#include "identity/directory.hpp"
#include "model/records.hpp"

namespace parley::sim {

/// Where a world keeps its rows. What `commit` said was kept is there after the next `restart`.
class Store {
 public:
  virtual ~Store() = default;

  /// All of it or nothing; false when nothing was kept.
  virtual bool commit(const model::RowChanges& changes) = 0;
  /// The machine lost its power: nothing can be kept or told any more.
  virtual bool is_dead() const = 0;
  /// The machine is back, with what was durable.
  virtual void restart() = 0;

  virtual std::shared_ptr<const identity::Directory> directory() = 0;
  virtual model::RecoveryRecords recovery() = 0;
};

}  // namespace parley::sim
