#pragma once

#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "calling/batch.hpp"
#include "platform/shard_io.hpp"

namespace parley::platform {

/// What must not be told before the batch it belongs to is kept.
using HeldEffect =
    std::variant<HttpAnswer, calling::NotifyBot, calling::TellEndpoint, CallForgotten>;

/// Holds the effects of one conversation's batches until their rows are committed, and gives them
/// in order. A batch without rows is free as soon as the ones before it are.
class Gate {
 public:
  /// @param commit  the batch's commit; absent when it has no rows
  void add(std::optional<BatchId> commit, std::vector<HeldEffect> effects);
  void committed(BatchId batch);
  /// Takes the batch's effects out: its rows will never be kept.
  std::vector<HeldEffect> lose(BatchId batch);
  /// The effects that are free now, oldest first.
  std::vector<HeldEffect> release();
  bool empty() const { return batches_.empty(); }

 private:
  struct Held {
    std::optional<BatchId> awaited;
    std::vector<HeldEffect> effects;
  };
  std::deque<Held> batches_;
};

}  // namespace parley::platform
