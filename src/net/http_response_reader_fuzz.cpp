#include "net/http_response_reader.hpp"

/// One answer, in one piece and cut in two, must read the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::net;
  if (size < 2) return 0;
  const parley::ByteView bytes(data + 2, size - 2);
  const std::size_t cut = bytes.empty() ? 0 : data[1] % bytes.size();
  const auto read = [&](std::initializer_list<parley::ByteView> pieces) {
    HttpResponseReader reader((data[0] & 1) != 0, 1024);
    for (const parley::ByteView piece : pieces) {
      reader.feed(piece);
      const auto phase = reader.advance();
      if (!phase) return std::string("error");
      if (*phase == HttpResponseReader::Phase::complete) break;
    }
    std::string body = reader.take_body();
    if (body.size() > 1024) __builtin_trap();
    return "ok" + std::to_string(reader.head().status) + body;
  };
  if (read({bytes}) != read({bytes.first(cut), bytes.subspan(cut)})) __builtin_trap();
  return 0;
}
