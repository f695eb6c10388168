#pragma once

#include <string>

namespace parley::edge {

enum class RefusalReason {
  bad_sdp,             ///< it does not parse
  no_audio,            ///< no audio section that is alive and speaks DTLS-SRTP
  no_ice_credentials,  ///< ufrag or password is missing or out of RFC 8839 §5.4's range
  no_fingerprint,      ///< none with sha-256
  no_rtcp_mux,
  not_bundled,   ///< several sections, and the audio one is in no BUNDLE group
  no_codec,      ///< neither Opus nor G.711
  wrong_setup,   ///< the peer insists on our own DTLS role
  not_lite,      ///< an answer of a full ICE agent, whose checks we would not answer
  no_candidate,  ///< an answer without an address of a family that we have
  wrong_state,   ///< the leg is over, or it is not its turn
};

/// Why an offer or an answer cannot be used. The leg is as it was before.
struct OfferRefusal {
  RefusalReason reason = RefusalReason::bad_sdp;
  std::string text;  ///< the cause in words, for the peer
};

}  // namespace parley::edge
