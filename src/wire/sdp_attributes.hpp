#pragma once

#include <optional>
#include <string_view>

#include "wire/sdp.hpp"

namespace parley::wire {

/// What an a= line may change: the open media section, or the session before the first one.
struct SdpAttributeContext {
  SdpSession& session;
  SdpMedia* media;  ///< null at the session's level
  const SdpLimits& limits;
};

/// Applies one attribute; an unknown one, or one that has no meaning at its level, is skipped.
/// Gives the cause when it is malformed or past a limit.
std::optional<SdpCause> apply_sdp_attribute(const SdpAttributeContext& context,
                                            std::string_view name, std::string_view value);

}  // namespace parley::wire
