#include "client/client_session.hpp"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

using namespace std::chrono_literals;

Now at(Duration time) {
  return {Instant{} + time, {}};
}

TEST(ClientSession, FailsWhenItIsNeverWelcomed) {
  ClientSession session({.token = "t"});
  session.socket_opened(at(0s));
  ASSERT_TRUE(session.poll_message());
  ASSERT_TRUE(session.next_deadline());
  EXPECT_EQ(session.next_deadline()->reason, SessionDeadline::hello);
  session.handle_timeout(at(10s));
  EXPECT_EQ(session.state(), ClientSession::State::failed);
  EXPECT_FALSE(session.next_deadline());
}

TEST(ClientSession, SendsWhatWaitedOnceItIsWelcome) {
  ClientSession session({.token = "t"});
  session.invite(at(0s), "c1", "bot", "offer");
  session.socket_opened(at(0s));
  const auto hello = model::parse_client_message(*session.poll_message());
  EXPECT_EQ(std::get<model::HelloMessage>(*hello).token, "t");
  EXPECT_FALSE(session.poll_message()) << "first the welcome";
  session.handle_message(at(1s), model::write(model::ServerMessage(model::WelcomeMessage{})));
  const auto invite = model::parse_client_message(*session.poll_message());
  EXPECT_EQ(std::get<model::InviteMessage>(*invite).to, "bot");
}

TEST(ClientSession, DoesNotSendWhatExpiredWhileItWaited) {
  ClientSession session({.token = "t", .request_timeout = 10s});
  session.invite(at(0s), "c1", "bot", "offer");
  session.handle_timeout(at(11s));
  EXPECT_EQ(std::get<RequestRefused>(*session.poll_event()).call, "c1");
  session.invite(at(11s), "c2", "bot", "offer");
  session.socket_opened(at(12s));
  EXPECT_TRUE(session.poll_message()) << "hello";
  session.handle_message(at(12s), model::write(model::ServerMessage(model::WelcomeMessage{})));
  const auto invite = model::parse_client_message(*session.poll_message());
  EXPECT_EQ(std::get<model::InviteMessage>(*invite).call, "c2");
  EXPECT_FALSE(session.poll_message());
}

TEST(ClientSession, TriesToResumeForAsLongAsTheServerKeepsIt) {
  ClientSession session({.token = "t"});
  session.socket_opened(at(0s));
  session.handle_message(
      at(0s), model::write(model::ServerMessage(model::WelcomeMessage{.resume_seconds = 90})));
  session.socket_lost(at(10s), "reset");
  session.handle_timeout(at(99s));
  EXPECT_EQ(session.state(), ClientSession::State::offline);
  session.handle_timeout(at(100s));
  EXPECT_EQ(session.state(), ClientSession::State::failed);
}

TEST(ClientSession, RefusesRequestsBeyondItsLimit) {
  ClientSession session({.token = "t", .max_pending = 2});
  for (int i = 0; i < 3; ++i) session.mute(at(0s), "c1", true);
  const auto event = session.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<RequestRefused>(*event).code, model::ClientErrorCode::too_fast);
  EXPECT_FALSE(session.poll_event());
}

}  // namespace
}  // namespace parley::client
