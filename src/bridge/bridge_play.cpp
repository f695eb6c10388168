#include <algorithm>
#include <cassert>

#include "bridge/bridge.hpp"

/// What plays: each leg's player gets the items, and the operation is over when all of them are.
namespace parley::bridge {
namespace {

using media::PlayerEvent;

/// The whole list as one item. `model::kMaxLoopsInList` bounds it.
std::vector<media::PlayItem> loop_of(const std::vector<ReadyPrompt>& prompts) {
  media::PlayItem list{.token = {}, .prompts = {}, .loops = media::PlayItem::kForever};
  for (const ReadyPrompt& ready : prompts)
    list.prompts.insert(list.prompts.end(), ready.loops, ready.prompt);
  return {std::move(list)};
}

model::Outcome outcome_of(bool heard_out) {
  if (heard_out) return {200, 0, "The prompt was played."};
  return {400, 8508, "Nobody was left to hear the prompt."};
}

}  // namespace

std::vector<media::PlayItem> Bridge::items_of(const std::vector<ReadyPrompt>& prompts) {
  std::vector<media::PlayItem> items;
  for (const ReadyPrompt& ready : prompts)
    items.push_back({.token = {}, .prompts = {ready.prompt}, .loops = ready.loops});
  return items;
}

void Bridge::play(const Now& now, OperationId operation, PortId from,
                  const std::vector<ReadyPrompt>& prompts, bool loop_for_ever) {
  if (closed_) return;
  const auto ended = [&](model::Outcome outcome) {
    emit(model::BridgeEvent{model::PlayEnded{operation, std::move(outcome)}});
  };
  if (prompts.empty()) return ended(outcome_of(true));
  const auto items = loop_for_ever ? loop_of(prompts) : items_of(prompts);
  switch (start_playback(operation, from, items)) {
    case PlayStart::started:
      return schedule(now);
    case PlayStart::nobody_listens:
      return ended(outcome_of(false));
    case PlayStart::not_playable:
      return ended(
          {400, 8536, "The prompt has no sound for a listener's codec, or too many wait."});
  }
}

Bridge::PlayStart Bridge::start_playback(OperationId operation, PortId from,
                                         const std::vector<media::PlayItem>& items) {
  Playback playback{.token = {++last_token_}, .operation = operation, .from = from};
  for (Port& port : ports_) {
    if (port.id == from || !port.has_live_leg()) continue;
    for (media::PlayItem item : items) {
      item.token = playback.token;
      if (!port.media->player.enqueue(std::move(item))) {
        for (Port& other : ports_) cancel(other, playback.token);
        return PlayStart::not_playable;
      }
      ++playback.unfinished;
    }
  }
  if (playback.unfinished == 0) return PlayStart::nobody_listens;
  playbacks_.push_back(playback);
  return PlayStart::started;
}

// A leg that is not connected yet misses nothing: its prompts wait.
void Bridge::play_tick(const Now& now, Port& port, std::int64_t tick) {
  LegMedia& media = *port.media;
  if (!port.is_connected || !media.player.playing()) return;
  if (media.was_cut && tick - media.last_frame <= kTicksAfterCut) return;
  media.was_cut = false;
  media.last_frame = tick;
  const auto frame = media.player.next_frame();
  while (const auto event = media.player.poll_event()) {
    media.playing = event->kind == PlayerEvent::Kind::started ? event->token : media::PlayToken{};
    if (event->kind != PlayerEvent::Kind::started) ended_items_.push_back(*event);
  }
  if (frame && is_muted(media.playing)) {
    ++drops_.muted;
  } else if (frame) {
    send_path(now, port,
              {.clock = tick * MediaClock::kTickSamples,
               .payload = frame->payload,
               .level = frame->level});
  }
  follow_player(now);
}

bool Bridge::is_muted(media::PlayToken token) const {
  const auto playback = std::ranges::find(playbacks_, token, &Playback::token);
  if (playback == playbacks_.end()) return false;
  const auto from = std::ranges::find(ports_, playback->from, &Port::id);
  return from != ports_.end() && from->muted;
}

void Bridge::follow_player(const Now& now) {
  for (std::size_t i = 0; i < ended_items_.size(); ++i) item_ended(now, ended_items_[i]);
  ended_items_.clear();
}

void Bridge::item_ended(const Now& now, const PlayerEvent& event) {
  const auto playback = std::ranges::find(playbacks_, event.token, &Playback::token);
  if (playback == playbacks_.end() || --playback->unfinished > 0) return;
  const OperationId operation = playback->operation;
  playbacks_.erase(playback);
  playback_over(now, operation, event.kind == PlayerEvent::Kind::finished);
}

void Bridge::playback_over(const Now& now, OperationId operation, bool heard_out) {
  if (RecordSession* session = find_recording(operation)) return sound_over(now, *session);
  emit(model::BridgeEvent{model::PlayEnded{operation, outcome_of(heard_out)}});
}

void Bridge::stop_playback(OperationId operation) {
  const auto playback = std::ranges::find(playbacks_, operation, &Playback::operation);
  if (playback == playbacks_.end()) return;
  const media::PlayToken token = playback->token;
  playbacks_.erase(playback);
  for (Port& port : ports_) cancel(port, token);
}

// Its playback is forgotten already, so nobody wants the events.
void Bridge::cancel(Port& port, media::PlayToken token) {
  if (!port.media) return;
  LegMedia& media = *port.media;
  while (media.player.cancel(token)) continue;
  while (media.player.poll_event()) continue;
  if (media.playing != token) return;
  media.playing = {};
  media.was_cut = true;
}

// The leg is gone, or speaks another codec now.
void Bridge::drop_player(const Now& now, LegMedia& media) {
  media.player.cancel_all();
  while (const auto event = media.player.poll_event()) ended_items_.push_back(*event);
  follow_player(now);
}

}  // namespace parley::bridge
