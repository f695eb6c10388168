#include "wire/sdp_candidate.hpp"

#include <array>
#include <utility>

#include "wire/sdp_text.hpp"

namespace parley::wire {
namespace {

constexpr std::size_t kMaxFoundation = 32;

constexpr std::array<std::pair<std::string_view, CandidateType>, 4> kTypes{
    {{"host", CandidateType::host},
     {"srflx", CandidateType::srflx},
     {"prflx", CandidateType::prflx},
     {"relay", CandidateType::relay}}};

constexpr std::array<std::pair<std::string_view, TcpType>, 3> kTcpTypes{
    {{"active", TcpType::active},
     {"passive", TcpType::passive},
     {"so", TcpType::simultaneous_open}}};

constexpr std::array<std::pair<std::string_view, Transport>, 2> kTransports{
    {{"udp", Transport::udp}, {"tcp", Transport::tcp}}};

/// An address or a name: any one word, so that a name nobody can resolve stays text.
bool is_address(std::string_view text) {
  return is_word(text) && text.size() <= kMaxCandidateAddress;
}

/// The NAME VALUE pairs after the type.
bool read_extensions(std::string_view rest, SdpCandidate& candidate) {
  while (true) {
    const std::string_view name = take_word(rest);
    if (name.empty()) return true;
    const std::string_view value = take_word(rest);
    if (value.empty()) return false;
    if (equal_ignoring_case(name, "raddr")) {
      if (!is_address(value)) return false;
      candidate.related_address = value;
    } else if (equal_ignoring_case(name, "rport")) {
      const auto port = to_number<std::uint16_t>(value, 0, 0xFFFF);
      if (!port) return false;
      candidate.related_port = *port;
    } else if (equal_ignoring_case(name, "tcptype")) {
      candidate.tcp_type = value_named(kTcpTypes, value);
      if (!candidate.tcp_type) return false;
    }
  }
}

}  // namespace

std::optional<SocketAddress> SdpCandidate::socket_address() const {
  const auto ip = IpAddress::parse(address);
  if (!ip) return std::nullopt;
  return SocketAddress{*ip, port};
}

Result<SdpCandidate, CandidateError> parse_candidate(std::string_view text) {
  constexpr std::string_view prefix = "candidate:";
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  SdpCandidate candidate;
  candidate.foundation = take_word(text);
  const auto component = to_number<std::uint16_t>(take_word(text), 1, 256);
  const auto transport_name = take_word(text);
  const auto priority = to_number<std::uint32_t>(take_word(text), 0, 0xFFFFFFFF);
  candidate.address = take_word(text);
  const auto port = to_number<std::uint16_t>(take_word(text), 0, 0xFFFF);
  const bool typed = take_word(text) == "typ";
  const auto type_name = take_word(text);
  if (!is_ice_text(candidate.foundation, 1, kMaxFoundation) || !component || !priority || !port ||
      !is_address(candidate.address) || !typed || !is_token(transport_name) ||
      !is_token(type_name) || !read_extensions(text, candidate))
    return Failure{CandidateError::malformed};
  const auto transport = value_named(kTransports, transport_name);
  const auto type = value_named(kTypes, type_name);
  if (!transport || !type) return Failure{CandidateError::unsupported};
  candidate.component = *component;
  candidate.transport = *transport;
  candidate.priority = *priority;
  candidate.port = *port;
  candidate.type = *type;
  return candidate;
}

std::string write_candidate(const SdpCandidate& candidate) {
  std::string text =
      "candidate:" + candidate.foundation + ' ' + std::to_string(candidate.component) + ' ';
  text += name_of(kTransports, candidate.transport);
  text += ' ' + std::to_string(candidate.priority) + ' ' + candidate.address + ' ' +
          std::to_string(candidate.port) + " typ ";
  text += name_of(kTypes, candidate.type);
  if (!candidate.related_address.empty()) text += " raddr " + candidate.related_address;
  if (!candidate.related_address.empty() || candidate.related_port != 0)
    text += " rport " + std::to_string(candidate.related_port);
  if (candidate.tcp_type) {
    text += " tcptype ";
    text += name_of(kTcpTypes, *candidate.tcp_type);
  }
  return text;
}

}  // namespace parley::wire
