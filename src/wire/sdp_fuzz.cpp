#include <cstdlib>

#include "wire/sdp.hpp"

namespace parley::wire {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

/// Parse, write, parse: the same session. The second parse has room, since what was written may be
/// longer (CRLF for LF, the rtpmap of a static payload type).
void fuzz_sdp(ByteView input) {
  const auto session = parse_sdp(as_text(input));
  if (!session.ok()) {
    require(!to_text(session.error()).empty());
    return;
  }
  const std::string written = write_sdp(*session);
  const auto again = parse_sdp(written, {.max_bytes = 1 << 22, .max_lines = 1 << 16});
  require(again.ok() && *again == *session);
  require(write_sdp(*again) == written);
}

}  // namespace
}  // namespace parley::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::wire::fuzz_sdp({data, size});
  return 0;
}
