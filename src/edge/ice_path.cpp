#include "edge/ice_path.hpp"

#include <algorithm>

#include "base/deadline.hpp"

namespace parley::edge {
namespace {

PathEvent to_path_event(const ice::PairSelected&) {
  return PathSelected{};
}
PathEvent to_path_event(const ice::ConsentExpired&) {
  return PathLost{PathLoss::consent_expired};
}
PathEvent to_path_event(const ice::ConnectivityFailed&) {
  return PathLost{PathLoss::no_connectivity};
}

}  // namespace

void IcePath::use_pool(PacketPool& pool) {
  pool_ = &pool;
  for (Agent* agent : {current_.get(), previous_.get()})
    if (agent) std::get<ice::IceLiteServer>(agent->core).use_pool(pool);
}

void IcePath::start_lite(const Now& now, ice::IceLiteOptions options, Restart restart) {
  begin(std::make_unique<Agent>(Agent{ice::IceLiteServer(now, std::move(options), *pool_), {}}),
        restart);
}

void IcePath::start_controlling(const Now& now, ice::ControllingOptions options, Random& random) {
  std::vector<SocketAddress> named;
  for (const ice::RemoteCandidate& candidate : options.remote_candidates)
    named.push_back(candidate.address);
  begin(std::make_unique<Agent>(Agent{
            ice::ControllingAgent(now, std::move(options), random, *pool_), std::move(named)}),
        Restart::keep_path);
  follow();
}

void IcePath::begin(std::unique_ptr<Agent> next, Restart restart) {
  if (restart == Restart::drop_path) previous_.reset();
  if (restart == Restart::keep_path && current_ && selected_of(*current_))
    previous_ = std::move(current_);
  current_ = std::move(next);
}

// During a restart both agents look at it: each knows its own by credentials or transaction.
void IcePath::handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                           ByteView datagram) {
  for (Agent* agent : {current_.get(), previous_.get()}) {
    if (!agent) continue;
    std::visit([&](auto& core) { core.handle_input(now, local, remote, datagram); }, agent->core);
  }
  follow();
}

void IcePath::handle_timeout(const Now& now) {
  for (Agent* agent : {current_.get(), previous_.get()}) {
    if (agent) std::visit([&](auto& core) { core.handle_timeout(now); }, agent->core);
  }
  follow();
}

void IcePath::follow() {
  if (previous_) {
    std::visit(
        [](auto& core) {
          while (core.poll_event()) continue;
        },
        previous_->core);
    if (!selected_of(*previous_)) previous_.reset();
  }
  if (!current_) return;
  std::visit(
      [this](auto& core) {
        while (const auto event = core.poll_event()) {
          events_.push_back(
              std::visit([](const auto& known) { return to_path_event(known); }, *event));
        }
      },
      current_->core);
  if (selected_of(*current_)) previous_.reset();
}

std::optional<Transmit> IcePath::poll_transmit() {
  for (Agent* agent : {current_.get(), previous_.get()}) {
    if (!agent) continue;
    auto transmit = std::visit([](auto& core) { return core.poll_transmit(); }, agent->core);
    if (transmit) return transmit;
  }
  return std::nullopt;
}

std::optional<PathEvent> IcePath::poll_event() {
  if (events_.empty()) return std::nullopt;
  const PathEvent event = events_.front();
  events_.pop_front();
  return event;
}

std::optional<Instant> IcePath::next_deadline() const {
  std::optional<Instant> next;
  for (const Agent* agent : {current_.get(), previous_.get()}) {
    if (!agent) continue;
    std::visit(
        [&](const auto& core) {
          if (const auto deadline = core.next_deadline())
            next = soonest(next, std::optional(deadline->at));
        },
        agent->core);
  }
  return next;
}

std::optional<ice::PairSelected> IcePath::selected() const {
  for (const Agent* agent : {current_.get(), previous_.get()}) {
    if (!agent) continue;
    if (auto pair = selected_of(*agent)) return pair;
  }
  return std::nullopt;
}

bool IcePath::is_checked(const SocketAddress& local, const SocketAddress& remote) const {
  return (current_ && is_checked_by(*current_, local, remote)) ||
         (previous_ && is_checked_by(*previous_, local, remote));
}

std::optional<ice::PairSelected> IcePath::selected_of(const Agent& agent) {
  return std::visit([](const auto& core) { return core.selected(); }, agent.core);
}

bool IcePath::is_checked_by(const Agent& agent, const SocketAddress& local,
                            const SocketAddress& remote) {
  if (const auto* server = std::get_if<ice::IceLiteServer>(&agent.core))
    return server->is_checked(local, remote);
  return std::find(agent.named.begin(), agent.named.end(), remote) != agent.named.end();
}

}  // namespace parley::edge
