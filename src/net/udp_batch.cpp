#include "net/udp_batch.hpp"

#include <algorithm>
#include <cstring>

namespace parley::net {
namespace {

template <class Info>
void write_control(msghdr& header, int level, int type, const Info& info) {
  header.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* control = CMSG_FIRSTHDR(&header);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

void write_source(msghdr& header, ControlBuffer& buffer, const IpAddress& source) {
  header.msg_control = buffer.bytes.data();
  header.msg_controllen = buffer.bytes.size();
  if (source.family == IpFamily::v4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, source.bytes.data(), sizeof info.ipi_spec_dst);
    write_control(header, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, source.bytes.data(), sizeof info.ipi6_addr);
    write_control(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

}  // namespace

ReceiveBatch::ReceiveBatch() {
  for (std::size_t i = 0; i < kUdpBatch; ++i) {
    vectors_[i] = {buffers_[i].data(), buffers_[i].size()};
    msghdr& header = headers_[i].msg_hdr;
    header.msg_name = &names_[i];
    header.msg_iov = &vectors_[i];
    header.msg_iovlen = 1;
    header.msg_control = controls_[i].bytes.data();
  }
}

int ReceiveBatch::receive(int fd) {
  for (std::size_t i = 0; i < kUdpBatch; ++i) {
    headers_[i].msg_hdr.msg_namelen = sizeof names_[i];
    headers_[i].msg_hdr.msg_controllen = controls_[i].bytes.size();
  }
  return recvmmsg(fd, headers_.data(), kUdpBatch, MSG_DONTWAIT, nullptr);
}

std::optional<IpAddress> ReceiveBatch::destination(std::size_t i) {
  msghdr& header = headers_[i].msg_hdr;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control;
       control = CMSG_NXTHDR(&header, control)) {
    IpAddress address;
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      std::memcpy(address.bytes.data(), &info.ipi_addr, sizeof info.ipi_addr);
      return address;
    }
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      address.family = IpFamily::v6;
      std::memcpy(address.bytes.data(), &info.ipi6_addr, sizeof info.ipi6_addr);
      return address;
    }
  }
  return std::nullopt;
}

void SendBatch::add(Transmit& transmit, bool name_source) {
  const std::size_t i = count_++;
  names_[i] = to_native(transmit.remote);
  const MutableByteView bytes = transmit.packet.bytes();
  vectors_[i] = {bytes.data(), bytes.size()};
  msghdr& header = headers_[i].msg_hdr;
  header = {};
  header.msg_name = names_[i].get();
  header.msg_namelen = names_[i].size;
  header.msg_iov = &vectors_[i];
  header.msg_iovlen = 1;
  if (name_source) write_source(header, controls_[i], transmit.local.ip);
}

}  // namespace parley::net
