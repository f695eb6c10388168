#include "net/connection_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::net {

ConnectionPool::ConnectionPool(EventLoop& loop, std::size_t max_per_origin, std::size_t max_total,
                               Duration idle_time)
    : loop_(loop),
      max_per_origin_(max_per_origin),
      max_total_(max_total),
      idle_time_(idle_time),
      expiry_(loop, [this] { sweep(); }) {}

ByteStreamPtr ConnectionPool::take(const std::string& origin) {
  while (true) {
    const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                    [&](const Idle& one) { return one.origin == origin; });
    if (found == idle_.rend()) return nullptr;
    ByteStreamPtr stream = std::move(found->stream);
    idle_.erase(std::next(found).base());
    if (stream->is_quiet()) return stream;
  }
}

void ConnectionPool::put(const std::string& origin, ByteStreamPtr stream) {
  if (!stream->is_quiet() || max_per_origin_ == 0 || max_total_ == 0) return;
  const auto of_origin = [&](const Idle& one) {
    return one.origin == origin;
  };
  const auto count = std::count_if(idle_.begin(), idle_.end(), of_origin);
  if (static_cast<std::size_t>(count) >= max_per_origin_)
    idle_.erase(std::find_if(idle_.begin(), idle_.end(), of_origin));
  if (idle_.size() >= max_total_) idle_.pop_front();
  idle_.push_back({origin, std::move(stream), loop_.now() + idle_time_});
  expiry_.set(idle_.front().until);
}

void ConnectionPool::sweep() {
  const Instant now = loop_.now().monotonic;
  while (!idle_.empty() && idle_.front().until <= now) idle_.pop_front();
  if (!idle_.empty()) expiry_.set(idle_.front().until);
}

}  // namespace parley::net
