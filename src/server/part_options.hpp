#pragma once

#include <string>

#include "base/address_guard.hpp"
#include "identity/identity_options.hpp"
#include "platform/shard.hpp"
#include "server/configuration.hpp"
#include "server/recording_files.hpp"
#include "server/retention.hpp"

namespace parley::server {

// What the operator's keys mean to each part.

identity::IdentityOptions identity_options(const Configuration& configuration,
                                           const std::string& public_url);

RetentionOptions retention_options(const Configuration& configuration,
                                   const std::string& recordings_folder);

RecordingFilesOptions recording_options(const Configuration& configuration, std::string folder);

/// But for what a process makes once for all shards: the identity, the API, certificate and beep.
platform::ShardOptions shard_options(const Configuration& configuration);

/// Where webhooks and prompts may be.
AddressPolicy outbound_policy(const Configuration& configuration);

}  // namespace parley::server
