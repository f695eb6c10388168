#pragma once

#include <deque>
#include <map>

#include "calling/batch.hpp"
#include "calling/operation.hpp"

namespace parley::calling {

/// The operations of one call. Play and record operations run one at a time, in the order they
/// came; a record that may barge in cancels what runs and waits.
class MediaQueue {
 public:
  explicit MediaQueue(PortId port) : port_(port) {}

  const std::map<OperationId, Operation>& operations() const { return operations_; }
  Operation* find(OperationId id);
  /// All of them, as they came.
  const std::vector<OperationId>& in_order() const { return order_; }

  /// Keeps an operation and, if it plays or records, starts it in its turn.
  Operation& add(Step& step, Operation operation);
  /// Cancels what runs and waits; gives the cancelled ones, in order.
  std::vector<OperationId> cancel_all(Step& step);
  /// How many play or record, or wait for their turn.
  std::size_t waiting() const { return waiting_.size(); }
  /// Forgets the oldest ones that have ended while there are more than `limit`.
  void forget_ended(std::size_t limit);
  /// Takes the ended one out of the queue and starts the next.
  void remove(Step& step, OperationId id);

 private:
  void start_front(Step& step);

  PortId port_;
  std::map<OperationId, Operation> operations_;
  std::vector<OperationId> order_;
  std::deque<OperationId> waiting_;  ///< the front one runs
};

}  // namespace parley::calling
