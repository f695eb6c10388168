#include "edge/own_section.hpp"

#include <utility>

namespace parley::edge {
namespace {

wire::SdpTransport own_transport(const LocalDescription& local, wire::SdpSetup setup) {
  return {.ice_ufrag = local.ice.ufrag,
          .ice_pwd = local.ice.password,
          .ice_options = {},
          .fingerprints = {{"sha-256", to_bytes(local.fingerprint)}},
          .setup = setup};
}

void add_candidates(wire::SdpMedia& media, const std::vector<SocketAddress>& addresses) {
  std::uint16_t preference = 0xFFFF;
  for (const SocketAddress& address : addresses) {
    media.candidates.push_back(
        {.foundation = std::to_string(media.candidates.size() + 1),
         .component = 1,
         .transport = Transport::udp,
         .priority = ice::candidate_priority(ice::kHostPreference, preference--),
         .address = address.ip.text(),
         .port = address.port,
         .type = wire::CandidateType::host,
         .tcp_type = std::nullopt,
         .related_address = {},
         .related_port = 0});
  }
  media.end_of_candidates = true;
}

}  // namespace

wire::SdpMedia own_section(const LocalDescription& local, wire::SdpDirection direction,
                           wire::SdpSetup setup) {
  wire::SdpMedia media;
  media.direction = direction;
  media.transport = own_transport(local, setup);
  media.rtcp_mux = true;
  add_candidates(media, local.candidates);
  if (!local.candidates.empty()) {
    media.connection = local.candidates.front().ip.text();
    media.port = local.candidates.front().port;
  }
  return media;
}

void announce_source(wire::SdpMedia& media, const LocalDescription& local, wire::Ssrc ssrc,
                     std::string msid) {
  media.msids = {std::move(msid)};
  media.sources = {{ssrc, local.cname}};
}

}  // namespace parley::edge
