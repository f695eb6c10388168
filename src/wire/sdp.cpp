#include "wire/sdp.hpp"

#include <algorithm>

#include "wire/sdp_text.hpp"

namespace parley::wire {
namespace {

std::string_view describe(SdpCause cause) {
  switch (cause) {
    case SdpCause::too_many_bytes:
      return "the description is too long";
    case SdpCause::too_many_lines:
      return "the description has too many lines";
    case SdpCause::too_many_sections:
      return "the description has too many media sections";
    case SdpCause::too_many_payload_types:
      return "the media section has too many payload types";
    case SdpCause::too_many_candidates:
      return "the media section has too many candidates";
    case SdpCause::too_many_repeats:
      return "the attribute is repeated too often";
    case SdpCause::bad_line:
      return "not of the form LETTER=TEXT, or a control character in it";
    case SdpCause::missing_line:
      return "v=, o=, s= and t= must come, in this order, before the media";
    case SdpCause::bad_version:
      return "v= must be 0";
    case SdpCause::bad_origin:
      return "o= is malformed";
    case SdpCause::bad_timing:
      return "t= is malformed";
    case SdpCause::bad_connection:
      return "c= is malformed";
    case SdpCause::bad_media:
      return "m= is malformed";
    case SdpCause::duplicate_mid:
      return "a=mid names another section's tag";
    case SdpCause::bad_mid:
      return "a=mid is not a token";
    case SdpCause::bad_group:
      return "a=group is malformed";
    case SdpCause::bad_rtpmap:
      return "a=rtpmap is malformed";
    case SdpCause::bad_fmtp:
      return "a=fmtp is malformed";
    case SdpCause::bad_rtcp_feedback:
      return "a=rtcp-fb is malformed";
    case SdpCause::bad_ice:
      return "a=ice-ufrag, ice-pwd or ice-options is malformed";
    case SdpCause::bad_candidate:
      return "a=candidate is malformed";
    case SdpCause::bad_fingerprint:
      return "a=fingerprint is malformed, or its length is not its hash's";
    case SdpCause::bad_setup:
      return "a=setup is none of actpass, active, passive, holdconn";
    case SdpCause::bad_extmap:
      return "a=extmap is malformed";
    case SdpCause::bad_source:
      return "a=ssrc or a=ssrc-group is malformed";
    case SdpCause::bad_msid:
      return "a=msid is empty";
    case SdpCause::bad_packet_time:
      return "a=ptime or a=maxptime is no number of milliseconds";
  }
  return {};
}

}  // namespace

std::string to_text(const SdpError& error) {
  const std::string_view cause = describe(error.cause);
  if (error.line == 0) return std::string(cause);
  return "line " + std::to_string(error.line) + ": " + std::string(cause);
}

bool SdpCodec::is(std::string_view codec_name, std::uint32_t rate,
                  std::uint32_t channel_count) const {
  return clock_rate == rate && channels == channel_count && equal_ignoring_case(name, codec_name);
}

bool SdpMedia::is_rtp() const {
  return protocol.find("RTP/") != std::string::npos;
}

const SdpCodec* SdpMedia::find_codec(PayloadType payload_type) const {
  for (const SdpCodec& codec : codecs)
    if (codec.payload_type == payload_type) return &codec;
  return nullptr;
}

const SdpExtmap* SdpMedia::find_extmap(std::string_view uri) const {
  for (const SdpExtmap& extmap : extmaps)
    if (extmap.uri == uri) return &extmap;
  return nullptr;
}

SdpTransport SdpSession::transport_of(const SdpMedia& section) const {
  SdpTransport merged = section.transport;
  if (merged.ice_ufrag.empty() && merged.ice_pwd.empty()) {
    merged.ice_ufrag = transport.ice_ufrag;
    merged.ice_pwd = transport.ice_pwd;
  }
  if (merged.ice_options.empty()) merged.ice_options = transport.ice_options;
  if (merged.fingerprints.empty()) merged.fingerprints = transport.fingerprints;
  if (!merged.setup) merged.setup = transport.setup;
  return merged;
}

const std::vector<std::string>* SdpSession::bundle_of(std::string_view mid) const {
  for (const auto& mids : bundles)
    if (!mid.empty() && std::find(mids.begin(), mids.end(), mid) != mids.end()) return &mids;
  return nullptr;
}

SdpDirection SdpSession::direction_of(const SdpMedia& section) const {
  return section.direction.value_or(direction.value_or(SdpDirection::sendrecv));
}

std::optional<std::string_view> fmtp_parameter(std::string_view fmtp, std::string_view name) {
  while (!fmtp.empty()) {
    std::string_view value = take_until(fmtp, ';');
    const std::string_view key = trim_whitespace(take_until(value, '='));
    if (equal_ignoring_case(key, name)) return trim_whitespace(value);
  }
  return std::nullopt;
}

}  // namespace parley::wire
