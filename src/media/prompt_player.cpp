#include "media/prompt_player.hpp"

#include <algorithm>
#include <utility>

namespace parley::media {

bool PromptPlayer::enqueue(PlayItem item) {
  const auto playable = [this](const SharedPrompt& prompt) {
    return prompt && prompt->frame_count() > 0 && prompt->has(codec_);
  };
  if (queue_.size() == kMaxQueued || item.prompts.empty()) return false;
  if (!std::all_of(item.prompts.begin(), item.prompts.end(), playable)) return false;
  queue_.push_back(std::move(item));
  return true;
}

std::optional<PlayedFrame> PromptPlayer::next_frame() {
  if (!queue_.empty() && !advance()) {
    events_.push_back({PlayerEvent::Kind::finished, queue_.front().token});
    finish_current();
  }
  if (queue_.empty()) return std::nullopt;
  const PlayItem& item = queue_.front();
  if (!started_) events_.push_back({PlayerEvent::Kind::started, item.token});
  started_ = true;
  const EncodedPrompt& prompt = *item.prompts[prompt_];
  const PlayedFrame played{prompt.frame(codec_, frame_), prompt.level(frame_)};
  ++frame_;
  return played;
}

// Moves past a prompt's end; false when the item has been heard out.
bool PromptPlayer::advance() {
  const PlayItem& item = queue_.front();
  if (frame_ < item.prompts[prompt_]->frame_count()) return true;
  frame_ = 0;
  if (++prompt_ < item.prompts.size()) return true;
  prompt_ = 0;
  if (item.loops == PlayItem::kForever) return true;
  return ++loops_done_ < item.loops;
}

void PromptPlayer::finish_current() {
  queue_.pop_front();
  prompt_ = 0;
  frame_ = 0;
  loops_done_ = 0;
  started_ = false;
}

bool PromptPlayer::cancel(PlayToken token) {
  const auto found = std::find_if(queue_.begin(), queue_.end(),
                                  [token](const PlayItem& item) { return item.token == token; });
  if (found == queue_.end()) return false;
  events_.push_back({PlayerEvent::Kind::cancelled, token});
  if (found == queue_.begin())
    finish_current();
  else
    queue_.erase(found);
  return true;
}

void PromptPlayer::cancel_all() {
  while (!queue_.empty()) {
    events_.push_back({PlayerEvent::Kind::cancelled, queue_.front().token});
    finish_current();
  }
}

std::optional<PlayerEvent> PromptPlayer::poll_event() {
  if (events_.empty()) return std::nullopt;
  const PlayerEvent event = events_.front();
  events_.pop_front();
  return event;
}

}  // namespace parley::media
