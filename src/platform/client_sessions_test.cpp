#include "platform/client_sessions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace parley::platform {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// The sessions under a virtual clock; connections and users are numbers.
class ClientSessionsTest : public testing::Test {
 protected:
  SessionId open(std::uint64_t connection, std::uint8_t user = 1,
                 std::optional<SessionId> resume = {}, std::uint32_t received = 0) {
    ClientOpened opened{ConnectionId{connection}, {}, "phone", resume, received};
    opened.user.user.value.bytes[0] = user;
    sessions_.handle_input(now_, opened);
    read_outputs();
    return welcomed_;
  }
  void receive(std::uint64_t connection, const std::string& text) {
    sessions_.handle_input(now_, ClientMessageReceived{ConnectionId{connection}, text});
    read_outputs();
  }
  void lose(std::uint64_t connection) {
    sessions_.handle_input(now_, ClientClosed{ConnectionId{connection}});
  }
  void pass(Duration duration) {
    now_.monotonic += duration;
    sessions_.handle_timeout(now_);
  }
  void ring(SessionId session) { sessions_.find(session)->call = {"c", {}}; }

  /// "CONNECTION welcome", "CONNECTION error CODE", "CONNECTION SEQ TYPE CALL", "CONNECTION
  /// closed".
  void read_outputs() {
    while (const auto output = sessions_.poll_output()) {
      if (const auto* closed = std::get_if<CloseClient>(&*output)) {
        seen_.push_back(std::to_string(closed->connection.value) + " closed");
        continue;
      }
      const auto& sent = std::get<SendToClient>(*output);
      const auto message = model::parse_server_message(sent.text);
      ASSERT_TRUE(message) << sent.text;
      std::string text = std::to_string(sent.connection.value);
      if (const auto* welcome = std::get_if<model::WelcomeMessage>(&*message)) {
        welcomed_ = welcome->session;
        ice_servers_ = welcome->ice_servers;
        text += " welcome";
      } else if (const auto* error = std::get_if<model::ErrorMessage>(&*message)) {
        text += " error " + std::string(model::enum_name(error->code));
      } else if (const auto* answered = std::get_if<model::AnsweredMessage>(&*message)) {
        text += " " + std::to_string(answered->seq.value_or(0)) + " answered " + answered->call;
      }
      seen_.push_back(text);
    }
  }
  std::vector<std::string> seen() {
    read_outputs();
    return std::exchange(seen_, {});
  }
  int requests() {
    int count = 0;
    while (const auto event = sessions_.poll_event())
      count += std::holds_alternative<ClientRequest>(*event) ? 1 : 0;
    return count;
  }

  SeededRandom random_{1};
  ClientSessions sessions_{
      {.max_kept = 3, .max_sessions_per_user = 2, .ice_servers = {{{"turn:h"}, "u", "c"}}},
      random_};
  Now now_{Instant(seconds(100)), {}};
  SessionId welcomed_{};
  std::vector<model::IceServer> ice_servers_;
  std::vector<std::string> seen_;
};

TEST_F(ClientSessionsTest, TheWelcomeTellsTheIceServersAlsoToTheOneThatResumes) {
  const SessionId session = open(1);
  for (const auto& [connection, resumed] : {std::pair(2u, false), std::pair(3u, true)}) {
    ice_servers_.clear();
    open(connection, 1, resumed ? std::optional(session) : std::nullopt);
    ASSERT_EQ(ice_servers_.size(), 1u);
    EXPECT_EQ(ice_servers_[0].urls, std::vector<std::string>{"turn:h"});
    EXPECT_EQ(ice_servers_[0].username, "u");
    EXPECT_EQ(ice_servers_[0].credential, "c");
  }
}

TEST_F(ClientSessionsTest, DeliversWhatDidNotComeAfterTheWelcome) {
  const SessionId session = open(1);
  sessions_.send(session, model::AnsweredMessage{"heard"});
  sessions_.send(session, model::AnsweredMessage{"lost on its way"});
  lose(1);
  sessions_.send(session, model::AnsweredMessage{"said meanwhile"});
  pass(seconds(29));
  seen();
  EXPECT_EQ(open(2, 1, session, 1), session);
  EXPECT_THAT(seen(), ElementsAre("2 welcome", "2 2 answered lost on its way",
                                  "2 3 answered said meanwhile"));
  EXPECT_EQ(sessions_.next_deadline(), std::nullopt);
  sessions_.send(session, model::AnsweredMessage{"d"});
  EXPECT_THAT(seen(), ElementsAre("2 4 answered d"));
}

