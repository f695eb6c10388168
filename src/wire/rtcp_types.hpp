#pragma once

#include <cstdint>

/// The numbers that the RTCP parser and writer share.
namespace parley::wire {

// RFC 3550 §12.1, RFC 4585 §9.
inline constexpr std::uint8_t kRtcpSenderReport = 200;
inline constexpr std::uint8_t kRtcpReceiverReport = 201;
inline constexpr std::uint8_t kRtcpSourceDescription = 202;
inline constexpr std::uint8_t kRtcpGoodbye = 203;
inline constexpr std::uint8_t kRtcpTransportFeedback = 205;
inline constexpr std::uint8_t kRtcpPayloadFeedback = 206;

// Feedback formats: RFC 4585 §6.2.1 and §6.3.1, RFC 5104 §4.3.1.
inline constexpr std::uint8_t kFeedbackNack = 1;
inline constexpr std::uint8_t kFeedbackPli = 1;
inline constexpr std::uint8_t kFeedbackFir = 4;

// RFC 3550 §6.5.1.
inline constexpr std::uint8_t kSdesCname = 1;

}  // namespace parley::wire
