#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace parley::client {

/// One key, and how long to wait before it: from the start, or from the end of the key before.
struct DigitPress {
  std::chrono::milliseconds wait{};
  std::uint8_t event = 0;  ///< RFC 4733 §3.2: 0 to 15

  friend bool operator==(const DigitPress&, const DigitPress&) = default;
};

using DigitScript = std::vector<DigitPress>;

inline constexpr std::size_t kMaxDigits = 128;
inline constexpr std::chrono::milliseconds kMaxDigitWait{600'000};

/// `w500 1w200#`: `wNNN` waits NNN ms, `0-9*#A-D` press a key, spaces mean nothing. Waits add up;
/// one at the end means nothing. The error says what and where.
Result<DigitScript, std::string> parse_digit_script(std::string_view text);

}  // namespace parley::client
