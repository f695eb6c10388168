#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace parley::ice {

/// One side's username fragment and password, as SDP carries them (RFC 8839 §5.4).
struct Credentials {
  std::string ufrag;     ///< 4 to 256 characters
  std::string password;  ///< 22 to 256 characters
};

/// Fresh ones: 48 random bits of ufrag, so that one UDP port tells many legs apart, and 144 of
/// password (RFC 8445 §5.3 wants 24 and 128).
Credentials make_credentials(Random& random);

/// The receiver's ufrag of a check, the part of USERNAME before the colon (RFC 8445 §7.2.2): it
/// selects the leg that a datagram is for. Nothing is authenticated yet. nullopt when it is no STUN
/// request or names nobody.
std::optional<std::string> ufrag_of(ByteView datagram);

}  // namespace parley::ice
