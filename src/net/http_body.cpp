#include "net/http_body.hpp"

#include <algorithm>
#include <charconv>

namespace parley::net {
namespace {

/// A chunk's size line with its extensions, which nobody uses.
constexpr std::size_t kMaxSizeLine = 256;
/// All trailer fields together.
constexpr std::size_t kMaxTrailers = 8 << 10;

using Kind = HttpFraming::Kind;

}  // namespace

HttpBodyDecoder::HttpBodyDecoder(const HttpFraming& framing, std::size_t limit)
    : framing_(framing), limit_(limit), state_(State::done), remaining_(framing.length) {
  switch (framing.kind) {
    case Kind::none:
      break;
    case Kind::length:
      state_ = State::data;
      break;
    case Kind::chunked:
      state_ = State::size_line;
      break;
    case Kind::until_close:
      state_ = State::until_close;
      break;
  }
}

Result<std::size_t, HttpParseError> HttpBodyDecoder::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && !done()) {
    const auto step = feed_once(bytes.substr(used));
    if (!step) return step;
    used += *step;
  }
  return used;
}

Result<std::size_t, HttpParseError> HttpBodyDecoder::feed_once(std::string_view bytes) {
  switch (state_) {
    case State::data:
    case State::until_close:
    case State::chunk_data:
      return take_data(bytes);
    case State::size_line:
    case State::chunk_end:
    case State::trailer:
      return take_line(bytes);
    case State::done:
      break;
  }
  return std::size_t{0};
}

Result<std::size_t, HttpParseError> HttpBodyDecoder::take_data(std::string_view bytes) {
  const bool bounded = state_ != State::until_close;
  std::size_t count = bytes.size();
  if (bounded) count = static_cast<std::size_t>(std::min<std::uint64_t>(count, remaining_));
  const std::size_t room = limit_ - body_.size();
  body_.append(bytes.substr(0, std::min(count, room)));
  if (count > room) return Failure{HttpParseError::body_too_large};
  if (bounded && (remaining_ -= count) == 0)
    state_ = state_ == State::data ? State::done : State::chunk_end;
  return count;
}

Result<std::size_t, HttpParseError> HttpBodyDecoder::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
  line_.append(bytes.substr(0, count));
  const std::size_t limit = state_ == State::trailer ? kMaxTrailers - trailer_bytes_ : kMaxSizeLine;
  if (line_.size() > limit) return Failure{HttpParseError::malformed};
  if (end == std::string_view::npos) return count;
  if (!line_.ends_with("\r\n")) return Failure{HttpParseError::malformed};
  line_.resize(line_.size() - 2);
  if (line_.find('\r') != std::string::npos || !end_line())
    return Failure{HttpParseError::malformed};
  line_.clear();
  if (remaining_ > limit_ - body_.size()) return Failure{HttpParseError::body_too_large};
  return count;
}

/// One whole line without its CRLF is in `line_`.
bool HttpBodyDecoder::end_line() {
  if (state_ == State::size_line) return parse_size_line();
  if (state_ == State::chunk_end) {
    state_ = State::size_line;
    return line_.empty();
  }
  trailer_bytes_ += line_.size() + 2;
  if (line_.empty()) state_ = State::done;
  return true;
}

bool HttpBodyDecoder::parse_size_line() {
  const std::string_view digits = std::string_view(line_).substr(0, line_.find(';'));
  // At most 15 hexadecimal digits: no overflow to think about.
  if (digits.empty() || digits.size() > 15) return false;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), remaining_, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return false;
  state_ = remaining_ == 0 ? State::trailer : State::chunk_data;
  return true;
}

}  // namespace parley::net
