#include "client/client_session.hpp"

#include <algorithm>

namespace parley::client {

void ClientSession::socket_opened(const Now& now) {
  if (state_ == State::failed) return;
  state_ = State::greeting;
  reconnect_at_.reset();
  hello_expires_ = now + options_.hello_timeout;
  outgoing_.clear();
  model::HelloMessage hello{.protocol = model::kClientProtocol,
                            .device = options_.device,
                            .token = options_.token,
                            .resume = session_};
  if (session_) hello.received = received_;
  outgoing_.push_back(model::write(hello));
}

void ClientSession::socket_lost(const Now& now, std::string_view why) {
  if (state_ == State::failed) return;
  if (!session_) return fail("the server cannot be reached: " + std::string(why));
  lose_socket(now);
}

void ClientSession::lose_socket(const Now& now) {
  const bool first = !resume_ends_;
  state_ = State::offline;
  hello_expires_.reset();
  ping_at_.reset();
  outgoing_.clear();
  std::erase_if(pending_, [](const Pending& p) { return p.kind == RequestKind::ping; });
  if (first) {
    resume_ends_ = now + resume_window_;
    events_.push_back(SocketWanted{});
  } else {
    reconnect_at_ = now + options_.reconnect_delay;
  }
}

void ClientSession::handle_message(const Now& now, std::string_view text) {
  if (state_ == State::failed || state_ == State::offline) return;
  auto message = model::parse_server_message(text);
  if (!message) {
    ++malformed_;
    return;
  }
  std::visit(
      [&](auto& known) {
        if constexpr (requires { known.seq; }) received_ = known.seq.value_or(received_);
        handle(now, known);
      },
      *message);
}

void ClientSession::handle(const Now& now, model::WelcomeMessage& welcome) {
  state_ = State::ready;
  if (session_ && *session_ != welcome.session) {
    // What was asked was about the calls of the session before.
    received_ = 0;
    pending_.clear();
    waiting_.clear();
  }
  session_ = welcome.session;
  resume_window_ = std::chrono::seconds(welcome.resume_seconds);
  hello_expires_.reset();
  resume_ends_.reset();
  if (options_.ping_interval > Duration{}) ping_at_ = now + options_.ping_interval;
  for (Waiting& request : waiting_) outgoing_.push_back(std::move(request.text));
  waiting_.clear();
  events_.push_back(std::move(welcome));
}

void ClientSession::handle(const Now&, model::OkMessage& ok) {
  auto pending = take_pending(ok.id);
  if (!pending || pending->kind == RequestKind::ping) return;
  events_.push_back(RequestGranted{pending->kind, std::move(pending->call), std::move(ok.sdp)});
}

// An error that answers nothing is about the session: the server closes it.
void ClientSession::handle(const Now&, model::ErrorMessage& error) {
  if (!error.id) return fail(std::string(model::enum_name(error.code)) + ": " + error.message);
  auto pending = take_pending(*error.id);
  if (!pending || pending->kind == RequestKind::ping) return;
  events_.push_back(RequestRefused{pending->kind, std::move(pending->call), error.code,
                                   std::move(error.message)});
}

std::optional<ClientSession::Pending> ClientSession::take_pending(std::string_view id) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [id](const Pending& pending) { return pending.id == id; });
  if (found == pending_.end()) return std::nullopt;
  Pending pending = std::move(*found);
  pending_.erase(found);
  return pending;
}

template <class Message>
void ClientSession::request(const Now& now, RequestKind kind, Message message) {
  if (state_ == State::failed) return;
  std::string call;
  if constexpr (requires { message.call; }) call = message.call;
  if (pending_.size() == options_.max_pending) {
    events_.push_back(RequestRefused{kind, std::move(call), model::ClientErrorCode::too_fast,
                                     "too many requests wait for their answers"});
    return;
  }
  message.id = std::to_string(next_id_++);
  const Duration timeout =
      kind == RequestKind::ping ? options_.ping_timeout : options_.request_timeout;
  pending_.push_back({message.id, kind, std::move(call), now + timeout});
  std::string text = model::write(message);
  if (state_ == State::ready)
    outgoing_.push_back(std::move(text));
  else
    waiting_.push_back({std::move(message.id), std::move(text)});
}

