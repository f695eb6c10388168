#include "net/websocket_codec.hpp"

#include <gtest/gtest.h>

#include "net/websocket.hpp"
#include "net/websocket_handshake.hpp"

namespace parley::net {
namespace {

using Op = WebSocketOpcode;

std::string frame(Op opcode, std::string_view payload,
                  std::optional<std::uint32_t> mask = 0x01020304) {
  std::string out;
  write_websocket_frame(out, opcode, payload, mask);
  return out;
}

std::string hex_bytes(std::string_view hex) {
  return std::string(as_text(*from_hex(hex)));
}

/// All events in `bytes`, as `opcode:payload;`, then `!code` when it ends in an error.
std::string read(const std::string& bytes, WebSocketRole role = WebSocketRole::server,
                 std::size_t limit = 1000, std::size_t step = 10'000'000) {
  WebSocketReader reader(role, limit);
  std::string seen;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(as_bytes(std::string_view(bytes).substr(at, step)));
    while (true) {
      const auto event = reader.poll();
      if (!event) return seen + "!" + std::to_string(event.error());
      if (!*event) break;
      seen += std::to_string(int((*event)->opcode)) + ":" + (*event)->payload + ";";
    }
  }
  return seen;
}

// RFC 6455 §5.7.
TEST(WebSocketCodec, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(read(hex_bytes("810548656c6c6f"), WebSocketRole::client), "1:Hello;");
  EXPECT_EQ(read(hex_bytes("818537fa213d7f9f4d5158")), "1:Hello;");
  EXPECT_EQ(read(hex_bytes("010348656c80026c6f"), WebSocketRole::client), "1:Hello;");
  EXPECT_EQ(read(hex_bytes("890548656c6c6f"), WebSocketRole::client), "9:Hello;");
  EXPECT_EQ(read(hex_bytes("8a8537fa213d7f9f4d5158")), "10:Hello;");
}

// RFC 6455 §1.3.
TEST(WebSocketCodec, AcceptsTheKeyOfTheRfc) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketCodec, RoundTripsEveryLengthFormInAnyPieces) {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 70000u}) {
    const std::string payload(size, 'x');
    const std::string expected = "2:" + payload + ";";
    const std::string bytes = frame(Op::binary, payload);
    EXPECT_EQ(read(bytes, WebSocketRole::server, 70000), expected);
    const std::size_t step = size <= 127 ? 1 : 4096;
    EXPECT_EQ(read(bytes, WebSocketRole::server, 70000, step), expected);
    EXPECT_EQ(read(frame(Op::binary, payload, std::nullopt), WebSocketRole::client, 70000),
              expected);
  }
}

TEST(WebSocketCodec, JoinsFragmentsAroundControlFrames) {
  std::string first = frame(Op::text, "ab");
  first[0] = char(first[0] & 0x7F);
  std::string second = frame(Op::continuation, "cd");
  second[0] = char(second[0] & 0x7F);
  const std::string last = frame(Op::continuation, "e");
  EXPECT_EQ(read(first + frame(Op::ping, "p") + second + last + frame(Op::text, "f")),
            "9:p;1:abcde;1:f;");
}

TEST(WebSocketCodec, RefusesBrokenFrames) {
  std::string fragment = frame(Op::text, "a");
  fragment[0] = char(fragment[0] & 0x7F);
  std::string long_ping = frame(Op::ping, std::string(126, 'x'));
  std::string cut_ping = frame(Op::ping, "x");
  cut_ping[0] = char(cut_ping[0] & 0x7F);
  std::string reserved = frame(Op::text, "a");
  reserved[0] = char(reserved[0] | 0x40);
  for (const std::string& bytes : {frame(Op::text, "a", std::nullopt), frame(Op::continuation, "a"),
                                   fragment + frame(Op::text, "b"), long_ping, cut_ping, reserved,
                                   frame(Op(3), "a"), frame(Op(11), "a")})
    EXPECT_TRUE(read(bytes).ends_with("!1002")) << to_hex(as_bytes(bytes));
  EXPECT_EQ(read(frame(Op::text, "a"), WebSocketRole::client), "!1002");
}

TEST(WebSocketCodec, RefusesAMessageOverTheLimitBeforeItsPayloadCame) {
  EXPECT_EQ(read(frame(Op::text, std::string(1001, 'x')).substr(0, 8)), "!1009");
  EXPECT_EQ(read(hex_bytes("82ffffffffffffffffff00000000")), "!1009");
  std::string fragment = frame(Op::text, std::string(600, 'x'));
  fragment[0] = char(fragment[0] & 0x7F);
  EXPECT_EQ(read(fragment + frame(Op::continuation, std::string(401, 'x'))), "!1009");
  EXPECT_NE(read(fragment + frame(Op::continuation, std::string(400, 'x'))), "!1009");
}

TEST(WebSocketCodec, ChecksUtf8) {
  for (const char* good : {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3\x28"})
    EXPECT_FALSE(is_utf8(bad)) << to_hex(as_bytes(bad));
  EXPECT_EQ(read(frame(Op::text, "\xC3\x28")), "!1007");
}

TEST(WebSocketCodec, ReadsAndWritesCloses) {
  const auto close = parse_websocket_close(websocket_close_payload(1000, "bye"));
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code, 1000);
  EXPECT_EQ(close->reason, "bye");
  EXPECT_EQ(parse_websocket_close("")->code, websocket_close::kNoStatus);
  EXPECT_FALSE(parse_websocket_close("\x03"));
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000})
    EXPECT_FALSE(parse_websocket_close(websocket_close_payload(std::uint16_t(code), ""))) << code;
  EXPECT_FALSE(parse_websocket_close(std::string("\x03\xE8\xFF")));
  std::string reason;
  while (reason.size() < 130) reason += "\xC3\xA9";
  EXPECT_EQ(websocket_close_payload(1000, reason).size(), 124u);
}

}  // namespace
}  // namespace parley::net
