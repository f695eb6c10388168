#pragma once

#include "base/bytes.hpp"

/// What a forwarder must know of an RTP payload of H.264, RFC 6184 in packetization-mode 1 (§6.3):
/// single NAL units, STAP-A and FU-A. Nothing is decoded.
namespace parley::wire {

/// Whether a decoder that has seen nothing may begin with this packet: it carries a sequence
/// parameter set, or the first piece of one. WebRTC's senders put the parameter sets before each
/// key frame (RFC 7742 §6.2), so an IDR slice without them is no beginning. False also for what is
/// malformed, or of another mode.
bool begins_key_frame(ByteView payload);

}  // namespace parley::wire
