#pragma once

#include <concepts>
#include <optional>

#include "base/time.hpp"

namespace parley {

/// The shape of every core, from the ICE agent to a whole shard: bytes and time in; bytes, events
/// and a deadline out. One input, then drain `poll_transmit` and `poll_event` until both are empty,
/// then sleep until `next_deadline`. A core owns no thread, reads no clock, opens no file and
/// throws nothing. Its `handle_input(now, ...)` takes what its own protocol needs, so the concept
/// checks the other four.
template <class Core>
concept ProtocolCore = requires(Core core, const Core& reader, const Now& now) {
  core.handle_timeout(now);
  {static_cast<bool>(core.poll_transmit())};
  {static_cast<bool>(core.poll_event())};
  {static_cast<bool>(reader.next_deadline())};
};

}  // namespace parley
