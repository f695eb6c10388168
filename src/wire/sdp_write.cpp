#include "wire/sdp.hpp"
#include "wire/sdp_names.hpp"

namespace parley::wire {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += ' ' + word;
  return text;
}

std::string network_address(const std::string& address) {
  return (address.find(':') == std::string::npos ? "IN IP4 " : "IN IP6 ") + address;
}

std::string digest_text(const Bytes& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    if (!text.empty()) text += ':';
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

class Writer {
 public:
  std::string write(const SdpSession& session) {
    const SdpOrigin& origin = session.origin;
    line('v', "0");
    line('o', origin.username + ' ' + number(origin.session_id) + ' ' + number(origin.version) +
                  ' ' + network_address(origin.address));
    line('s', session.name);
    if (!session.connection.empty()) line('c', network_address(session.connection));
    line('t', number(session.start) + ' ' + number(session.stop));
    for (const auto& mids : session.bundles) attribute("group:BUNDLE", join(mids));
    flag("ice-lite", session.ice_lite);
    flag("extmap-allow-mixed", session.extmap_allow_mixed);
    write_transport(session.transport);
    write_extmaps(session.extmaps);
    if (session.direction) attribute(name_of(kSdpDirections, *session.direction));
    for (const SdpMedia& media : session.media) write_media(media);
    return std::move(text_);
  }

 private:
  void line(char type, std::string_view value) {
    text_ += type;
    text_ += '=';
    text_ += value;
    text_ += "\r\n";
  }

  void attribute(std::string_view name, std::string_view value = {}) {
    text_ += "a=";
    text_ += name;
    text_ += value;
    text_ += "\r\n";
  }

  void flag(std::string_view name, bool set) {
    if (set) attribute(name);
  }

  void text(std::string_view name, std::string_view value) {
    if (!value.empty()) attribute(name, value);
  }

  void write_transport(const SdpTransport& transport) {
    text("ice-ufrag:", transport.ice_ufrag);
    text("ice-pwd:", transport.ice_pwd);
    if (!transport.ice_options.empty())
      attribute("ice-options:", join(transport.ice_options).substr(1));
    for (const SdpFingerprint& fingerprint : transport.fingerprints)
      attribute("fingerprint:", fingerprint.hash + ' ' + digest_text(fingerprint.digest));
    if (transport.setup) attribute("setup:", name_of(kSdpSetups, *transport.setup));
  }

  void write_extmaps(const std::vector<SdpExtmap>& extmaps) {
    for (const SdpExtmap& extmap : extmaps) {
      std::string value = number(extmap.id);
      if (extmap.direction) (value += '/') += name_of(kSdpDirections, *extmap.direction);
      attribute("extmap:", value + ' ' + extmap.uri);
    }
  }

  void write_media(const SdpMedia& media) {
    std::string formats = join(media.formats);
    for (const SdpCodec& codec : media.codecs) formats += ' ' + number(codec.payload_type.value);
    line('m', media.kind + ' ' + number(media.port) + ' ' + media.protocol + formats);
    if (!media.connection.empty()) line('c', network_address(media.connection));
    for (const SdpCandidate& candidate : media.candidates) attribute(write_candidate(candidate));
    flag("end-of-candidates", media.end_of_candidates);
    write_transport(media.transport);
    text("mid:", media.mid);
    flag("bundle-only", media.bundle_only);
    write_extmaps(media.extmaps);
    if (media.direction) attribute(name_of(kSdpDirections, *media.direction));
    for (const std::string& msid : media.msids) attribute("msid:", msid);
    flag("rtcp-mux", media.rtcp_mux);
    flag("rtcp-rsize", media.rtcp_rsize);
    for (const std::string& feedback : media.feedback) attribute("rtcp-fb:* ", feedback);
    for (const SdpCodec& codec : media.codecs) write_codec(codec);
    if (media.ptime) attribute("ptime:", number(*media.ptime));
    if (media.maxptime) attribute("maxptime:", number(*media.maxptime));
    for (const std::string& rid : media.rids) attribute("rid:", rid);
    text("simulcast:", media.simulcast);
    write_sources(media);
  }

  void write_codec(const SdpCodec& codec) {
    const std::string prefix = number(codec.payload_type.value) + ' ';
    if (!codec.name.empty()) {
      std::string encoding = codec.name + '/' + number(codec.clock_rate);
      if (codec.channels > 1) encoding += '/' + number(codec.channels);
      attribute("rtpmap:", prefix + encoding);
    }
    for (const std::string& feedback : codec.feedback) attribute("rtcp-fb:", prefix + feedback);
    if (!codec.fmtp.empty()) attribute("fmtp:", prefix + codec.fmtp);
  }

  void write_sources(const SdpMedia& media) {
    for (const SdpSourceGroup& group : media.source_groups) {
      std::string value = group.semantics;
      for (const Ssrc ssrc : group.ssrcs) value += ' ' + number(ssrc.value);
      attribute("ssrc-group:", value);
    }
    for (const SdpSource& source : media.sources)
      attribute("ssrc:", number(source.ssrc.value) + " cname:" + source.cname);
  }

  std::string text_;
};

}  // namespace

std::string write_sdp(const SdpSession& session) {
  return Writer().write(session);
}

}  // namespace parley::wire
