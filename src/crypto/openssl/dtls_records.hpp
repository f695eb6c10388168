#pragma once

#include "base/bytes.hpp"

namespace parley::crypto {

/// Whether a datagram holds a record (RFC 6347 §4.1) that no peer writes and that OpenSSL answers
/// by giving the association up, so that one forged datagram would end it:
/// - a protected one too short for the nonce and the tag of AES-GCM (RFC 5288 §3; OpenSSL 3.0.19);
/// - a plain one of the handshake whose fragments (§4.2.2) are cut off, empty, reach past the end
///   of their message, or are of one of more than kMaxDtlsHandshakeMessage.
bool holds_absurd_record(ByteView datagram);

}  // namespace parley::crypto
