#include "net/websocket_test_support.hpp"

/// The frames of a client, in one piece and cut in two, must read the same. How it ends may differ
/// when our own close crosses them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::net;
  if (size < 1) return 0;
  static EventLoop loop;
  const parley::ByteView bytes(data + 1, size - 1);
  const std::size_t cut = bytes.empty() ? 0 : data[0] % bytes.size();
  const Heard whole = hear(loop, {bytes});
  const Heard halves = hear(loop, {bytes.first(cut), bytes.subspan(cut)});
  if (!whole.code || !halves.code || whole.messages != halves.messages) __builtin_trap();
  for (const std::string& message : whole.messages)
    if (message.size() > 4096) __builtin_trap();
  if (!whole.closed_here && whole.code != halves.code) __builtin_trap();
  return 0;
}
