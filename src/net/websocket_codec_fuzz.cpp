#include "net/websocket.hpp"
#include "net/websocket_codec.hpp"

/// The first byte chooses the role; the rest arrives in two pieces, and must read as it does in
/// one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::net;
  if (size < 2) return 0;
  const auto role = (data[0] & 1) != 0 ? WebSocketRole::server : WebSocketRole::client;
  const parley::ByteView bytes(data + 2, size - 2);
  const std::size_t cut = bytes.empty() ? 0 : data[1] % bytes.size();
  const auto read = [&](std::initializer_list<parley::ByteView> pieces) {
    WebSocketReader reader(role, 4096);
    std::string seen;
    for (const parley::ByteView piece : pieces) {
      reader.feed(piece);
      while (true) {
        auto event = reader.poll();
        if (!event) return seen + "!" + std::to_string(event.error());
        if (!*event) break;
        if ((*event)->payload.size() > 4096) __builtin_trap();
        if ((*event)->opcode == WebSocketOpcode::close) parse_websocket_close((*event)->payload);
        seen += std::to_string(static_cast<int>((*event)->opcode)) + (*event)->payload;
      }
    }
    return seen;
  };
  if (read({bytes}) != read({bytes.first(cut), bytes.subspan(cut)})) __builtin_trap();
  return 0;
}
