#include "calling/media_queue.hpp"

#include <algorithm>
#include <utility>

namespace parley::calling {

Operation* MediaQueue::find(OperationId id) {
  const auto found = operations_.find(id);
  return found == operations_.end() ? nullptr : &found->second;
}

Operation& MediaQueue::add(Step& step, Operation operation) {
  const OperationId id = operation.record.id;
  Operation& kept = operations_.emplace(id, std::move(operation)).first->second;
  order_.push_back(id);
  if (std::holds_alternative<std::monostate>(kept.work)) return kept;
  waiting_.push_back(id);
  if (waiting_.size() == 1) start_front(step);
  return kept;
}

std::vector<OperationId> MediaQueue::cancel_all(Step& step) {
  if (!waiting_.empty()) step.batch.bridge.push_back(model::StopOperation{waiting_.front(), false});
  const std::vector<OperationId> cancelled(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return cancelled;
}

void MediaQueue::forget_ended(std::size_t limit) {
  while (order_.size() > limit) {
    const auto ended = std::find_if(order_.begin(), order_.end(), [this](OperationId id) {
      return !operations_.at(id).is_open();
    });
    if (ended == order_.end()) return;
    operations_.erase(*ended);
    order_.erase(ended);
  }
}

void MediaQueue::remove(Step& step, OperationId id) {
  const auto found = std::find(waiting_.begin(), waiting_.end(), id);
  if (found == waiting_.end()) return;
  const bool was_running = found == waiting_.begin();
  waiting_.erase(found);
  if (was_running) start_front(step);
}

void MediaQueue::start_front(Step& step) {
  if (waiting_.empty()) return;
  const Operation& front = operations_.at(waiting_.front());
  if (const auto* play = std::get_if<model::PlayOptions>(&front.work))
    step.batch.bridge.push_back(model::StartPlay{port_, front.record.id, *play});
  if (const auto* record = std::get_if<model::RecordOptions>(&front.work))
    step.batch.bridge.push_back(model::StartRecord{port_, front.record.id, *record});
}

}  // namespace parley::calling
