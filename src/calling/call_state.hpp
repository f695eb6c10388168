#pragma once

#include <span>

#include "model/call_types.hpp"

namespace parley::calling {

using model::CallState;

/// Whether a call may go from one state to the other: the table of "Lawful transitions" of Graph's
/// call notifications, as the API contract restates it.
bool is_lawful(CallState from, CallState to);

/// The states in which prompts, recordings and tones are possible.
std::span<const CallState> media_states();

}  // namespace parley::calling
