#pragma once

#include <optional>

#include "base/time.hpp"

namespace parley {

/// When a machine wants `handle_timeout` called, and why. `Reason` is the machine's own enum; its
/// name shows in the log, so that "why did it wake up?" always has an answer.
template <class Reason>
struct Deadline {
  Instant at;
  Reason reason;

  friend bool operator==(const Deadline&, const Deadline&) = default;
};

// What C++20 deduces for aggregates by itself, clang 14 does not yet.
template <class Reason>
Deadline(Instant, Reason) -> Deadline<Reason>;

/// The earlier of two optional deadlines of one kind.
template <class Reason>
std::optional<Deadline<Reason>> soonest(std::optional<Deadline<Reason>> a,
                                        std::optional<Deadline<Reason>> b) {
  if (!a) return b;
  if (!b) return a;
  return b->at < a->at ? b : a;
}

/// The earlier of two optional instants.
inline std::optional<Instant> soonest(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a) return b;
  if (!b) return a;
  return *b < *a ? b : a;
}

}  // namespace parley
