#include "platform/shard.hpp"

#include <algorithm>
#include <utility>

#include "platform/shard_parts.hpp"

namespace parley::platform {
namespace {

/// Percent below the limit at which an overload is over, so that it does not end and begin all the
/// time.
constexpr std::uint32_t kCalmer = 15;

}  // namespace

ShardParts::ShardParts(ShardOptions options, ShardContext context,
                       std::shared_ptr<const identity::Directory> directory)
    : options_(std::move(options)),
      context_(context),
      directory_(std::move(directory)),
      kept_directory_(directory_),
      sessions_({.resume_window = options_.resume_window,
                 .max_requests_per_second = options_.max_client_requests_per_second,
                 .max_sessions_per_user = options_.max_sessions_per_user,
                 .ice_servers = options_.ice_servers},
                context.random),
      outbox_(options_.webhooks, context.random, context.counters),
      tokens_(options_.identity, context.random),
      prompts_(options_.resource_reuse, options_.max_prompt_cache_bytes) {}

void ShardParts::handle(const Now& now, ClientOpened& opened) {
  sessions_.handle_input(now, opened);
}
void ShardParts::handle(const Now& now, ClientMessageReceived& received) {
  sessions_.handle_input(now, received);
}
void ShardParts::handle(const Now& now, ClientClosed& closed) {
  sessions_.handle_input(now, closed);
}
void ShardParts::handle(const Now& now, PromptFetched& fetched) {
  prompts_.handle_input(now, std::move(fetched));
}
void ShardParts::handle(const Now& now, PromptEncoded& encoded) {
  prompts_.handle_input(now, std::move(encoded));
}
void ShardParts::handle(const Now& now, PromptWanted& wanted) {
  prompts_.handle_input(now, wanted);
}
void ShardParts::handle(const Now&, ThreadLoad& load) {
  const std::uint32_t most = options_.max_busy_percent;
  const bool was = is_overloaded_;
  is_overloaded_ = load.busy_percent > (was ? most - std::min(most, kCalmer) : most);
  if (is_overloaded_ == was) return;
  context_.log.write(
      LogLevel::warning, is_overloaded_ ? "overloaded" : "overload_over",
      {{"shard", std::to_string(options_.index)},
       {"busy_percent", std::to_string(load.busy_percent)},
       {"calls", std::to_string(call_count())},
       {"new_calls", is_overloaded_ ? "refused until the thread is less busy" : "taken again"}});
}
void ShardParts::handle_timeout(const Now& now) {
  while (const auto id = conversation_deadlines_.due(now.monotonic)) {
    LiveConversation& live = *conversations_.at(*id);
    // First calling, so that no call ends before it heard what the bridge said.
    const auto deadline = live.calling->next_deadline();
    if (deadline && deadline->at <= now.monotonic)
      step(now, live, [&](calling::Step& step, auto&) { live.calling->handle_timeout(step); });
    live.bridge.handle_timeout(now);
    drain(now, *id, live);
  }
  outbox_.handle_timeout(now);
  sessions_.handle_timeout(now);
  if (const auto due = rides_due(); due && *due <= now.monotonic) commit({});
  if (next_key_check_ && *next_key_check_ <= now.monotonic) check_signing_keys(now);
}

std::optional<Deadline<ShardTimer>> ShardParts::next_deadline() const {
  std::optional<Deadline<ShardTimer>> next;
  const auto consider = [&](std::optional<Instant> at, ShardTimer timer) {
    if (at) next = soonest(next, std::optional(Deadline{*at, timer}));
  };
  consider(conversation_deadlines_.next(), ShardTimer::conversation);
  if (const auto outbox = outbox_.next_deadline()) consider(outbox->at, ShardTimer::outbox);
  consider(sessions_.next_deadline(), ShardTimer::session);
  consider(rides_due(), ShardTimer::ride);
  consider(next_key_check_, ShardTimer::signing_keys);
  return next;
}

void ShardParts::drain_parts(const Now& now) {
  drain_sessions(now);
  drain_outbox(now);
  while (auto event = prompts_.poll_event()) events.push_back(std::move(*event));
}

Shard::Shard(ShardOptions options, ShardContext context,
             std::shared_ptr<const identity::Directory> directory)
    : parts_(std::make_unique<ShardParts>(std::move(options), context, std::move(directory))) {}
Shard::~Shard() = default;

void Shard::recover(const Now& now, model::RecoveryRecords records) {
  parts_->recover(now, std::move(records));
  parts_->drain_parts(now);
}

void Shard::handle_input(const Now& now, ShardInput input) {
  std::visit([&](auto& value) { parts_->handle(now, value); }, input);
  parts_->drain_parts(now);
}

void Shard::handle_datagram(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                            MutableByteView datagram) {
  parts_->handle_datagram(now, local, remote, datagram);
  parts_->drain_parts(now);
}

void Shard::handle_timeout(const Now& now) {
  parts_->handle_timeout(now);
  parts_->drain_parts(now);
}

std::optional<Transmit> Shard::poll_transmit() {
  if (parts_->transmits.empty()) return std::nullopt;
  Transmit transmit = std::move(parts_->transmits.front());
  parts_->transmits.pop_front();
  return transmit;
}

std::optional<ShardEvent> Shard::poll_event() {
  if (parts_->events.empty()) return std::nullopt;
  ShardEvent event = std::move(parts_->events.front());
  parts_->events.pop_front();
  return event;
}

std::optional<Deadline<ShardTimer>> Shard::next_deadline() const {
  return parts_->next_deadline();
}
std::size_t Shard::call_count() const {
  return parts_->call_count();
}
std::size_t Shard::session_count() const {
  return parts_->session_count();
}
std::size_t Shard::lane_count() const {
  return parts_->lane_count();
}
std::optional<UtcTime> Shard::oldest_notification() const {
  return parts_->oldest_notification();
}

}  // namespace parley::platform
