#include "net/http_request_reader.hpp"

/// Requests of one connection, in one piece and cut in two, must read the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::net;
  if (size < 1) return 0;
  const parley::ByteView bytes(data + 1, size - 1);
  const std::size_t cut = bytes.empty() ? 0 : data[0] % bytes.size();
  const auto read = [&](std::initializer_list<parley::ByteView> pieces) {
    HttpRequestReader reader({.line = 256, .headers = 512}, 1024);
    std::string seen;
    for (const parley::ByteView piece : pieces) {
      reader.feed(piece);
      while (true) {
        const auto phase = reader.advance();
        if (!phase) return seen + "!";
        if (*phase != HttpRequestReader::Phase::complete) break;
        const HttpRequest request = reader.take();
        if (request.body.size() > 1024) __builtin_trap();
        seen += request.method + " " + request.target + " " + request.body + "\n";
      }
    }
    return seen;
  };
  if (read({bytes}) != read({bytes.first(cut), bytes.subspan(cut)})) __builtin_trap();
  return 0;
}
