#pragma once

#include <sys/time.h>

#include <deque>
#include <optional>

#include "base/bytes.hpp"
#include "crypto/openssl/handles.hpp"

namespace parley::crypto {

/// What OpenSSL reads from and writes to: one read is one datagram and one write is one datagram.
/// (Its own memory BIO is a stream and would join them.)
struct DatagramLink {
  std::optional<ByteView> incoming;  ///< not read yet
  std::deque<Bytes> outgoing;

  /// Where OpenSSL keeps the moment its retransmission is due, in wall-clock time.
  timeval* due = nullptr;
};

/// A BIO on `link`, which must outlive it.
BioHandle make_datagram_bio(DatagramLink& link);

/// OpenSSL reads the system clock to decide whether a retransmission is due, and has no call to
/// replace it. Up to version 3.1 it tells its BIO the address of that moment, so that `expire` can
/// move it; from 3.2 on a copy, and then its own clock must agree with ours.
bool owns_retransmission_timer();

/// Makes a retransmission due now, if one is waiting.
void expire_retransmission_timer(DatagramLink& link);

}  // namespace parley::crypto
