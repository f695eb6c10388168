#include "wire/sdp_attributes.hpp"

#include "wire/sdp_names.hpp"
#include "wire/sdp_text.hpp"

namespace parley::wire {
namespace {

using Context = SdpAttributeContext;
using Outcome = std::optional<SdpCause>;
constexpr Outcome kFine = std::nullopt;

constexpr std::uint16_t kMaxExtmapId = 4351;  // RFC 8285 §7
constexpr std::size_t kMaxDigest = 64;
constexpr std::uint32_t kMaxPacketTime = 10'000;

SdpTransport& transport_of(const Context& c) {
  return c.media != nullptr ? c.media->transport : c.session.transport;
}

template <class T>
Outcome append(const Context& c, std::vector<T>& list, T value) {
  if (list.size() >= c.limits.max_repeats) return SdpCause::too_many_repeats;
  list.push_back(std::move(value));
  return kFine;
}

/// The codec that the payload type at the front of `rest` stands for. `codec` is null when the m=
/// line doesn't list it: such a line is checked and skipped.
struct CodecReference {
  bool well_formed = false;
  SdpCodec* codec = nullptr;
};

CodecReference take_codec(const Context& c, std::string_view& rest) {
  const auto payload_type = to_number<std::uint8_t>(take_word(rest), 0, 127);
  if (!payload_type) return {};
  for (SdpCodec& codec : c.media->codecs)
    if (codec.payload_type.value == *payload_type) return {true, &codec};
  return {true, nullptr};
}

Outcome read_group(const Context& c, std::string_view rest) {
  const std::string_view semantics = take_word(rest);
  if (!is_token(semantics)) return SdpCause::bad_group;
  std::vector<std::string> mids;
  for (auto mid = take_word(rest); !mid.empty(); mid = take_word(rest)) {
    if (!is_token(mid)) return SdpCause::bad_group;
    if (const Outcome cause = append(c, mids, std::string(mid))) return cause;
  }
  if (!equal_ignoring_case(semantics, "BUNDLE")) return kFine;
  return append(c, c.session.bundles, std::move(mids));
}

Outcome read_ice_ufrag(const Context& c, std::string_view value) {
  if (!is_ice_text(value, 4, 256)) return SdpCause::bad_ice;
  transport_of(c).ice_ufrag = value;
  return kFine;
}

Outcome read_ice_pwd(const Context& c, std::string_view value) {
  if (!is_ice_text(value, 22, 256)) return SdpCause::bad_ice;
  transport_of(c).ice_pwd = value;
  return kFine;
}

Outcome read_ice_options(const Context& c, std::string_view rest) {
  for (auto option = take_word(rest); !option.empty(); option = take_word(rest)) {
    if (!is_token(option)) return SdpCause::bad_ice;
    if (const Outcome cause = append(c, transport_of(c).ice_options, std::string(option)))
      return cause;
  }
  return kFine;
}

/// Bytes of a digest by the registry of RFC 8122 §5; nullopt for a hash that is not in it.
std::optional<std::size_t> digest_size(std::string_view hash) {
  constexpr std::array<std::pair<std::string_view, std::size_t>, 7> sizes{{{"md2", 16},
                                                                           {"md5", 16},
                                                                           {"sha-1", 20},
                                                                           {"sha-224", 28},
                                                                           {"sha-256", 32},
                                                                           {"sha-384", 48},
                                                                           {"sha-512", 64}}};
  return value_named(sizes, hash);
}

/// `AB:CD:…`
std::optional<Bytes> read_digest(std::string_view text) {
  Bytes digest;
  if (text.ends_with(':')) return std::nullopt;
  while (!text.empty()) {
    const std::string_view pair = take_until(text, ':');
    const auto byte = pair.size() == 2 ? from_hex(pair) : std::nullopt;
    if (!byte || digest.size() == kMaxDigest) return std::nullopt;
    digest.push_back(byte->front());
  }
  return digest;
}

Outcome read_fingerprint(const Context& c, std::string_view rest) {
  SdpFingerprint fingerprint{.hash = lower_case(take_word(rest)), .digest = {}};
  auto digest = read_digest(take_word(rest));
  if (!is_token(fingerprint.hash) || !digest || digest->empty() || !take_word(rest).empty())
    return SdpCause::bad_fingerprint;
  if (digest_size(fingerprint.hash).value_or(digest->size()) != digest->size())
    return SdpCause::bad_fingerprint;
  fingerprint.digest = std::move(*digest);
  return append(c, transport_of(c).fingerprints, std::move(fingerprint));
}

Outcome read_setup(const Context& c, std::string_view value) {
  const auto setup = value_named(kSdpSetups, value);
  if (!setup) return SdpCause::bad_setup;
  transport_of(c).setup = setup;
  return kFine;
}

template <SdpDirection direction>
Outcome read_direction(const Context& c, std::string_view) {
  (c.media != nullptr ? c.media->direction : c.session.direction) = direction;
  return kFine;
}

Outcome read_extmap(const Context& c, std::string_view rest) {
  std::string_view head = take_word(rest);
  const auto id = to_number<std::uint16_t>(take_until(head, '/'), 1, kMaxExtmapId);
  const auto direction = value_named(kSdpDirections, head);
  const std::string_view uri = take_word(rest);
  if (!id || (!head.empty() && !direction) || !is_word(uri)) return SdpCause::bad_extmap;
  return append(c, c.media != nullptr ? c.media->extmaps : c.session.extmaps,
                SdpExtmap{*id, direction, std::string(uri)});
}

Outcome read_mid(const Context& c, std::string_view value) {
  if (!is_token(value)) return SdpCause::bad_mid;
  for (const SdpMedia& media : c.session.media)
    if (media.mid == value) return SdpCause::duplicate_mid;
  c.media->mid = value;
  return kFine;
}

Outcome read_rtpmap(const Context& c, std::string_view rest) {
  const CodecReference reference = take_codec(c, rest);
  std::string_view encoding = take_word(rest);
  const std::string_view name = take_until(encoding, '/');
  const auto rate = to_number<std::uint32_t>(take_until(encoding, '/'), 1, 0xFFFFFFFF);
  const auto channels = to_number<std::uint32_t>(encoding.empty() ? "1" : encoding, 1, 255);
  if (!reference.well_formed || !is_token(name) || !rate || !channels) return SdpCause::bad_rtpmap;
  if (reference.codec == nullptr) return kFine;
  reference.codec->name = name;
  reference.codec->clock_rate = *rate;
  reference.codec->channels = *channels;
  return kFine;
}

Outcome read_fmtp(const Context& c, std::string_view rest) {
  if (!c.media->is_rtp()) return kFine;
  const CodecReference reference = take_codec(c, rest);
  if (!reference.well_formed) return SdpCause::bad_fmtp;
  if (reference.codec != nullptr) reference.codec->fmtp = rest;
  return kFine;
}

Outcome read_rtcp_feedback(const Context& c, std::string_view rest) {
  if (rest.starts_with("* ")) {
    rest.remove_prefix(2);
    if (rest.empty()) return SdpCause::bad_rtcp_feedback;
    return append(c, c.media->feedback, std::string(rest));
  }
  const CodecReference reference = take_codec(c, rest);
  if (!reference.well_formed || rest.empty()) return SdpCause::bad_rtcp_feedback;
  if (reference.codec == nullptr) return kFine;
  return append(c, reference.codec->feedback, std::string(rest));
}

Outcome read_candidate(const Context& c, std::string_view value) {
  auto candidate = parse_candidate(value);
  if (!candidate.ok()) {
    if (candidate.error() == CandidateError::unsupported) return kFine;
    return SdpCause::bad_candidate;
  }
  if (c.media->candidates.size() >= c.limits.max_candidates) return SdpCause::too_many_candidates;
  c.media->candidates.push_back(*std::move(candidate));
  return kFine;
}

Outcome read_ssrc(const Context& c, std::string_view rest) {
  const auto ssrc = to_number<std::uint32_t>(take_word(rest), 0, 0xFFFFFFFF);
  const std::string_view name = take_until(rest, ':');
  if (!ssrc || name.empty()) return SdpCause::bad_source;
  auto& sources = c.media->sources;
  const auto known = std::find_if(sources.begin(), sources.end(),
                                  [&](const SdpSource& s) { return s.ssrc.value == *ssrc; });
  const std::string_view cname = name == "cname" ? rest : std::string_view{};
  if (known == sources.end()) return append(c, sources, SdpSource{{*ssrc}, std::string(cname)});
  if (!cname.empty()) known->cname = cname;
  return kFine;
}

Outcome read_ssrc_group(const Context& c, std::string_view rest) {
  SdpSourceGroup group{.semantics = std::string(take_word(rest)), .ssrcs = {}};
  for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
    const auto ssrc = to_number<std::uint32_t>(word, 0, 0xFFFFFFFF);
    if (!ssrc) return SdpCause::bad_source;
    if (const Outcome cause = append(c, group.ssrcs, Ssrc{*ssrc})) return cause;
  }
  if (!is_token(group.semantics) || group.ssrcs.empty()) return SdpCause::bad_source;
  return append(c, c.media->source_groups, std::move(group));
}

Outcome read_msid(const Context& c, std::string_view value) {
  if (value.empty()) return SdpCause::bad_msid;
  return append(c, c.media->msids, std::string(value));
}

Outcome read_rid(const Context& c, std::string_view value) {
  return append(c, c.media->rids, std::string(value));
}

Outcome read_simulcast(const Context& c, std::string_view value) {
  c.media->simulcast = value;
  return kFine;
}

template <std::optional<std::uint32_t> SdpMedia::*member>
Outcome read_packet_time(const Context& c, std::string_view value) {
  c.media->*member = to_number<std::uint32_t>(value, 1, kMaxPacketTime);
  if (!(c.media->*member)) return SdpCause::bad_packet_time;
  return kFine;
}

template <bool SdpMedia::*member>
Outcome set_media_flag(const Context& c, std::string_view) {
  c.media->*member = true;
  return kFine;
}

template <bool SdpSession::*member>
Outcome set_session_flag(const Context& c, std::string_view) {
  c.session.*member = true;
  return kFine;
}

enum class Level : std::uint8_t { session, media, both };

struct Rule {
  std::string_view name;
  Level level;
  Outcome (*apply)(const Context&, std::string_view);
};

constexpr Rule kRules[] = {
    {"group", Level::session, read_group},
    {"ice-lite", Level::session, set_session_flag<&SdpSession::ice_lite>},
    {"extmap-allow-mixed", Level::session, set_session_flag<&SdpSession::extmap_allow_mixed>},
    {"ice-ufrag", Level::both, read_ice_ufrag},
    {"ice-pwd", Level::both, read_ice_pwd},
    {"ice-options", Level::both, read_ice_options},
    {"fingerprint", Level::both, read_fingerprint},
    {"setup", Level::both, read_setup},
    {"sendrecv", Level::both, read_direction<SdpDirection::sendrecv>},
    {"sendonly", Level::both, read_direction<SdpDirection::sendonly>},
    {"recvonly", Level::both, read_direction<SdpDirection::recvonly>},
    {"inactive", Level::both, read_direction<SdpDirection::inactive>},
    {"extmap", Level::both, read_extmap},
    {"mid", Level::media, read_mid},
    {"rtpmap", Level::media, read_rtpmap},
    {"fmtp", Level::media, read_fmtp},
    {"rtcp-fb", Level::media, read_rtcp_feedback},
    {"candidate", Level::media, read_candidate},
    {"end-of-candidates", Level::media, set_media_flag<&SdpMedia::end_of_candidates>},
    {"rtcp-mux", Level::media, set_media_flag<&SdpMedia::rtcp_mux>},
    {"rtcp-rsize", Level::media, set_media_flag<&SdpMedia::rtcp_rsize>},
    {"bundle-only", Level::media, set_media_flag<&SdpMedia::bundle_only>},
    {"ssrc", Level::media, read_ssrc},
    {"ssrc-group", Level::media, read_ssrc_group},
    {"msid", Level::media, read_msid},
    {"ptime", Level::media, read_packet_time<&SdpMedia::ptime>},
    {"maxptime", Level::media, read_packet_time<&SdpMedia::maxptime>},
    {"rid", Level::media, read_rid},
    {"simulcast", Level::media, read_simulcast},
};

}  // namespace

std::optional<SdpCause> apply_sdp_attribute(const SdpAttributeContext& context,
                                            std::string_view name, std::string_view value) {
  const Level skipped = context.media != nullptr ? Level::session : Level::media;
  for (const Rule& rule : kRules)
    if (rule.name == name && rule.level != skipped) return rule.apply(context, value);
  return std::nullopt;
}

}  // namespace parley::wire
