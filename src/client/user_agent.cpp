#include "client/user_agent.hpp"

#include "base/uuid.hpp"

namespace parley::client {

UserAgent::UserAgent(UserAgentOptions options, edge::LegContext context)
    : options_(std::move(options)), context_(context), session_(options_.session) {
  if (!options_.media.player.silence) options_.media.player.silence = prepare_silence();
}

void UserAgent::socket_opened(const Now& now) {
  session_.socket_opened(now);
  follow(now);
}

void UserAgent::socket_lost(const Now& now, std::string_view why) {
  session_.socket_lost(now, why);
  follow(now);
}

void UserAgent::handle_message(const Now& now, std::string_view text) {
  session_.handle_message(now, text);
  follow(now);
}

void UserAgent::handle_input(const Now& now, const SocketAddress& local,
                             const SocketAddress& remote, MutableByteView datagram) {
  if (!media_) return;
  media_->handle_input(now, local, remote, datagram);
  follow_media(now);
}

void UserAgent::handle_timeout(const Now& now) {
  session_.handle_timeout(now);
  follow(now);
  if (!media_) return;
  media_->handle_timeout(now);
  follow_media(now);
}

bool UserAgent::invite(const Now& now, std::string target) {
  if (state_ != CallState::none || session_.state() == ClientSession::State::failed) return false;
  call_ = Uuid::random(context_.random).text();
  state_ = CallState::offering;
  begin_media();
  session_.invite(now, call_, std::move(target), media_->offer_sdp());
  follow(now);
  return true;
}

bool UserAgent::accept(const Now& now) {
  if (state_ != CallState::incoming) return false;
  state_ = CallState::offering;
  begin_media();
  session_.accept(now, call_, media_->offer_sdp());
  follow(now);
  return true;
}

bool UserAgent::decline(const Now& now, model::DeclineReason reason) {
  if (state_ != CallState::incoming) return false;
  state_ = CallState::leaving;
  session_.decline(now, call_, reason);
  follow(now);
  return true;
}

bool UserAgent::bye(const Now& now) {
  if (state_ == CallState::none || state_ == CallState::leaving) return false;
  state_ = CallState::leaving;
  session_.bye(now, call_);
  follow(now);
  return true;
}

bool UserAgent::mute(const Now& now, bool muted) {
  if (state_ != CallState::offering && state_ != CallState::answered) return false;
  session_.mute(now, call_, muted);
  follow(now);
  return true;
}

bool UserAgent::hold(const Now& now, bool held) {
  if (state_ != CallState::answered) return false;
  session_.hold(now, call_, held);
  follow(now);
  return true;
}

void UserAgent::begin_media() {
  media_ = std::make_unique<CallMedia>(options_.media, context_);
}

bool UserAgent::is_current(std::string_view call) const {
  return state_ != CallState::none && call == call_;
}

void UserAgent::follow(const Now& now) {
  while (auto event = session_.poll_event())
    std::visit([&](auto& known) { handle(now, known); }, *event);
}

void UserAgent::follow_media(const Now& now) {
  while (auto event = media_->poll_event()) {
    if (std::holds_alternative<edge::LegConnected>(*event)) {
      events_.push_back(MediaConnected{});
    } else if (auto* failed = std::get_if<edge::LegFailed>(&*event)) {
      if (state_ == CallState::none) continue;
      session_.bye(now, call_);
      end_call(now, CallFailed{std::nullopt, std::move(failed->text)});
    }
    // A leg that the server closed is followed by its `ended`.
  }
}

// A resumed session goes on where the socket broke: what was missed follows, the call's end too.
// Another session has no calls: ours ended with the one before.
void UserAgent::handle(const Now& now, model::WelcomeMessage& welcome) {
  events_.push_back(Welcomed{std::move(welcome.user)});
  const bool is_another = session_id_ && *session_id_ != welcome.session;
  session_id_ = welcome.session;
  if (is_another && state_ != CallState::none)
    end_call(now, Ended{.code = 0,
                        .subcode = 0,
                        .reason = model::EndReason::resume_failed,
                        .message = "the server does not know the call any more"});
}

void UserAgent::handle(const Now&, model::IncomingMessage& incoming) {
  if (state_ != CallState::none) return;
  state_ = CallState::incoming;
  call_ = incoming.call;
  events_.push_back(Incoming{std::move(incoming.call), std::move(incoming.from)});
}

void UserAgent::handle(const Now&, model::ProgressMessage& progress) {
  if (!is_current(progress.call)) return;
  if (progress.state == model::ProgressState::ringing)
    events_.push_back(Ringing{});
  else
    events_.push_back(Connecting{});
}

void UserAgent::handle(const Now& now, model::AnsweredMessage& answered) {
  if (!is_current(answered.call) || state_ != CallState::offering) return;
  state_ = CallState::answered;
  events_.push_back(Answered{});
  media_->start(now);
}

void UserAgent::handle(const Now& now, model::EndedMessage& ended) {
  if (!is_current(ended.call)) return;
  end_call(now, Ended{ended.code, ended.subcode, ended.reason, std::move(ended.message)});
}

void UserAgent::handle(const Now&, model::MutedMessage& muted) {
  if (is_current(muted.call)) events_.push_back(Muted{muted.muted, muted.by});
}

void UserAgent::handle(const Now& now, RequestGranted& granted) {
  if (!is_current(granted.call) || !granted.sdp || !media_) return;
  const auto result = media_->set_answer(now, *granted.sdp);
  if (result) return follow_media(now);
  session_.bye(now, call_);
  end_call(now, CallFailed{std::nullopt, "the server's answer: " + result.error().text});
}

void UserAgent::handle(const Now& now, RequestRefused& refused) {
  if (!is_current(refused.call)) return;
  const bool small = refused.kind == RequestKind::mute || refused.kind == RequestKind::hold;
  if (small) {
    events_.push_back(Refused{refused.kind, refused.code, std::move(refused.message)});
    return;
  }
  // An answer that did not come in time may be a late one: the server would ring on for nobody.
  const bool may_run = refused.code == model::ClientErrorCode::unavailable;
  if (may_run && state_ == CallState::offering) session_.bye(now, call_);
  end_call(now, CallFailed{refused.code, std::move(refused.message)});
}

void UserAgent::handle(const Now&, SocketWanted& wanted) {
  events_.push_back(wanted);
}

void UserAgent::handle(const Now& now, SessionFailed& failed) {
  if (state_ != CallState::none) end_call(now, CallFailed{std::nullopt, failed.text});
  events_.push_back(std::move(failed));
}

void UserAgent::end_call(const Now& now, UserAgentEvent event) {
  state_ = CallState::none;
  if (media_) media_->close(now);
  events_.push_back(std::move(event));
}

std::optional<std::string> UserAgent::poll_message() {
  return session_.poll_message();
}

std::optional<Transmit> UserAgent::poll_transmit() {
  if (!media_) return std::nullopt;
  return media_->poll_transmit();
}

std::optional<UserAgentEvent> UserAgent::poll_event() {
  if (events_.empty()) return std::nullopt;
  UserAgentEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<UserAgentDeadline>> UserAgent::next_deadline() const {
  std::optional<Deadline<UserAgentDeadline>> next;
  if (const auto session = session_.next_deadline())
    next = Deadline{session->at, UserAgentDeadline::session};
  if (!media_) return next;
  const auto media = media_->next_deadline();
  if (!media) return next;
  const auto reason = [&media] {
    switch (media->reason) {
      case CallMediaDeadline::leg:
        return UserAgentDeadline::leg;
      case CallMediaDeadline::play:
        return UserAgentDeadline::play;
      case CallMediaDeadline::record:
        return UserAgentDeadline::record;
    }
    return UserAgentDeadline::leg;
  };
  return soonest(next, std::optional(Deadline{media->at, reason()}));
}

}  // namespace parley::client
