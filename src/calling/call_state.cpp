#include "calling/call_state.hpp"

#include <algorithm>
#include <array>

namespace parley::calling {
namespace {

std::span<const CallState> successors(CallState from) {
  using enum CallState;
  static constexpr std::array kIncoming{establishing, redirecting, terminated};
  static constexpr std::array kEstablishing{ringing, established, terminating, terminated};
  static constexpr std::array kRinging{established, terminating, terminated};
  static constexpr std::array kEstablished{hold, transferring, terminating, terminated};
  static constexpr std::array kHold{established, terminating, terminated};
  static constexpr std::array kTransferring{transfer_accepted, established, terminating,
                                            terminated};
  static constexpr std::array kTransferAccepted{terminated, established};
  static constexpr std::array kLast{terminated};
  switch (from) {
    case incoming:
      return kIncoming;
    case establishing:
      return kEstablishing;
    case ringing:
      return kRinging;
    case established:
      return kEstablished;
    case hold:
      return kHold;
    case transferring:
      return kTransferring;
    case transfer_accepted:
      return kTransferAccepted;
    case redirecting:
    case terminating:
      return kLast;
    case terminated:
      return {};
  }
  return {};
}

}  // namespace

bool is_lawful(CallState from, CallState to) {
  const auto next = successors(from);
  return std::find(next.begin(), next.end(), to) != next.end();
}

std::span<const CallState> media_states() {
  static constexpr std::array kStates{CallState::established};
  return kStates;
}

}  // namespace parley::calling
