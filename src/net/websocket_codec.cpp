#include "net/websocket_codec.hpp"

#include <algorithm>

#include "net/websocket.hpp"

namespace parley::net {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kControl = 0x08;
constexpr std::size_t kMaxControl = 125;  // RFC 6455 §5.5

bool is_control(WebSocketOpcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & kControl) != 0;
}

/// The bytes that follow a UTF-8 lead byte and the range of the first of them (RFC 3629 §4).
struct Utf8Form {
  std::size_t following;
  std::uint8_t low;
  std::uint8_t high;
};

std::optional<Utf8Form> utf8_form(std::uint8_t lead) {
  if (lead < 0x80) return Utf8Form{0, 0, 0};
  if (lead >= 0xC2 && lead <= 0xDF) return Utf8Form{1, 0x80, 0xBF};
  if (lead == 0xE0) return Utf8Form{2, 0xA0, 0xBF};
  if (lead == 0xED) return Utf8Form{2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return Utf8Form{2, 0x80, 0xBF};
  if (lead == 0xF0) return Utf8Form{3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return Utf8Form{3, 0x80, 0xBF};
  if (lead == 0xF4) return Utf8Form{3, 0x80, 0x8F};
  return std::nullopt;
}

bool is_sendable_code(unsigned code) {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t i = 0;
  while (i < text.size()) {
    const auto form = utf8_form(bytes[i++]);
    if (!form || form->following > text.size() - i) return false;
    for (std::size_t k = 0; k < form->following; ++k, ++i) {
      const std::uint8_t low = k == 0 ? form->low : 0x80;
      const std::uint8_t high = k == 0 ? form->high : 0xBF;
      if (bytes[i] < low || bytes[i] > high) return false;
    }
  }
  return true;
}

Result<std::optional<WebSocketEvent>, std::uint16_t> WebSocketReader::poll() {
  while (true) {
    const auto header = parse_header();
    if (!header) return Failure{header.error()};
    if (!*header) return std::optional<WebSocketEvent>{};
    if (const auto code = check(**header)) return Failure{*code};
    if (buffer_.size() - (*header)->size < (*header)->length)
      return std::optional<WebSocketEvent>{};
    auto event = accept(**header);
    if (!event || *event) return event;
  }
}

/// No extension is negotiated, so the reserved bits are zero; masking is what the role demands.
bool WebSocketReader::is_legal(std::uint8_t first, std::uint8_t second) const {
  const std::uint8_t opcode = first & 0x0F;
  if ((first & 0x70) != 0) return false;
  if (opcode > 10 || (opcode > 2 && opcode < 8)) return false;
  return ((second & kMasked) != 0) == (role_ == WebSocketRole::server);
}

Result<std::optional<WebSocketReader::Header>, std::uint16_t> WebSocketReader::parse_header()
    const {
  ByteReader reader(as_bytes(buffer_));
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  if (!reader.ok()) return std::optional<Header>{};
  if (!is_legal(first, second)) return Failure{websocket_close::kProtocolError};
  Header header{
      static_cast<WebSocketOpcode>(first & 0x0F), (first & kFinal) != 0, 0, second & 0x7Fu, {}};
  if (header.length == 126) {
    header.length = reader.u16();
  } else if (header.length == 127) {
    header.length = reader.u64();
  }
  if (second & kMasked)
    for (std::uint8_t& byte : header.mask) byte = reader.u8();
  if (!reader.ok()) return std::optional<Header>{};
  header.size = buffer_.size() - reader.remaining();
  return std::optional<Header>{header};
}

/// What can be refused before the payload is there.
std::optional<std::uint16_t> WebSocketReader::check(const Header& header) const {
  if (is_control(header.opcode)) {
    if (!header.final || header.length > kMaxControl) return websocket_close::kProtocolError;
    return std::nullopt;
  }
  const bool continues = header.opcode == WebSocketOpcode::continuation;
  if (continues != message_.has_value()) return websocket_close::kProtocolError;
  const std::size_t before = message_ ? message_->payload.size() : 0;
  if (header.length > max_message_ - before) return websocket_close::kTooBig;
  return std::nullopt;
}

std::string WebSocketReader::take_payload(const Header& header) {
  std::string payload = buffer_.substr(header.size, static_cast<std::size_t>(header.length));
  buffer_.erase(0, header.size + payload.size());
  for (std::size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ header.mask[i % 4]);
  return payload;
}

/// One whole frame is in the buffer. nullopt: it was a fragment.
Result<std::optional<WebSocketEvent>, std::uint16_t> WebSocketReader::accept(const Header& header) {
  std::string payload = take_payload(header);
  if (is_control(header.opcode))
    return std::optional<WebSocketEvent>{WebSocketEvent{header.opcode, std::move(payload)}};
  if (!message_) {
    message_ = WebSocketEvent{header.opcode, std::move(payload)};
  } else {
    message_->payload.append(payload);
  }
  if (!header.final) return std::optional<WebSocketEvent>{};
  std::optional<WebSocketEvent> event;
  event.swap(message_);
  if (event->opcode == WebSocketOpcode::text && !is_utf8(event->payload))
    return Failure{websocket_close::kInvalidPayload};
  return event;
}

void write_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                           std::optional<std::uint32_t> mask) {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(kFinal | static_cast<std::uint8_t>(opcode)));
  const std::uint8_t masked = mask ? kMasked : 0;
  if (payload.size() < 126) {
    writer.u8(static_cast<std::uint8_t>(masked | payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    writer.u8(masked | 126);
    writer.u16(static_cast<std::uint16_t>(payload.size()));
  } else {
    writer.u8(masked | 127);
    writer.u64(payload.size());
  }
  if (mask) writer.u32(*mask);
  out.append(as_text(writer.view())).append(payload);
  if (!mask) return;
  char* body = out.data() + out.size() - payload.size();
  for (std::size_t i = 0; i < payload.size(); ++i)
    body[i] = static_cast<char>(static_cast<std::uint8_t>(body[i]) ^
                                (*mask >> (24 - 8 * (i % 4)) & 0xFF));
}

std::string websocket_close_payload(std::uint16_t code, std::string_view reason) {
  std::size_t size = std::min<std::size_t>(reason.size(), kMaxControl - 2);
  while (size > 0 && !is_utf8(reason.substr(0, size))) --size;
  const char bytes[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return std::string(bytes, 2).append(reason.substr(0, size));
}

std::optional<WebSocketClose> parse_websocket_close(std::string_view payload) {
  if (payload.empty()) return WebSocketClose{websocket_close::kNoStatus, ""};
  ByteReader reader(as_bytes(payload));
  const std::uint16_t code = reader.u16();
  const std::string_view reason = as_text(reader.rest());
  if (!reader.ok() || !is_sendable_code(code) || !is_utf8(reason)) return std::nullopt;
  return WebSocketClose{code, std::string(reason)};
}

}  // namespace parley::net
