#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <optional>

#include "base/packet.hpp"
#include "net/sockaddr.hpp"

namespace parley::net {

/// Datagrams per system call.
inline constexpr std::size_t kUdpBatch = 64;

/// Room for one packet-information control message of either family.
struct alignas(cmsghdr) ControlBuffer {
  std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
};

/// The fixed memory of recvmmsg: filled by `receive`, read by index, used again.
class ReceiveBatch {
 public:
  ReceiveBatch();

  /// Number of datagrams, or -1 with errno as recvmmsg leaves it. Never blocks.
  int receive(int fd);

  MutableByteView bytes(std::size_t i) { return {buffers_[i].data(), headers_[i].msg_len}; }
  bool truncated(std::size_t i) const { return (headers_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
  std::optional<SocketAddress> remote(std::size_t i) const { return from_native(names_[i]); }
  /// The address the datagram came to, if the socket asked the kernel to tell.
  std::optional<IpAddress> destination(std::size_t i);

 private:
  std::array<mmsghdr, kUdpBatch> headers_{};
  std::array<iovec, kUdpBatch> vectors_{};
  std::array<sockaddr_storage, kUdpBatch> names_{};
  std::array<ControlBuffer, kUdpBatch> controls_{};
  std::array<std::array<std::uint8_t, Packet::kCapacity>, kUdpBatch> buffers_;
};

/// The fixed memory of sendmmsg. `add` keeps a view of the transmit's packet, which must stay until
/// `send`.
class SendBatch {
 public:
  void clear() { count_ = 0; }
  bool full() const { return count_ == kUdpBatch; }
  std::size_t size() const { return count_; }
  /// `name_source`: also tell the kernel to send from `transmit.local`'s address.
  void add(Transmit& transmit, bool name_source);
  /// Number of datagrams sent, or -1 with errno as sendmmsg leaves it. Never blocks.
  int send(int fd) {
    return sendmmsg(fd, headers_.data(), static_cast<unsigned>(count_), MSG_DONTWAIT);
  }

 private:
  std::size_t count_ = 0;
  std::array<mmsghdr, kUdpBatch> headers_{};
  std::array<iovec, kUdpBatch> vectors_{};
  std::array<NativeAddress, kUdpBatch> names_{};
  std::array<ControlBuffer, kUdpBatch> controls_{};
};

}  // namespace parley::net
