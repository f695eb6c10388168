#pragma once

#include <map>
#include <vector>

#include "sim/store.hpp"

namespace parley::sim {

/// The durable records in memory, with what `store/` promises: a commit is kept whole or not at
/// all.
class MemoryStore final : public Store {
 public:
  bool commit(const model::RowChanges& changes) override;
  bool is_dead() const override { return false; }
  void restart() override {}
  std::shared_ptr<const identity::Directory> directory() override;
  model::RecoveryRecords recovery() override;

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
