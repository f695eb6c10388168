#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/socket_address.hpp"
#include "crypto/hash.hpp"
#include "edge/audio_format.hpp"
#include "edge/refusal.hpp"
#include "edge/video_section.hpp"
#include "proto/ice/candidate.hpp"
#include "proto/ice/credentials.hpp"
#include "wire/sdp.hpp"

/// What a leg's session descriptions say: from an offer or an answer to what the leg needs of it,
/// and back (RFC 3264, RFC 8829). Pure functions.
namespace parley::edge {

/// The SSRC that a video section of ours sends with.
struct LocalVideo {
  std::size_t section = 0;
  wire::Ssrc ssrc;
};

/// What we tell of ourselves.
struct LocalDescription {
  std::uint64_t session_id = 0;  ///< 63 random bits (RFC 8829 §5.2.1)
  std::uint64_t version = 0;     ///< one more with each description
  ice::Credentials ice{};
  crypto::Sha256Digest fingerprint{};
  std::vector<SocketAddress> candidates{};  ///< the first is preferred
  wire::Ssrc ssrc;
  std::string cname{};
  std::vector<LocalVideo> video{};
};

/// What the peer tells.
struct RemoteDescription {
  std::size_t section = 0;  ///< which one is the audio
  AudioFormat audio{};
  wire::SdpDirection direction = wire::SdpDirection::sendrecv;  ///< the peer's
  std::vector<VideoSection> video{};                            ///< that we take
  ice::Credentials ice{};
  crypto::Sha256Digest fingerprint{};
  std::vector<ice::RemoteCandidate> candidates{};  ///< UDP ones with an IP address
};

struct OfferOptions {
  std::vector<codec::Codec> codecs{codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma};
  wire::SdpDirection direction = wire::SdpDirection::sendrecv;
  bool telephone_events = true;
  bool audio_levels = true;
  /// Sections of video behind the audio's, by their direction.
  std::vector<wire::SdpDirection> video{};
};

/// Of the video sections at most `most_video` are taken.
Result<RemoteDescription, OfferRefusal> read_offer(const wire::SdpSession& offer,
                                                   std::size_t most_video = 0);
/// Of an ICE-lite, DTLS-passive peer.
Result<RemoteDescription, OfferRefusal> read_answer(const wire::SdpSession& answer,
                                                    std::size_t most_video = 0);

std::string write_offer(const OfferOptions& options, const LocalDescription& local);
/// `accepted` is what `read_offer` made of the offer.
std::string write_answer(const wire::SdpSession& offer, const RemoteDescription& accepted,
                         const LocalDescription& local);

/// The other end's view of a direction (RFC 3264 §6.1).
wire::SdpDirection mirrored(wire::SdpDirection direction);
bool sends(wire::SdpDirection direction);

}  // namespace parley::edge
