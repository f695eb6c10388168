#pragma once

#include <string>

#include "cli/api_client.hpp"
#include "net/event_loop.hpp"

namespace parley::cli {

struct UserLogin {
  std::string user_name;  ///< whole
  std::string password;
};

/// The demo user that `name` means: its whole name, or what stands before the @. The error lists
/// who there is.
Result<UserLogin, std::string> find_demo_user(const ServerPlace& place, const std::string& name);

/// A user's access token, by the password grant of the built-in page.
Result<std::string, std::string> request_user_token(net::EventLoop& loop,
                                                    const net::ConnectOptions& connect,
                                                    const ServerPlace& place,
                                                    const UserLogin& login);

}  // namespace parley::cli
