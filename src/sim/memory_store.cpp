#include "sim/memory_store.hpp"

#include <algorithm>

namespace parley::sim {

struct RowKeeper {
  MemoryStore& store;

  void operator()(const model::CallRecord& record) { store.calls_[record.id] = record; }
  void operator()(const model::OperationRecord& record) { store.operations_[record.id] = record; }
  void operator()(const model::NotificationRecord& record) {
    store.notifications_[record.id] = record;
  }
  void operator()(const model::RecordingRecord& record) {
    store.recordings_[record.operation_id] = record;
  }
  void operator()(const model::TimelineRecord& record) { store.timeline_.push_back(record); }
  template <class DirectoryRecord>
  void operator()(const DirectoryRecord& record) {
    store.directory_changes_.emplace_back(model::Row(record));
  }

  void operator()(const model::Erase<model::RecordingRecord>& erase) {
    store.recordings_.erase(erase.key);
  }
  void operator()(const model::Erase<model::NotificationRecord>& erase) {
    store.notifications_.erase(erase.key);
  }
  template <class Record>
  void operator()(const model::Erase<Record>& erase) {
    store.directory_changes_.emplace_back(model::EraseRow(erase));
  }
};

bool MemoryStore::commit(const model::RowChanges& changes) {
  ++commits_;
  RowKeeper keeper{*this};
  for (const model::RowChange& change : changes)
    std::visit([&](const auto& row_or_erase) { std::visit(keeper, row_or_erase); }, change);
  return true;
}

std::shared_ptr<const identity::Directory> MemoryStore::directory() {
  return identity::Directory::from({})->with(directory_changes_);
}

model::RecoveryRecords MemoryStore::recovery() {
  model::RecoveryRecords left;
  for (const auto& [id, call] : calls_)
    if (!call.ended) left.calls.push_back(call);
  for (const auto& [id, operation] : operations_)
    if (!operation.completed) left.operations.push_back(operation);
  for (const auto& [id, notification] : notifications_)
    if (notification.status == model::NotificationStatus::pending)
      left.notifications.push_back(notification);
  std::sort(left.notifications.begin(), left.notifications.end(), [](const auto& a, const auto& b) {
    return std::pair(a.call_id, a.sequence) < std::pair(b.call_id, b.sequence);
  });
  for (const auto& [id, recording] : recordings_) left.recordings.push_back(recording);
  return left;
}

}  // namespace parley::sim
