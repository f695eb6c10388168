#pragma once

#include <map>
#include <vector>

#include "model/records.hpp"

namespace parley::sim {

/// The durable records in memory, with what `store/` promises: a commit is kept whole or not at
/// all.
class MemoryStore {
 public:
  void commit(const std::vector<model::RowChange>& changes);

  /// All changes of the directory, in order: `Directory::with` makes today's of them.
  const model::RowChanges& directory_changes() const;
  model::RecoveryRecords recovery() const;

  const std::map<CallId, model::CallRecord>& calls() const { return calls_; }
  const std::map<OperationId, model::OperationRecord>& operations() const { return operations_; }
  const std::map<NotificationId, model::NotificationRecord>& notifications() const {
    return notifications_;
  }
  const std::map<OperationId, model::RecordingRecord>& recordings() const { return recordings_; }
  const std::vector<model::TimelineRecord>& timeline() const { return timeline_; }
  std::uint64_t commits() const { return commits_; }

 private:
  model::RowChanges directory_changes_;
  std::map<CallId, model::CallRecord> calls_;
  std::map<OperationId, model::OperationRecord> operations_;
  std::map<NotificationId, model::NotificationRecord> notifications_;
  std::map<OperationId, model::RecordingRecord> recordings_;
  std::vector<model::TimelineRecord> timeline_;
  std::uint64_t commits_ = 0;

  friend struct RowKeeper;
};

}  // namespace parley::sim
