#include "server/client_front.hpp"

#include <gtest/gtest.h>

#include "crypto/system_random.hpp"
#include "identity/access_tokens.hpp"
#include "identity/demo_tenant.hpp"
#include "model/client_messages.hpp"
#include "net/event_loop.hpp"

namespace parley::server {
namespace {

/// A socket without a network.
class FakeSocket final : public net::WebSocket {
 public:
  void on_message(std::function<void(std::string)> callback) override {
    message_ = std::move(callback);
  }
  void on_binary(std::function<void(std::string)>) override {}
  void on_close(std::function<void(std::uint16_t, std::string)> callback) override {
    close_ = std::move(callback);
  }
  bool send(std::string_view text) override {
    if (full) return false;
    sent.emplace_back(text);
    return true;
  }
  bool send_binary(ByteView) override { return false; }
  void close(std::uint16_t code, std::string_view) override { closed = code; }

  void say(std::string text) { message_(std::move(text)); }
  void hang_up() { close_(1006, ""); }

  std::vector<std::string> sent;
  std::optional<std::uint16_t> closed;
  bool full = false;

 private:
  std::function<void(std::string)> message_;
  std::function<void(std::uint16_t, std::string)> close_;
};

std::shared_ptr<const identity::Directory> demo_directory(const Now& now) {
  crypto::SystemRandom random;
  identity::DemoTenant demo = identity::make_demo_tenant({.now = now.utc}, random);
  demo.rows.emplace_back(
      model::Row(identity::make_signing_key(now.utc, crypto::SignatureAlgorithm::es256)));
  return identity::Directory::from({})->with(demo.rows);
}

class ClientFrontTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { directory_ = demo_directory(net::read_clocks()); }
  static void TearDownTestSuite() { directory_.reset(); }

  void start(Duration hello_time = std::chrono::seconds(10)) {
    const auto take = [this](platform::ShardIndex shard, platform::ShardInput input) {
      taken_.emplace_back(shard, std::move(input));
    };
    front_.emplace(
        ClientFrontOptions{.identity = identity_, .shards = 4, .hello_time = hello_time},
        ClientFrontParts{loop_, board_, state_,
                         [this, take](platform::ShardIndex shard, platform::ShardInput input) {
                           if (!overloaded_) take(shard, std::move(input));
                           return !overloaded_;
                         },
                         take});
    front_->accept(socket_);
  }

  std::string hello() {
    crypto::SystemRandom random;
    const auto* tenant = directory_->tenant_named(identity::kDemoDomain);
    const model::UserRecord& user = *directory_->users_of(tenant->id).front();
    const auto token =
        identity::issue_user_token({identity_, *directory_, loop_.now().utc}, random, user);
    return model::write(model::ClientMessage(
        model::HelloMessage{.protocol = 1, .device = "test", .token = token->text}));
  }

  bool heard(std::string_view part) const {
    return !socket_->sent.empty() && socket_->sent.back().find(part) != std::string::npos;
  }

  static std::shared_ptr<const identity::Directory> directory_;
  net::EventLoop loop_;
  identity::IdentityOptions identity_{.public_url = "https://parley.example"};
  DirectoryBoard board_{directory_};
  ServerState state_;
  bool overloaded_ = false;
  std::vector<std::pair<platform::ShardIndex, platform::ShardInput>> taken_;
  std::shared_ptr<FakeSocket> socket_ = std::make_shared<FakeSocket>();
  std::optional<ClientFront> front_;
};

std::shared_ptr<const identity::Directory> ClientFrontTest::directory_;

TEST_F(ClientFrontTest, AfterItsHelloEverythingGoesToTheUsersShard) {
  start();
  socket_->say(hello());
  ASSERT_EQ(taken_.size(), 1u);
  const auto opened = std::get<platform::ClientOpened>(taken_.at(0).second);
  EXPECT_EQ(taken_.at(0).first, platform::shard_of(opened.user.user, 4));
  socket_->say("{}");
  socket_->hang_up();
  ASSERT_EQ(taken_.size(), 3u);
  EXPECT_EQ(std::get<platform::ClientMessageReceived>(taken_.at(1).second).text, "{}");
  EXPECT_EQ(std::get<platform::ClientClosed>(taken_.at(2).second).connection, opened.connection);
  EXPECT_EQ(taken_.at(2).first, taken_.at(0).first);
  EXPECT_EQ(front_->connections(), 0u);
}

TEST_F(ClientFrontTest, ABadHelloIsToldAndClosedAndNoShardHearsOfIt) {
  start();
  socket_->say("{\"type\":\"ping\",\"id\":\"1\"}");
  EXPECT_EQ(socket_->sent.size(), 1u);
  EXPECT_EQ(socket_->closed, net::websocket_close::kPolicyViolation);
  socket_->say(hello());
  socket_->hang_up();
  EXPECT_TRUE(taken_.empty());
}

TEST_F(ClientFrontTest, SilenceIsClosedAfterTheHelloTime) {
  start(std::chrono::milliseconds(1));
  EXPECT_TRUE(
      loop_.run_until([&] { return socket_->closed.has_value(); }, std::chrono::seconds(10)));
  EXPECT_TRUE(heard("helloTimeout"));
}

TEST_F(ClientFrontTest, AnOverloadedShardRefusesHelloAndMessages) {
  start();
  overloaded_ = true;
  socket_->say(hello());
  EXPECT_TRUE(heard("unavailable"));
  EXPECT_EQ(socket_->closed, net::websocket_close::kTryAgainLater);
  socket_->hang_up();

  socket_ = std::make_shared<FakeSocket>();
  overloaded_ = false;
  front_->accept(socket_);
  socket_->say(hello());
  overloaded_ = true;
  socket_->say("{}");
  EXPECT_TRUE(heard("unavailable"));
  EXPECT_EQ(socket_->closed, net::websocket_close::kTryAgainLater);
}

TEST_F(ClientFrontTest, WhileTheStoreFailsOnlyInvitesAreRefused) {
  start();
  socket_->say(hello());
  state_.store_healthy = false;
  socket_->say(model::write(model::ClientMessage(
      model::InviteMessage{.id = "i1", .call = "c", .to = "bob", .sdp = "v=0"})));
  EXPECT_TRUE(heard("unavailable") && heard("\"i1\""));
  EXPECT_EQ(taken_.size(), 1u);
  socket_->say(model::write(model::ClientMessage(model::ByeMessage{.id = "b1", .call = "c"})));
  EXPECT_EQ(taken_.size(), 2u);
  EXPECT_FALSE(socket_->closed);
}

TEST_F(ClientFrontTest, ShardsSendAndCloseAndASlowReaderIsClosed) {
  start();
  socket_->say(hello());
  const auto id = std::get<platform::ClientOpened>(taken_.at(0).second).connection;
  front_->send({id, "hello"});
  EXPECT_EQ(socket_->sent, std::vector<std::string>{"hello"});
  socket_->full = true;
  front_->send({id, "more"});
  EXPECT_EQ(socket_->closed, net::websocket_close::kTryAgainLater);
  front_->close({id});
  EXPECT_EQ(socket_->closed, net::websocket_close::kNormal);
  front_->send({platform::ConnectionId{99}, "nobody"});
}

}  // namespace
}  // namespace parley::server
