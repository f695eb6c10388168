#pragma once

#include <optional>
#include <span>

#include "base/ip_network.hpp"
#include "net/http_message.hpp"

namespace parley::net {

/// Whom a trusted proxy speaks for. Every proxy appends its peer's address to `X-Forwarded-For`:
/// the rightmost one that is not a trusted proxy itself is the client's; what stands left of it the
/// client may have made up. nullopt: the header is missing, names trusted proxies only, or holds
/// something else than an address before the client's.
std::optional<IpAddress> forwarded_client(const HttpHeaders& headers,
                                          std::span<const IpNetwork> trusted);

}  // namespace parley::net
