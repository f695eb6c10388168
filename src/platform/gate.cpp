#include "platform/gate.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::platform {

void Gate::add(std::optional<BatchId> commit, std::vector<HeldEffect> effects) {
  if (commit || !effects.empty()) batches_.push_back({commit, std::move(effects)});
}

void Gate::committed(BatchId batch) {
  for (Held& held : batches_)
    if (held.awaited == batch) held.awaited.reset();
}

std::vector<HeldEffect> Gate::lose(BatchId batch) {
  const auto found = std::ranges::find(batches_, batch, &Held::awaited);
  if (found == batches_.end()) return {};
  std::vector<HeldEffect> effects = std::move(found->effects);
  batches_.erase(found);
  return effects;
}

std::vector<HeldEffect> Gate::release() {
  std::vector<HeldEffect> free;
  while (!batches_.empty() && !batches_.front().awaited) {
    auto& effects = batches_.front().effects;
    free.insert(free.end(), std::make_move_iterator(effects.begin()),
                std::make_move_iterator(effects.end()));
    batches_.pop_front();
  }
  return free;
}

}  // namespace parley::platform
