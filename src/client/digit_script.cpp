#include "client/digit_script.hpp"

#include <charconv>

#include "wire/telephone_event.hpp"

namespace parley::client {
namespace {

Failure<std::string> fail(std::string_view what, std::size_t at) {
  return Failure{std::string(what) + " at character " + std::to_string(at + 1)};
}

}  // namespace

Result<DigitScript, std::string> parse_digit_script(std::string_view text) {
  DigitScript script;
  std::chrono::milliseconds wait{};
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ') {
      ++at;
    } else if (c == 'w' || c == 'W') {
      std::uint32_t number = 0;
      const char* begin = text.data() + at + 1;
      const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
      if (error == std::errc::invalid_argument) return fail("no number after w", at);
      wait += std::chrono::milliseconds(number);
      if (error != std::errc{} || wait > kMaxDigitWait)
        return fail("more than 600 s of waiting", at);
      at += 1 + static_cast<std::size_t>(end - begin);
    } else {
      const auto event = wire::event_of(c);
      if (!event) return fail("neither a key nor a wait", at);
      if (script.size() == kMaxDigits) return fail("more than 128 keys", at);
      script.push_back({wait, *event});
      wait = {};
      ++at;
    }
  }
  return script;
}

}  // namespace parley::client
