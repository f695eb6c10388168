#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "platform/shard_io.hpp"

namespace parley::platform {

/// A client's first message was refused: send `text` and close.
struct HelloRefused {
  std::string text;
};

/// Reads a client's `hello` and checks its token. The session lives on `shard_of(user,
/// shard_count)`.
std::variant<ClientOpened, HelloRefused> accept_hello(const Now& now, ConnectionId connection,
                                                      std::string_view text,
                                                      const identity::IdentityOptions& options,
                                                      const identity::Directory& directory);

ShardIndex shard_of(UserId user, ShardIndex shard_count);

}  // namespace parley::platform
