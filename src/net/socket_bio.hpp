#pragma once

#include <openssl/bio.h>

#include "net/asio_support.hpp"

namespace parley::net {

/// OpenSSL's way to a socket: reads and writes at once or asks to be called again, raises no
/// SIGPIPE, keeps no bytes of its own. `socket` must outlive it; a closed one is an error. The
/// caller owns it, or the session it is given to.
BIO* make_socket_bio(TcpSocket& socket);

}  // namespace parley::net
