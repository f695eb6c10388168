#include <array>

#include "wire/sdp.hpp"
#include "wire/sdp_attributes.hpp"
#include "wire/sdp_text.hpp"

namespace parley::wire {
namespace {

using Outcome = std::optional<SdpCause>;

/// RFC 3551 §6: payload types that need no rtpmap.
struct StaticCodec {
  std::uint8_t payload_type;
  std::string_view name;
  std::uint32_t clock_rate;
};
constexpr std::array<StaticCodec, 4> kStaticCodecs{
    {{0, "PCMU", 8000}, {8, "PCMA", 8000}, {9, "G722", 8000}, {13, "CN", 8000}}};

bool has_control_character(std::string_view line) {
  return std::any_of(line.begin(), line.end(),
                     [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
}

/// The address of `IN IP4 ADDRESS`, which must be all that is left; empty when malformed.
std::string_view read_address(std::string_view rest) {
  const bool internet = take_word(rest) == "IN";
  const std::string_view type = take_word(rest);
  const std::string_view address = take_word(rest);
  const bool known = type == "IP4" || type == "IP6";
  if (!internet || !known || !is_word(address) || !take_word(rest).empty()) return {};
  return address;
}

bool is_protocol(std::string_view text) {
  if (text.empty() || text.ends_with('/')) return false;
  while (!text.empty())
    if (!is_token(take_until(text, '/'))) return false;
  return true;
}

class Parser {
 public:
  explicit Parser(const SdpLimits& limits) : limits_(limits) {}

  Result<SdpSession, SdpError> parse(std::string_view text) {
    if (text.size() > limits_.max_bytes) return Failure{SdpError{0, SdpCause::too_many_bytes}};
    while (!text.empty()) {
      std::string_view line = take_until(text, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (++line_number_ > limits_.max_lines)
        return Failure{SdpError{line_number_, SdpCause::too_many_lines}};
      if (line.empty()) continue;
      if (const Outcome cause = read_line(line)) return Failure{SdpError{line_number_, *cause}};
    }
    if (stage_ != Stage::complete) return Failure{SdpError{0, SdpCause::missing_line}};
    return std::move(session_);
  }

 private:
  /// How many of the required lines have come.
  enum class Stage : std::uint8_t { version, origin, name, timing, complete };

  Outcome read_line(std::string_view line) {
    if (line.size() < 2 || line[1] != '=' || has_control_character(line)) return SdpCause::bad_line;
    const char type = line[0];
    const std::string_view value = line.substr(2);
    if (stage_ < Stage::timing) return read_required(type, value);
    switch (type) {  // the alphabet, not an enum of ours: other lines mean nothing to us
      case 't':
        return read_timing(value);
      case 'c':
        return read_connection(value);
      case 'm':
        return read_media(value);
      case 'a':
        return read_attribute(value);
      default:
        return std::nullopt;
    }
  }

  Outcome read_required(char type, std::string_view value) {
    constexpr std::string_view order = "vos";
    if (type != order[static_cast<std::size_t>(stage_)]) return SdpCause::missing_line;
    const Stage stage = stage_;
    stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
    if (stage == Stage::version) return value == "0" ? Outcome{} : SdpCause::bad_version;
    if (stage == Stage::origin) return read_origin(value);
    session_.name = value.empty() ? "-" : value;
    return std::nullopt;
  }

  Outcome read_origin(std::string_view rest) {
    constexpr std::uint64_t max = UINT64_MAX;
    SdpOrigin& origin = session_.origin;
    origin.username = take_word(rest);
    const auto id = to_number<std::uint64_t>(take_word(rest), 0, max);
    const auto version = to_number<std::uint64_t>(take_word(rest), 0, max);
    origin.address = read_address(rest);
    if (origin.username.empty() || !id || !version || origin.address.empty())
      return SdpCause::bad_origin;
    origin.session_id = *id;
    origin.version = *version;
    return std::nullopt;
  }

  /// Of several periods the first is kept.
  Outcome read_timing(std::string_view rest) {
    const auto start = to_number<std::uint64_t>(take_word(rest), 0, UINT64_MAX);
    const auto stop = to_number<std::uint64_t>(take_word(rest), 0, UINT64_MAX);
    if (!start || !stop) return SdpCause::bad_timing;
    if (stage_ == Stage::complete) return std::nullopt;
    session_.start = *start;
    session_.stop = *stop;
    stage_ = Stage::complete;
    return std::nullopt;
  }

  Outcome read_connection(std::string_view value) {
    const std::string_view address = read_address(value);
    if (address.empty()) return SdpCause::bad_connection;
    (session_.media.empty() ? session_.connection : session_.media.back().connection) = address;
    return std::nullopt;
  }

  Outcome read_media(std::string_view rest) {
    if (stage_ != Stage::complete) return SdpCause::missing_line;
    if (session_.media.size() >= limits_.max_sections) return SdpCause::too_many_sections;
    SdpMedia media;
    media.connection.clear();
    media.kind = take_word(rest);
    const auto port = to_number<std::uint16_t>(take_word(rest), 0, 0xFFFF);
    media.protocol = take_word(rest);
    if (!is_token(media.kind) || !port || !is_protocol(media.protocol)) return SdpCause::bad_media;
    media.port = *port;
    std::size_t count = 0;
    for (auto format = take_word(rest); !format.empty(); format = take_word(rest)) {
      if (++count > limits_.max_payload_types) return SdpCause::too_many_payload_types;
      if (!read_format(format, media)) return SdpCause::bad_media;
    }
    if (count == 0) return SdpCause::bad_media;
    session_.media.push_back(std::move(media));
    return std::nullopt;
  }

  static bool read_format(std::string_view format, SdpMedia& media) {
    if (!media.is_rtp()) {
      media.formats.emplace_back(format);
      return is_token(format);
    }
    const auto payload_type = to_number<std::uint8_t>(format, 0, 127);
    if (!payload_type || media.find_codec({*payload_type}) != nullptr) return false;
    SdpCodec codec;
    codec.payload_type = {*payload_type};
    for (const StaticCodec& known : kStaticCodecs) {
      if (known.payload_type != *payload_type) continue;
      codec.name = known.name;
      codec.clock_rate = known.clock_rate;
    }
    media.codecs.push_back(std::move(codec));
    return true;
  }

  Outcome read_attribute(std::string_view value) {
    const std::string_view name = take_until(value, ':');
    SdpMedia* const media = session_.media.empty() ? nullptr : &session_.media.back();
    return apply_sdp_attribute({session_, media, limits_}, name, value);
  }

  const SdpLimits& limits_;
  SdpSession session_;
  Stage stage_ = Stage::version;
  std::size_t line_number_ = 0;
};

}  // namespace

Result<SdpSession, SdpError> parse_sdp(std::string_view text, const SdpLimits& limits) {
  return Parser(limits).parse(text);
}

}  // namespace parley::wire
