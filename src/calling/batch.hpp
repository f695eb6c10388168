#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "calling/options.hpp"
#include "model/call_values.hpp"
#include "model/notice.hpp"
#include "model/records.hpp"

namespace parley::calling {

/// Tells a bot. Durable ones get an outbox row in the same commit; tones don't (they are never
/// written).
struct NotifyBot {
  NotificationId id;
  /// From 1, per call, without gaps; 0 for tones, which have none.
  std::uint32_t sequence = 0;
  model::Notice notice;
};

/// Tells a user's device.
struct TellEndpoint {
  model::EndpointId endpoint;
  model::EndpointCommand command;
};

/// Effects that are released when the batch's rows are committed, in order per conversation.
using GatedEffect = std::variant<NotifyBot, TellEndpoint>;

/// One line of a call's timeline, which `parley call show` prints and the log gets. Holds no tone,
/// token or secret.
struct TimelineEntry {
  CallId call;
  std::string what;
  std::string detail;
};

/// A call whose `created` notification needs no further attempt.
struct ClosedIncoming {
  CallId call;
  bool acted = false;  ///< its bot answered or rejected, so it has heard of the call
};

/// Everything that one transition causes.
struct Batch {
  /// The id of the API request that caused it; empty: none did.
  std::string request;
  std::vector<model::RowChange> rows;
  std::vector<GatedEffect> gated;
  // Immediate effects: they never wait for the store.
  std::vector<model::BridgeCommand> bridge;
  std::vector<ClosedIncoming> closed_incoming;
  std::vector<TimelineEntry> timeline;
};

/// What every input to a conversation comes with.
struct Step {
  const Now& now;
  Random& random;
  const CallingOptions& options;
  Batch& batch;

  /// The key of a row of which many are made: in order of time, so that neighbours share a page.
  template <class Id>
  Id new_id() const {
    return Id{Uuid::ordered(now.utc, random)};
  }
};

}  // namespace parley::calling
