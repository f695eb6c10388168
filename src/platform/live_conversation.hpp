#pragma once

#include <map>
#include <set>

#include "bridge/bridge.hpp"
#include "calling/conversation.hpp"
#include "platform/gate.hpp"
#include "platform/media_control.hpp"

namespace parley::platform {

/// One conversation with all that belongs to it on its shard.
struct LiveConversation {
  LiveConversation(const Now& now, bridge::BridgeOptions options, bridge::BridgeContext context,
                   ApplicationId application)
      : bridge(now, std::move(options), context), media(bridge, application) {}

  bridge::Bridge bridge;
  MediaControl media;
  Gate gate;
  /// Made when its first batch is.
  std::optional<calling::Conversation> calling;
  /// The rows of its recordings that are not discarded.
  std::map<OperationId, model::RecordingRecord> recordings;
  std::set<OperationId> broken_recordings;  ///< whose files take no more
  /// Its legs whose sockets are another shard's.
  struct Relay {
    ConversationId id;
    ShardIndex socket_shard;
    PortId port;
  };
  std::vector<Relay> relays;

  /// For a leg that comes from elsewhere.
  PortId next_port() { return PortId{++last_port}; }
  std::uint32_t last_port = calling::Conversation::kBotPort.value;
};

}  // namespace parley::platform
