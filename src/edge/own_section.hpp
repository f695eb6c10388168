#pragma once

#include "edge/description.hpp"

namespace parley::edge {

/// The lines that every section of ours has: transport, candidates and direction;
/// nothing of its source. Codecs and extensions are the caller's.
wire::SdpMedia own_section(const LocalDescription& local, wire::SdpDirection direction,
                           wire::SdpSetup setup);
/// What makes a track of it in the peer: `STREAM TRACK` (RFC 8830) and the SSRC.
void announce_source(wire::SdpMedia& media, const LocalDescription& local, wire::Ssrc ssrc,
                     std::string msid);

}  // namespace parley::edge
