#include "net/socket_bio.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <new>

namespace parley::net {
namespace {

int socket_of(BIO* bio) {
  return static_cast<TcpSocket*>(BIO_get_data(bio))->native_handle();
}

bool may_come(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int read_socket(BIO* bio, char* out, int capacity) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = recv(socket_of(bio), out, static_cast<std::size_t>(capacity), MSG_DONTWAIT);
  if (got < 0 && may_come(errno)) BIO_set_retry_read(bio);
  // The peer's FIN: OpenSSL asks, to tell an end from an error.
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

int write_socket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent =
      send(socket_of(bio), data, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && may_come(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return 0;
}

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "parley sockets");
    if (made == nullptr || BIO_meth_set_read(made, read_socket) != 1 ||
        BIO_meth_set_write(made, write_socket) != 1 || BIO_meth_set_ctrl(made, control) != 1 ||
        BIO_meth_set_create(made, create) != 1)
      std::abort();  // out of memory, before anything was served
    return made;
  }();
  return kMethod;
}

}  // namespace

BIO* make_socket_bio(TcpSocket& socket) {
  BIO* bio = BIO_new(socket_method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &socket);
  return bio;
}

}  // namespace parley::net
