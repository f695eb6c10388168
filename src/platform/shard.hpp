#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/counters.hpp"
#include "base/deadline.hpp"
#include "base/log.hpp"
#include "base/protocol_core.hpp"
#include "bridge/bridge.hpp"
#include "calling/options.hpp"
#include "model/client_messages.hpp"
#include "notify/retry_policy.hpp"
#include "platform/shard_io.hpp"

namespace parley::platform {

/// Settings of a shard; each limit is named and has a defined refusal.
struct ShardOptions {
  ShardIndex index = 0;
  operations::ApiOptions api;
  identity::IdentityOptions identity;
  calling::CallingOptions calling;
  notify::RetryOptions webhooks;
  bridge::BridgeOptions bridge;
  /// A lost socket does not end a call for this long.
  Duration resume_window = std::chrono::seconds(30);
  /// A recording is kept this long after its call's end.
  Duration recording_retention = std::chrono::minutes(10);
  /// A prompt with a resourceId is reused this long without asking.
  Duration resource_reuse = std::chrono::hours(1);
  /// Encoded prompts beyond this are forgotten, the least recently used first.
  std::size_t max_prompt_cache_bytes = 256u << 20;
  /// Calls that run at once on this shard; a further invite is answered `unavailable`.
  std::size_t max_calls = 5000;
  /// A thread that is busier begins nothing new, before running calls suffer: an invite is answered
  /// `unavailable`, an `answer` 503. 100: never.
  std::uint32_t max_busy_percent = 75;
  /// Requests a second of one client session; beyond, its connection is closed with `tooFast`.
  std::uint32_t max_client_requests_per_second = 50;
  /// As of `SessionOptions`.
  std::size_t max_sessions_per_user = 16;
  /// STUN and TURN servers that clients are told.
  std::vector<model::IceServer> ice_servers;
};

/// What a shard is made of beside its options; all must outlive it.
struct ShardContext {
  Random& random;
  Counters& counters;
  LogSink& log;
};

class ShardParts;

/// One shard: the conversations that live on it with their calls, bridges and outbox lanes, the
/// sessions of its users, and on shard 0 the token service and the prompt cache. Sans-IO, five
/// verbs. Drain `poll_event` and `poll_transmit` after every input, events in order.
class Shard {
 public:
  Shard(ShardOptions options, ShardContext context,
        std::shared_ptr<const identity::Directory> directory);
  ~Shard();

  /// What a crash left on this shard, before any other input: calls are ended and told, undelivered
  /// notifications go on in order, recordings are kept for their time. `bytes` of each recording is
  /// the sound that its file holds.
  void recover(const Now& now, model::RecoveryRecords records);

  void handle_input(const Now& now, ShardInput input);
  /// A datagram that came to the socket bound to `local`. Decrypted in place.
  void handle_datagram(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                       MutableByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<ShardEvent> poll_event();
  std::optional<Deadline<ShardTimer>> next_deadline() const;

  std::size_t call_count() const;
  std::size_t session_count() const;
  /// Calls whose notifications are not all taken, or that go on.
  std::size_t lane_count() const;
  /// When the notification that waits longest came up.
  std::optional<UtcTime> oldest_notification() const;

 private:
  std::unique_ptr<ShardParts> parts_;
};

static_assert(ProtocolCore<Shard>);

}  // namespace parley::platform
