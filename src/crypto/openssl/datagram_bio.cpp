#include "crypto/openssl/datagram_bio.hpp"

#include <algorithm>

namespace parley::crypto {
namespace {

DatagramLink& link_of(BIO* bio) {
  return *static_cast<DatagramLink*>(BIO_get_data(bio));
}

int read_datagram(BIO* bio, char* out, int capacity) {
  BIO_clear_retry_flags(bio);
  DatagramLink& link = link_of(bio);
  if (!link.incoming) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t size = std::min(link.incoming->size(), static_cast<std::size_t>(capacity));
  std::copy_n(link.incoming->begin(), size, out);
  link.incoming.reset();
  return static_cast<int>(size);
}

int write_datagram(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  link_of(bio).outgoing.push_back(to_bytes(as_bytes({data, static_cast<std::size_t>(size)})));
  return size;
}

long control(BIO* bio, int command, long, void* argument) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      if (owns_retransmission_timer()) link_of(bio).due = static_cast<timeval*>(argument);
      return 1;
    default:
      // No path MTU is known, no header overhead counted: the MTU option is the datagram's size.
      return 0;
  }
}

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* datagram_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley datagrams");
    must(made != nullptr && BIO_meth_set_read(made, read_datagram) == 1 &&
             BIO_meth_set_write(made, write_datagram) == 1 &&
             BIO_meth_set_ctrl(made, control) == 1 && BIO_meth_set_create(made, create) == 1,
         "make a BIO method");
    return made;
  }();
  return kMethod;
}

}  // namespace

BioHandle make_datagram_bio(DatagramLink& link) {
  BioHandle bio(BIO_new(datagram_method()));
  must(bio != nullptr, "make a datagram BIO");
  BIO_set_data(bio.get(), &link);
  return bio;
}

bool owns_retransmission_timer() {
  constexpr unsigned long kVersion32 = 0x30200000;
  return OpenSSL_version_num() < kVersion32;
}

void expire_retransmission_timer(DatagramLink& link) {
  // Zero means that no timer runs; one second after 1970 is always past.
  if (link.due == nullptr || (link.due->tv_sec == 0 && link.due->tv_usec == 0)) return;
  *link.due = {.tv_sec = 1, .tv_usec = 0};
}

}  // namespace parley::crypto
