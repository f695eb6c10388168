#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/strong.hpp"
#include "codec/codec.hpp"
#include "media/encoded_prompt.hpp"

namespace parley::media {

/// Names one item of the queue to its owner, who maps it to an operation.
using PlayToken = Strong<struct PlayTokenTag, std::uint64_t>;

struct PlayItem {
  static constexpr std::uint32_t kForever = 0;

  PlayToken token;
  std::vector<SharedPrompt> prompts;  ///< played in order; at least one, with the leg's codec
  std::uint32_t loops = 1;            ///< of the whole list; `kForever` never finishes
};

struct PlayerEvent {
  enum class Kind : std::uint8_t {
    started,    ///< its first frame was handed out
    finished,   ///< its last frame was heard out
    cancelled,  ///< taken from the queue or stopped in the middle
  };
  Kind kind;
  PlayToken token;

  friend bool operator==(const PlayerEvent&, const PlayerEvent&) = default;
};

/// One encoded frame; `payload` stays valid while the prompt is held by somebody, until the
/// player's next call at the latest.
struct PlayedFrame {
  ByteView payload;
  std::uint8_t level;  ///< RFC 6464
};

/// Plays a queue of prompts to one leg, from the cache, 20 ms a call. Each item begins where the
/// one before ended, without a gap; while nothing plays nothing is sent, and the caller marks the
/// first packet after a gap.
class PromptPlayer {
 public:
  /// More items wait for nobody: `enqueue` refuses.
  static constexpr std::size_t kMaxQueued = 64;

  explicit PromptPlayer(codec::Codec codec) : codec_(codec) {}

  /// False when the queue is full, or a prompt is missing, empty or without this leg's codec.
  [[nodiscard]] bool enqueue(PlayItem item);
  /// Once per tick, while `playing()`: the next frame. Nothing on the tick that finds the queue
  /// played out, which tells `finished`.
  std::optional<PlayedFrame> next_frame();
  /// Stops or removes it; what waits behind it goes on at the next tick. False when it is not here.
  bool cancel(PlayToken token);
  /// Stops everything, as cancelMediaProcessing and a barge-in do.
  void cancel_all();

  std::optional<PlayerEvent> poll_event();
  /// Wants `next_frame` called. No tick need run for a player that doesn't play.
  bool playing() const { return !queue_.empty(); }

 private:
  void finish_current();
  bool advance();

  codec::Codec codec_;
  std::deque<PlayItem> queue_;  // the front one plays
  // Of the front item: the next frame.
  std::size_t prompt_ = 0;
  std::size_t frame_ = 0;
  std::uint32_t loops_done_ = 0;
  bool started_ = false;
  std::deque<PlayerEvent> events_;
};

}  // namespace parley::media
