#include "client/call_media.hpp"

namespace parley::client {

CallMedia::CallMedia(CallMediaOptions options, edge::LegContext context)
    : options_(std::move(options)),
      context_(context),
      leg_(edge::WebrtcLeg::offer(options_.offer, options_.leg, context)) {}

Result<void, edge::OfferRefusal> CallMedia::set_answer(const Now& now, std::string_view sdp) {
  auto result = leg_->set_answer(now, sdp);
  follow_leg(now);
  return result;
}

void CallMedia::start(const Now& now) {
  if (started_ || closed_) return;
  started_ = true;
  if (options_.record) recorder_.emplace(now, leg_->audio(), options_.recorder);
  begin_playing(now);
}

void CallMedia::begin_playing(const Now& now) {
  if (!started_ || player_ || !leg_->connected()) return;
  player_.emplace(now, leg_->audio(), options_.player, context_.random);
  handle_timeout(now);
}

void CallMedia::handle_input(const Now& now, const SocketAddress& local,
                             const SocketAddress& remote, MutableByteView datagram) {
  const auto rtp = leg_->receive(now, local, remote, datagram);
  if (rtp && recorder_ && !closed_) recorder_->handle_input(now, *rtp);
  follow_leg(now);
}

void CallMedia::handle_timeout(const Now& now) {
  leg_->handle_timeout(now);
  follow_leg(now);
  if (closed_) return;
  if (recorder_) recorder_->handle_timeout(now);
  if (!player_) return;
  while (const auto frame = player_->poll_frame(now)) leg_->send(now, *frame);
}

void CallMedia::follow_leg(const Now& now) {
  while (auto event = leg_->poll_event()) {
    if (std::holds_alternative<edge::LegConnected>(*event)) begin_playing(now);
    events_.push_back(std::move(*event));
  }
}

std::optional<edge::LegEvent> CallMedia::poll_event() {
  if (events_.empty()) return std::nullopt;
  edge::LegEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<CallMediaDeadline>> CallMedia::next_deadline() const {
  std::optional<Deadline<CallMediaDeadline>> next;
  if (const auto leg = leg_->next_deadline()) next = Deadline{leg->at, CallMediaDeadline::leg};
  if (closed_) return next;
  if (recorder_)
    next = soonest(next,
                   std::optional(Deadline{recorder_->next_deadline(), CallMediaDeadline::record}));
  if (player_)
    next =
        soonest(next, std::optional(Deadline{player_->next_deadline(), CallMediaDeadline::play}));
  return next;
}

void CallMedia::close(const Now& now) {
  if (closed_) return;
  closed_ = true;
  leg_->close(now);
}

dsp::SampleView CallMedia::heard() const {
  return recorder_ ? dsp::SampleView(recorder_->samples()) : dsp::SampleView();
}

}  // namespace parley::client