TEST_F(ClientSessionsTest, KeepsTheNewestMessagesUpToTheLimit) {
  const SessionId session = open(1);
  lose(1);
  for (const char* call : {"a", "b", "c", "d"})
    sessions_.send(session, model::AnsweredMessage{call});
  seen();
  open(2, 1, session);
  EXPECT_THAT(seen(),
              ElementsAre("2 welcome", "2 2 answered b", "2 3 answered c", "2 4 answered d"));
}

TEST_F(ClientSessionsTest, DeliversNothingOfAnotherSession) {
  const SessionId forgotten = open(1);
  lose(1);
  sessions_.forget(forgotten);
  const SessionId session = open(2, 1, forgotten, 9);
  sessions_.send(session, model::AnsweredMessage{"a"});
  lose(2);
  seen();
  open(3, 1, session);
  EXPECT_THAT(seen(), ElementsAre("3 welcome", "3 1 answered a"));
}

TEST_F(ClientSessionsTest, ReplacesTheSocketOfASession) {
  const SessionId session = open(1);
  open(2, 1, session);
  EXPECT_THAT(seen(), ElementsAre("1 welcome", "1 error sessionReplaced", "1 closed", "2 welcome"));
  lose(1);
  EXPECT_EQ(sessions_.next_deadline(), std::nullopt) << "the old socket is not the session's";
}

TEST_F(ClientSessionsTest, GivesAnotherUserANewSession) {
  const SessionId session = open(1);
  lose(1);
  EXPECT_NE(open(2, 9, session), session);
  EXPECT_EQ(sessions_.size(), 2u);
}

TEST_F(ClientSessionsTest, LosesASessionAfterTheWindow) {
  const SessionId session = open(1);
  lose(1);
  EXPECT_EQ(sessions_.next_deadline(), now_ + seconds(30));
  pass(seconds(29));
  EXPECT_FALSE(sessions_.poll_event());
  pass(seconds(1));
  const auto event = sessions_.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<SessionLost>(*event).session, session);
  EXPECT_EQ(sessions_.next_deadline(), std::nullopt);
  sessions_.forget(session);
  EXPECT_NE(open(2, 1, session), session);
}

TEST_F(ClientSessionsTest, ClosesWhoAsksTooFast) {
  open(1);
  for (int i = 0; i < 50; ++i) receive(1, R"({"type":"contacts","id":"r"})");
  EXPECT_THAT(seen(), ElementsAre("1 welcome"));
  pass(seconds(1));
  for (int i = 0; i < 51; ++i) receive(1, R"({"type":"contacts","id":"r"})");
  EXPECT_THAT(seen(), ElementsAre("1 error tooFast", "1 closed"));
  EXPECT_EQ(requests(), 100);
  EXPECT_EQ(sessions_.next_deadline(), now_ + seconds(30)) << "it may resume";
}

TEST_F(ClientSessionsTest, ClosesWhoTalksNonsenseTooFast) {
  open(1);
  for (int i = 0; i < 50; ++i) receive(1, "{");
  pass(seconds(1));
  seen();
  for (int i = 0; i < 52; ++i) receive(1, "{");
  const auto told = seen();
  EXPECT_EQ(told.size(), 52u);
  EXPECT_EQ(told.at(49), "1 error badMessage");
  EXPECT_EQ(told.at(50), "1 error tooFast");
  EXPECT_EQ(told.at(51), "1 closed");
}

TEST_F(ClientSessionsTest, ClosesWhoPingsTooFast) {
  open(1);
  for (int i = 0; i < 11; ++i) receive(1, R"({"type":"ping","id":"p"})");
  EXPECT_THAT(seen(), ElementsAre("1 welcome", "1 error tooFast", "1 closed"));
  EXPECT_EQ(requests(), 10);
}

TEST_F(ClientSessionsTest, ClosesTheOldestSessionWithoutACallBeyondTheLimit) {
  const SessionId in_call = open(1);
  ring(in_call);
  const SessionId idle = open(2);
  open(3, 9);
  seen();
  const SessionId newest = open(4);
  EXPECT_THAT(seen(), ElementsAre("2 error sessionReplaced", "2 closed", "4 welcome"));
  EXPECT_FALSE(sessions_.find(idle));
  EXPECT_TRUE(sessions_.find(in_call));
  EXPECT_EQ(sessions_.size(), 3u);

  ring(newest);
  open(5);
  EXPECT_THAT(seen(), ElementsAre("5 error tooManyCalls", "5 closed"));
  receive(5, R"({"type":"ping","id":"p"})");
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_EQ(open(6, 1, newest), newest) << "a resume is no new session";
}

}  // namespace
}  // namespace parley::platform
