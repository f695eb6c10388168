#include <gtest/gtest.h>

#include "wire/sdp.hpp"

namespace parley::wire {
namespace {

const std::string kHead = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const std::string kAudio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

std::string repeated(const std::string& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line;
  return text;
}

void expect_error(const std::string& text, std::size_t line, SdpCause cause,
                  const SdpLimits& limits = {}) {
  const auto session = parse_sdp(text, limits);
  if (session.ok()) {
    ADD_FAILURE() << "accepted: " << text;
    return;
  }
  EXPECT_EQ(session.error(), (SdpError{line, cause})) << to_text(session.error()) << '\n' << text;
}

TEST(SdpErrors, NameTheLineAndTheCause) {
  const auto session = parse_sdp(kHead + kAudio + "a=candidate:nonsense\r\n");
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(to_text(session.error()), "line 6: a=candidate is malformed");
}

TEST(SdpErrors, EveryCauseHasAText) {
  for (int cause = 0; cause <= static_cast<int>(SdpCause::bad_packet_time); ++cause)
    EXPECT_GT(to_text({3, static_cast<SdpCause>(cause)}).size(), 12u) << cause;
}

TEST(SdpErrors, TheHeadMustBeComplete) {
  expect_error("", 0, SdpCause::missing_line);
  expect_error("o=- 1 1 IN IP4 127.0.0.1\r\n", 1, SdpCause::missing_line);
  expect_error("v=1\r\n", 1, SdpCause::bad_version);
  expect_error("v=0\r\ns=-\r\n", 2, SdpCause::missing_line);
  expect_error("v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\n", 0, SdpCause::missing_line);
  expect_error("v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\n" + kAudio, 4, SdpCause::missing_line);
  for (const char* origin : {"- 1 1 IN IP4", "- 1 1 IN IP5 x", "- x 1 IN IP4 x", "- 1 1 IN IP4 x y",
                             "- -1 1 IN IP4 x", "- 18446744073709551616 1 IN IP4 x"})
    expect_error("v=0\r\no=" + std::string(origin) + "\r\n", 2, SdpCause::bad_origin);
  expect_error("v=0\no=- 1 1 IN IP4 x\ns=-\nt=0\n", 4, SdpCause::bad_timing);
}

TEST(SdpErrors, LinesAreLetterEqualsText) {
  for (const char* line : {"a", "abc", "=a", "a:b", "a=x\ry"})
    expect_error(kHead + line + "\r\n", 5, SdpCause::bad_line);
  expect_error(kHead + std::string("a=x\0y\r\n", 7), 5, SdpCause::bad_line);
}

TEST(SdpErrors, MediaLines) {
  for (const char* media :
       {"audio", "audio 9", "audio 9 RTP/AVP", "audio 65536 RTP/AVP 0", "audio 9/2 RTP/AVP 0",
        "audio 9 RTP/AVP 128", "audio 9 RTP/AVP 0 0", "audio 9 RTP/AVP x", "audio 9 RTP//AVP 0",
        "au/dio 9 RTP/AVP 0", "application 9 UDP/DTLS/SCTP a/b"})
    expect_error(kHead + "m=" + media + "\r\n", 5, SdpCause::bad_media);
}

TEST(SdpErrors, Attributes) {
  const std::string digest20 = "00" + repeated(":00", 19);
  const std::pair<std::string, SdpCause> lines[] = {
      {"c=IN IP4", SdpCause::bad_connection},
      {"c=IN IP4 a b", SdpCause::bad_connection},
      {"a=mid:", SdpCause::bad_mid},
      {"a=mid:a b", SdpCause::bad_mid},
      {"a=rtpmap:128 opus/48000/2", SdpCause::bad_rtpmap},
      {"a=rtpmap:111", SdpCause::bad_rtpmap},
      {"a=rtpmap:111 opus", SdpCause::bad_rtpmap},
      {"a=rtpmap:111 opus/0", SdpCause::bad_rtpmap},
      {"a=rtpmap:111 opus/48000/0", SdpCause::bad_rtpmap},
      {"a=rtpmap:111 opus/48000/2/2", SdpCause::bad_rtpmap},
      {"a=rtpmap:111 /48000", SdpCause::bad_rtpmap},
      {"a=fmtp:x a=1", SdpCause::bad_fmtp},
      {"a=rtcp-fb:111", SdpCause::bad_rtcp_feedback},
      {"a=rtcp-fb:* ", SdpCause::bad_rtcp_feedback},
      {"a=ice-ufrag:abc", SdpCause::bad_ice},
      {"a=ice-ufrag:ab c", SdpCause::bad_ice},
      {"a=ice-pwd:012345678901234567890", SdpCause::bad_ice},
      {"a=ice-pwd:" + std::string(257, 'a'), SdpCause::bad_ice},
      {"a=ice-options:a/b", SdpCause::bad_ice},
      {"a=fingerprint:sha-1", SdpCause::bad_fingerprint},
      {"a=fingerprint:sha-256 " + digest20, SdpCause::bad_fingerprint},
      {"a=fingerprint:sha-1 " + digest20 + ":", SdpCause::bad_fingerprint},
      {"a=fingerprint:sha-1 " + digest20 + " x", SdpCause::bad_fingerprint},
      {"a=fingerprint:x 0:00", SdpCause::bad_fingerprint},
      {"a=fingerprint:x 00" + repeated(":00", 64), SdpCause::bad_fingerprint},
      {"a=setup:both", SdpCause::bad_setup},
      {"a=extmap:0 urn:x", SdpCause::bad_extmap},
      {"a=extmap:4352 urn:x", SdpCause::bad_extmap},
      {"a=extmap:1/up urn:x", SdpCause::bad_extmap},
      {"a=extmap:1", SdpCause::bad_extmap},
      {"a=ssrc:4294967296 cname:x", SdpCause::bad_source},
      {"a=ssrc:1", SdpCause::bad_source},
      {"a=ssrc-group:FID", SdpCause::bad_source},
      {"a=ssrc-group:FID x", SdpCause::bad_source},
      {"a=msid:", SdpCause::bad_msid},
      {"a=ptime:0", SdpCause::bad_packet_time},
      {"a=maxptime:20.5", SdpCause::bad_packet_time},
  };
  for (const auto& [line, cause] : lines) expect_error(kHead + kAudio + line + "\r\n", 6, cause);
  expect_error(kHead + "a=group:BUNDLE a/b\r\n", 5, SdpCause::bad_group);
  expect_error(kHead + kAudio + "a=mid:0\r\n" + kAudio + "a=mid:0\r\n", 8, SdpCause::duplicate_mid);
}

TEST(SdpErrors, Candidates) {
  for (const char* candidate :
       {"", "1 1 udp 1 1.2.3.4 9", "1 0 udp 1 1.2.3.4 9 typ host", "1 257 udp 1 1.2.3.4 9 typ host",
        "1 1 udp x 1.2.3.4 9 typ host", "1 1 udp 4294967296 1.2.3.4 9 typ host",
        "1 1 udp 1 1.2.3.4 65536 typ host", "1 1 udp 1 1.2.3.4 9 type host",
        "1 1 udp 1 1.2.3.4 9 typ host raddr", "1 1 udp 1 1.2.3.4 9 typ host rport x",
        "1 1 tcp 1 1.2.3.4 9 typ host tcptype x", "a-b 1 udp 1 1.2.3.4 9 typ host",
        "123456789012345678901234567890123 1 udp 1 1.2.3.4 9 typ host"})
    expect_error(kHead + kAudio + "a=candidate:" + candidate + "\r\n", 6, SdpCause::bad_candidate);
}

TEST(SdpLimits, AreReachedAndNotPassed) {
  const SdpLimits limits{.max_bytes = 2000,
                         .max_lines = 50,
                         .max_sections = 3,
                         .max_payload_types = 4,
                         .max_candidates = 2,
                         .max_repeats = 5};
  const std::string candidate = "a=candidate:1 1 udp 1 1.2.3.4 9 typ host\r\n";
  const auto accepts = [&](const std::string& text) {
    return parse_sdp(kHead + text, limits).ok();
  };
  EXPECT_TRUE(accepts(repeated(kAudio, 3)));
  expect_error(kHead + repeated(kAudio, 4), 8, SdpCause::too_many_sections, limits);
  EXPECT_TRUE(accepts("m=audio 9 RTP/AVP 1 2 3 4\r\n"));
  expect_error(kHead + "m=audio 9 RTP/AVP 1 2 3 4 5\r\n", 5, SdpCause::too_many_payload_types,
               limits);
  EXPECT_TRUE(accepts(kAudio + repeated(candidate, 2)));
  expect_error(kHead + kAudio + repeated(candidate, 3), 8, SdpCause::too_many_candidates, limits);
  EXPECT_TRUE(accepts(repeated("a=x\r\n", 46)));
  expect_error(kHead + repeated("a=x\r\n", 47), 51, SdpCause::too_many_lines, limits);
  EXPECT_TRUE(accepts("a=" + std::string(1996 - kHead.size(), 'x') + "\r\n"));
  expect_error(kHead + "a=" + std::string(1997 - kHead.size(), 'x') + "\r\n", 0,
               SdpCause::too_many_bytes, limits);
}

TEST(SdpLimits, HoldForEverythingThatRepeats) {
  const SdpLimits limits{.max_repeats = 2};
  const std::string at_session[] = {"a=group:BUNDLE 0\r\n", "a=fingerprint:x 00\r\n",
                                    "a=extmap:1 urn:x\r\n", "a=ice-options:x\r\n"};
  for (const std::string& line : at_session) {
    EXPECT_TRUE(parse_sdp(kHead + repeated(line, 2), limits).ok()) << line;
    expect_error(kHead + repeated(line, 3), 7, SdpCause::too_many_repeats, limits);
  }
  const std::string in_media[] = {"a=rtcp-fb:111 nack\r\n", "a=rtcp-fb:* nack\r\n",
                                  "a=rid:1 send\r\n",       "a=msid:a\r\n",
                                  "a=ssrc-group:F 1\r\n",   "a=extmap:1 urn:x\r\n"};
  for (const std::string& line : in_media) {
    EXPECT_TRUE(parse_sdp(kHead + kAudio + repeated(line, 2), limits).ok()) << line;
    expect_error(kHead + kAudio + repeated(line, 3), 8, SdpCause::too_many_repeats, limits);
  }
  expect_error(kHead + "a=group:BUNDLE 0 1 2\r\n", 5, SdpCause::too_many_repeats, limits);
  expect_error(kHead + kAudio + "a=ssrc:1 a:b\r\na=ssrc:2 a:b\r\na=ssrc:3 a:b\r\n", 8,
               SdpCause::too_many_repeats, limits);
  expect_error(kHead + kAudio + "a=ssrc-group:F 1 2 3\r\n", 6, SdpCause::too_many_repeats, limits);
}

TEST(SdpLimits, TheDefaultsAreTheDocumentedOnes) {
  EXPECT_EQ(SdpLimits{}.max_bytes, 65536u);
  EXPECT_EQ(SdpLimits{}.max_sections, 64u);
  EXPECT_EQ(SdpLimits{}.max_candidates, 64u);
  expect_error(std::string(65537, 'x'), 0, SdpCause::too_many_bytes);
}

TEST(SdpLeniency, TakesBareLineFeedsBlankLinesAndUnknownLines) {
  const auto session = parse_sdp(
      "v=0\no=- 1 1 IN IP4 x\ns=\ni=info\nb=AS:1\nt=0 0\nt=1 2\n\na=unknown\nm=audio 9 RTP/AVP "
      "0\ni=x\n"
      "a=ice-lite\na=rtpmap:99 other/1\na=sctp-port:5\n\n");
  ASSERT_TRUE(session.ok()) << to_text(session.error());
  EXPECT_EQ(session->name, "-");
  EXPECT_EQ(session->stop, 0u);
  EXPECT_FALSE(session->ice_lite) << "a session attribute means nothing in a section";
  EXPECT_EQ(session->media[0].codecs.size(), 1u);
}

TEST(Candidate, TakesTheBrowsersFormAndRefusesControlCharacters) {
  const auto candidate = parse_candidate("candidate:1 1 UDP 7 1.2.3.4 9 TYP host");
  EXPECT_FALSE(candidate.ok());
  const auto upper = parse_candidate("candidate:1 1 UDP 7 1.2.3.4 9 typ HOST");
  ASSERT_TRUE(upper.ok());
  EXPECT_EQ(write_candidate(*upper), "candidate:1 1 udp 7 1.2.3.4 9 typ host");
  EXPECT_FALSE(parse_candidate("1 1 udp 7 1.2.3.4\r\na=x 9 typ host").ok());
  EXPECT_FALSE(parse_candidate("1 1 udp 7 " + std::string(256, 'a') + " 9 typ host").ok());
  EXPECT_TRUE(parse_candidate("1 1 udp 7 " + std::string(255, 'a') + " 9 typ host").ok());
  EXPECT_EQ(parse_candidate("1 1 quic 7 a 9 typ host").error(), CandidateError::unsupported);
  EXPECT_EQ(parse_candidate("1 1 udp 7 a 9 typ moon").error(), CandidateError::unsupported);
}

}  // namespace
}  // namespace parley::wire
