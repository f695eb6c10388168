#include "base/counters.hpp"

namespace parley {

std::uint64_t& Counters::counter(std::string_view name) {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second : values_.emplace(name, 0).first->second;
}

}  // namespace parley
