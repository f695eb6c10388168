#pragma once

#include <cstdint>
#include <string>

#include "base/strong.hpp"
#include "base/uuid.hpp"

namespace parley {

// Ids of the API: random UUIDs.
using TenantId = Strong<struct TenantTag, Uuid>;
using ApplicationId = Strong<struct ApplicationTag, Uuid>;  ///< Graph's appId (the token's `appid`)
using UserId = Strong<struct UserTag, Uuid>;
using CallId = Strong<struct CallTag, Uuid>;
using CallChainId = Strong<struct CallChainTag, Uuid>;
using ConversationId = Strong<struct ConversationTag, Uuid>;
using ParticipantId = Strong<struct ParticipantTag, Uuid>;
using OperationId = Strong<struct OperationTag, Uuid>;
using NotificationId = Strong<struct NotificationTag, Uuid>;
using RequestId = Strong<struct RequestTag, Uuid>;
using SessionId = Strong<struct SessionTag, Uuid>;  ///< one client's signaling session

/// A participant's place on a bridge; unique within its conversation.
using PortId = Strong<struct PortTag, std::uint32_t>;
/// A media source, Graph's `sourceId`; from one 32-bit counter of the process.
using SourceId = Strong<struct SourceTag, std::uint32_t>;

template <class Tag>
std::string to_text(const Strong<Tag, Uuid>& id) {
  return id.value.text();
}

}  // namespace parley