void ClientSession::invite(const Now& now, std::string call, std::string to, std::string sdp) {
  request(
      now, RequestKind::invite,
      model::InviteMessage{.call = std::move(call), .to = std::move(to), .sdp = std::move(sdp)});
}

void ClientSession::accept(const Now& now, std::string call, std::string sdp) {
  request(now, RequestKind::accept,
          model::AcceptMessage{.call = std::move(call), .sdp = std::move(sdp)});
}

void ClientSession::decline(const Now& now, std::string call, model::DeclineReason reason) {
  request(now, RequestKind::decline,
          model::DeclineMessage{.call = std::move(call), .reason = {reason}});
}

void ClientSession::bye(const Now& now, std::string call) {
  request(now, RequestKind::bye, model::ByeMessage{.call = std::move(call)});
}

void ClientSession::mute(const Now& now, std::string call, bool muted) {
  request(now, RequestKind::mute, model::MuteMessage{.call = std::move(call), .muted = muted});
}

void ClientSession::hold(const Now& now, std::string call, bool held) {
  request(now, RequestKind::hold, model::HoldMessage{.call = std::move(call), .held = held});
}

void ClientSession::handle_timeout(const Now& now) {
  const auto due = [&now](const std::optional<Instant>& at) {
    return at && *at <= now.monotonic;
  };
  if (state_ == State::failed) return;
  if (due(resume_ends_)) return fail("the session could not be resumed in time");
  if (due(hello_expires_)) return socket_lost(now, "no welcome came");
  if (due(reconnect_at_)) {
    reconnect_at_.reset();
    events_.push_back(SocketWanted{});
  }
  refuse_expired(now);
  if (due(ping_at_)) {
    ping_at_ = now + options_.ping_interval;
    request(now, RequestKind::ping, model::PingMessage{});
  }
}

void ClientSession::refuse_expired(const Now& now) {
  bool dead = false;
  const auto expired = std::stable_partition(
      pending_.begin(), pending_.end(),
      [&now](const Pending& pending) { return pending.expires > now.monotonic; });
  for (auto it = expired; it != pending_.end(); ++it) {
    dead = dead || it->kind == RequestKind::ping;
    std::erase_if(waiting_, [&it](const Waiting& request) { return request.id == it->id; });
    if (it->kind == RequestKind::ping) continue;
    events_.push_back(RequestRefused{it->kind, std::move(it->call),
                                     model::ClientErrorCode::unavailable,
                                     "the server did not answer in time"});
  }
  pending_.erase(expired, pending_.end());
  if (dead) lose_socket(now);
}

void ClientSession::fail(std::string text) {
  state_ = State::failed;
  pending_.clear();
  outgoing_.clear();
  waiting_.clear();
  events_.push_back(SessionFailed{std::move(text)});
}

std::optional<std::string> ClientSession::poll_message() {
  if (outgoing_.empty()) return std::nullopt;
  std::string message = std::move(outgoing_.front());
  outgoing_.pop_front();
  return message;
}

std::optional<SessionEvent> ClientSession::poll_event() {
  if (events_.empty()) return std::nullopt;
  SessionEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<SessionDeadline>> ClientSession::next_deadline() const {
  if (state_ == State::failed) return std::nullopt;
  std::optional<Deadline<SessionDeadline>> next;
  const auto consider = [&next](const std::optional<Instant>& at, SessionDeadline reason) {
    if (at) next = soonest(next, std::optional(Deadline{*at, reason}));
  };
  consider(resume_ends_, SessionDeadline::resume_window);
  consider(hello_expires_, SessionDeadline::hello);
  consider(reconnect_at_, SessionDeadline::reconnect);
  consider(ping_at_, SessionDeadline::ping);
  for (const Pending& pending : pending_) consider(pending.expires, SessionDeadline::request);
  return next;
}

}  // namespace parley::client
