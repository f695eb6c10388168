#pragma once

#include "net/byte_stream.hpp"

namespace parley::net {

IoError to_io_error(error_code error);
/// Open, and a peek finds neither bytes nor an end.
bool is_quiet_socket(TcpSocket& socket);
/// No Nagle: small answers and frames must not wait for an acknowledgement.
void tune_socket(TcpSocket& socket);
/// Sends FIN, then reads and forgets until the peer's FIN, an error or `ByteStream::kMaxDiscarded`
/// bytes.
Task<void> linger(TcpSocket& socket);

}  // namespace parley::net
