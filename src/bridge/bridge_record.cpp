#include <algorithm>
#include <cassert>
#include <utility>

#include "bridge/bridge.hpp"
#include "bridge/record_outcome.hpp"

/// What records: prompts, a beep, then the recorder, each begun when the one before is over.
namespace parley::bridge {

using model::RecordCompletionReason;
using State = RecordSession::State;

namespace {

Unrecorded nobody_left() {
  return {{400, 8508, "Nobody was left to record."}, RecordCompletionReason::media_receive_timeout};
}

}  // namespace

RecordSession* Bridge::find_recording(OperationId operation) {
  const auto found = std::ranges::find_if(recordings_, [operation](const auto& session) {
    return session->setup().operation == operation && session->state() != State::ended;
  });
  return found == recordings_.end() ? nullptr : found->get();
}

const Port* Bridge::port_to_record(PortId from) const {
  const auto found = std::ranges::find_if(
      ports_, [from](const Port& port) { return port.id != from && port.has_live_leg(); });
  return found == ports_.end() ? nullptr : &*found;
}

void Bridge::record(const Now& now, OperationId operation, PortId from,
                    const std::vector<ReadyPrompt>& prompts, const model::RecordOptions& options) {
  if (closed_) return;
  const Port* recorded = port_to_record(from);
  recordings_.push_back(std::make_unique<RecordSession>(
      RecordSession::Setup{operation, from, recorded ? recorded->id : PortId{}, options}));
  RecordSession& session = *recordings_.back();
  if (!recorded) {
    end_unrecorded(session, nobody_left());
  } else if (recordings_.size() > options_.max_recordings) {
    end_unrecorded(session, {{500, 0, "The conversation has too many recordings at once."},
                             RecordCompletionReason::unspecified_error});
  } else if (prompts.empty()) {
    sound_over(now, session);
  } else {
    if (start_playback(operation, from, items_of(prompts)) == PlayStart::started)
      session.begin_prompt(recorded->media->codec);
    else
      end_unrecorded(session,
                     {{400, 8536, kNotPlayable}, RecordCompletionReason::play_prompt_failed});
  }
  schedule(now);
}

void Bridge::sound_over(const Now& now, RecordSession& session) {
  if (session.state() == State::prompting && session.setup().options.play_beep)
    begin_beep(session);
  else
    begin_recording(now, session);
}

void Bridge::begin_beep(RecordSession& session) {
  session.begin_beep();
  const PlayStart start = start_playback(session.setup().operation, session.setup().from,
                                         {{.token = {}, .prompts = {options_.beep}}});
  if (start != PlayStart::started)
    end_unrecorded(session, {{500, 0, "The beep could not be played."},
                             RecordCompletionReason::play_beep_failed});
}

void Bridge::begin_recording(const Now& now, RecordSession& session) {
  const Port* recorded = find_port(session.setup().recorded);
  assert(recorded && recorded->media);
  session.begin_recording(now.monotonic, recorded->media->codec);
  follow_recorder(session);
}

// Whoever speaks or presses a key wants to be heard: no beep into his words.
void Bridge::barge_in(const Now& now, RecordSession& session) {
  stop_playback(session.setup().operation);
  begin_recording(now, session);
}

void Bridge::record_tick(const Now& now, std::int64_t tick) {
  for (const auto& session : recordings_) {
    const Now then{clock_.instant_of(tick), now.utc};
    if (session->handle_tick(then)) barge_in(then, *session);
    follow_recorder(*session);
  }
}

void Bridge::follow_recorder(RecordSession& session) {
  const OperationId operation = session.setup().operation;
  if (session.poll_beginning()) emit(model::BridgeEvent{model::RecordBegan{operation}});
  std::optional<Bytes> header;
  while (auto event = session.poll_event()) {
    if (auto* append = std::get_if<media::RecordAppend>(&*event)) {
      emit(RecordingAppend{operation, std::move(append->bytes)});
    } else if (auto* last = std::get_if<media::RecordHeader>(&*event)) {
      header = std::move(last->bytes);
    } else {
      const RecordVerdict verdict = verdict_of(std::get<media::RecordEnded>(*event));
      if (session.has_begun())
        close_file(operation, verdict.keep ? std::exchange(header, {}) : std::nullopt);
      emit(model::BridgeEvent{
          model::RecordEnded{operation, verdict.outcome, verdict.reason, verdict.keep}});
      session.end();
    }
  }
}

void Bridge::close_file(OperationId operation, std::optional<Bytes> header) {
  if (header)
    emit(RecordingHeader{operation, std::move(*header)});
  else
    emit(RecordingDiscarded{operation});
}

void Bridge::stop(const Now& now, OperationId operation, bool keep_recording) {
  stop_playback(operation);
  RecordSession* session = find_recording(operation);
  if (session && session->has_begun()) {
    session->stop(now, media::RecordEnd::operation_canceled);
    std::optional<Bytes> header;
    while (auto event = session->poll_event()) {
      auto* append = std::get_if<media::RecordAppend>(&*event);
      if (append && keep_recording) emit(RecordingAppend{operation, std::move(append->bytes)});
      auto* last = std::get_if<media::RecordHeader>(&*event);
      if (last && keep_recording) header = std::move(last->bytes);
    }
    close_file(operation, std::move(header));
  }
  if (session) session->end();
  schedule(now);
}

// It holds nothing.
void Bridge::end_unrecorded(RecordSession& session, Unrecorded why) {
  emit(model::BridgeEvent{
      model::RecordEnded{session.setup().operation, std::move(why.outcome), why.reason, false}});
  session.end();
}

void Bridge::hang_up_recordings(const Now& now, const Port* recorded) {
  for (const auto& session : recordings_) {
    if (session->state() == State::ended) continue;
    if (recorded && session->setup().recorded != recorded->id) continue;
    stop_playback(session->setup().operation);
    if (session->has_begun()) {
      session->stop(now, media::RecordEnd::peer_hung_up);
      follow_recorder(*session);
    } else {
      end_unrecorded(*session, nobody_left());
    }
  }
}

void Bridge::forget_ended_recordings() {
  std::erase_if(recordings_, [](const auto& session) { return session->state() == State::ended; });
}

}  // namespace parley::bridge
