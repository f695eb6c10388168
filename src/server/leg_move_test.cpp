// A live leg goes from one thread's shard to another's, with real sockets. `make tsan` runs it too.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/bytes.hpp"
#include "client/user_agent.hpp"
#include "dsp/goertzel.hpp"
#include "dsp/level.hpp"

#include "identity/identity_test_support.hpp"
#include "media/beep.hpp"
#include "operations/table.hpp"
#include "server/shard_thread.hpp"
#include "wire/demux.hpp"
#include "wire/rtp.hpp"

namespace parley::server {
namespace {

constexpr Duration kPatience = std::chrono::seconds(60);
constexpr std::uint32_t kRate = 16'000;
const SocketAddress kAnyPort = *SocketAddress::parse("127.0.0.1:0");

/// Two tones, so that each speaker is known by his own.
media::SharedPrompt tones(double low, double high) {
  dsp::Samples sound(2 * kRate);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / kRate;
    sound[i] = static_cast<std::int16_t>(6'000 * std::sin(2 * M_PI * low * time) +
                                         6'000 * std::sin(2 * M_PI * high * time));
  }
  return *client::prepare_sound(sound, kRate);
}

/// A user's device on the test's loop; its signaling goes straight into its shard's mailbox.
class Device {
 public:
  Device(net::EventLoop& loop, identity::UserPrincipal user, platform::ConnectionId connection,
         Mailbox& shard, media::SharedPrompt sound)
      : loop_(loop),
        user_(std::move(user)),
        connection_(connection),
        shard_(shard),
        timer_(loop, [this] {
          agent_->handle_timeout(loop_.now());
          settle();
        }) {
    socket_.emplace(*net::UdpSocket::bind(
        loop, kAnyPort, {}, counters_, [this](const auto& local, const auto& remote, auto bytes) {
          note(bytes);
          agent_->handle_input(loop_.now(), local, remote, bytes);
          settle();
        }));
    client::UserAgentOptions options{.session = {.token = "not looked at"}, .media = {}};
    options.media.leg = {.local_addresses = {socket_->local()},
                         .certificate = std::make_shared<const crypto::Certificate>(
                             crypto::Certificate::generate_self_signed(loop.now())),
                         .cname = "device"};
    options.media.player = {
        .sound = std::move(sound), .silence = client::prepare_silence(), .loop = true};
    agent_.emplace(std::move(options), edge::LegContext{pool_, random_});
  }

  void call(const std::string& target) {
    agent_->socket_opened(loop_.now());
    settle();
    agent_->invite(loop_.now(), target);
    settle();
  }
  void take(const std::string& text) {
    agent_->handle_message(loop_.now(), text);
    settle();
  }
  bool answered() const { return answered_; }
  /// Of the RTP that came: each packet's number after the first.
  const std::vector<std::int32_t>& steps() const { return steps_; }
  const client::UserAgent& agent() const { return *agent_; }

 private:
  void settle() {
    while (const auto text = agent_->poll_message()) {
      if (!std::exchange(greeted_, true))
        shard_.post(platform::ClientOpened{connection_, user_, "test", {}, 0});
      else
        shard_.post(platform::ClientMessageReceived{connection_, *text});
    }
    while (auto transmit = agent_->poll_transmit()) socket_->send(std::move(*transmit));
    while (const auto event = agent_->poll_event()) {
      answered_ = answered_ || std::holds_alternative<client::Answered>(*event);
    }
    if (const auto next = agent_->next_deadline()) timer_.set(next->at);
  }

  // The header of SRTP is plain.
  void note(ByteView datagram) {
    if (wire::demux(datagram) != wire::DatagramKind::rtp) return;
    const auto packet = wire::parse_rtp(datagram);
    if (!packet) return;
    if (newest_) steps_.push_back(distance(*newest_, packet->header.sequence));
    newest_ = packet->header.sequence;
  }

  net::EventLoop& loop_;
  identity::UserPrincipal user_;
  platform::ConnectionId connection_;
  Mailbox& shard_;
  Counters counters_;
  PacketPool pool_;
  crypto::SystemRandom random_;
  std::optional<client::UserAgent> agent_;
  std::optional<net::UdpSocket> socket_;
  net::Timer timer_;
  bool greeted_ = false;
  bool answered_ = false;
  std::optional<wire::SequenceNumber> newest_;
  std::vector<std::int32_t> steps_;
};

/// Two shards on threads, a store that keeps everything at once, a bot that answers every call.
class LegMoveTest : public ::testing::Test {
 protected:
  LegMoveTest() {
    bot_ = world_.keep(identity::create_application(
        world_.admin(), {.tenant = world_.tenant.id,
                         .display_name = "ivr",
                         .calling = identity::CallingRegistration{"https://ivr.test/calls"}}));
    world_.keep(identity::grant_role(
        world_.admin(), {world_.tenant.id, bot_.application_id, "Calls.AccessMedia.All"}));
    const auto certificate = std::make_shared<const crypto::Certificate>(
        crypto::Certificate::generate_self_signed(loop_.now()));
    const auto beep = media::make_beep({.codecs = {codec::Codec::opus}});
    for (platform::ShardIndex index = 0; index < 2; ++index) {
      platform::ShardOptions options;
      options.index = index;
      options.api.public_url = world_.options.public_url;
      options.identity = world_.options;
      options.bridge.beep = beep;
      options.bridge.leg.certificate = certificate;
      options.bridge.leg.cname = "parley";
      options.max_busy_percent = 100;  // sanitized, on a busy machine
      shards_.push_back(*ShardThread::make({std::move(options), {kAnyPort}, {}}, world_.directory,
                                           metrics_, log_));
    }
    for (auto& shard : shards_)
      shard->start([this](auto from, auto event) { route(from, std::move(event)); }, {});
  }
  ~LegMoveTest() override {
    for (auto& shard : shards_) shard->stop();
  }

  /// On the shards' threads.
  void route(platform::ShardIndex from, platform::ShardEvent event) {
    if (const auto* commit = std::get_if<platform::Commit>(&event)) {
      post(from, platform::Committed{commit->batch});
    } else if (const auto* webhook = std::get_if<platform::SendWebhook>(&event)) {
      post(from, platform::WebhookAnswered{webhook->attempt, {202, "", ""}});
    } else if (auto* message = std::get_if<platform::ToShard>(&event)) {
      auto* about_legs = std::get_if<platform::LegMessage>(&message->message);
      if (about_legs && platform::is_media(*about_legs))
        EXPECT_TRUE(shards_[message->shard]->mailbox().offer_media(std::move(*about_legs)));
      else
        std::visit([&](auto& one) { post(message->shard, std::move(one)); }, message->message);
    } else if (const auto* located = std::get_if<platform::CallLocated>(&event)) {
      post(from, answer(located->call));
      loop_.post([this, call = located->call, from] { calls_[from] = call; });
    } else if (auto* send = std::get_if<platform::SendToClient>(&event)) {
      loop_.post([this, connection = send->connection, text = std::move(send->text)] {
        devices_.at(connection.value)->take(text);
      });
    }
  }
  void post(platform::ShardIndex shard, platform::ShardInput input) {
    shards_[shard]->mailbox().post(std::move(input));
  }

  platform::ApiRequest answer(CallId call) const {
    const std::string path = "/v1.0/communications/calls/" + to_text(call) + "/answer";
    const auto route = operations::find_route(operations::Method::post, path);
    platform::ApiRequest request;
    request.row = route->row;
    request.request = {.method = operations::Method::post, .ids = route->ids};
    request.request.body = *model::parse_json(
        R"({"callbackUri":"https://ivr.test/calls","acceptedModalities":["audio"],)"
        R"("mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"}})");
    request.request.principal.tenant = world_.tenant.id;
    request.request.principal.application = bot_.application_id;
    return request;
  }

  Device& call_from(platform::ShardIndex shard, const std::string& name, double low, double high) {
    const platform::ConnectionId connection{devices_.size()};
    const identity::UserPrincipal user{world_.tenant.id, UserId{Uuid::random(world_.random)}, name,
                                       name};
    devices_.push_back(std::make_unique<Device>(loop_, user, connection, shards_[shard]->mailbox(),
                                                tones(low, high)));
    devices_.back()->call("ivr");
    return *devices_.back();
  }

  identity::TestWorld world_;
  model::ApplicationRecord bot_;
  NullLog log_;
  Metrics metrics_;
  net::EventLoop loop_;
  std::vector<std::unique_ptr<ShardThread>> shards_;
  std::map<platform::ShardIndex, CallId> calls_;
  std::vector<std::unique_ptr<Device>> devices_;
};

double level(dsp::SampleView heard, double frequency) {
  const std::size_t last = std::min<std::size_t>(heard.size(), kRate);
  return dsp::power_dbov(dsp::tone_power(heard.last(last), kRate, frequency));
}

TEST_F(LegMoveTest, BothHearOneAnotherFromTwoThreads) {
  Device& alice = call_from(0, "alice", 500, 1'100);
  Device& bob = call_from(1, "bob", 700, 1'700);
  ASSERT_TRUE(loop_.run_until([&] { return alice.answered() && bob.answered(); }, kPatience));
  post(1, platform::MoveLeg{calls_.at(1), calls_.at(0), 0});
  // Two seconds of sound, 100 packets, in each direction.
  ASSERT_TRUE(loop_.run_until(
      [&] { return alice.steps().size() >= 100 && bob.steps().size() >= 100; }, kPatience));
  for (const Device* device : {&alice, &bob})
    for (const std::int32_t step : device->steps()) EXPECT_EQ(step, 1) << "a packet was lost";
  const auto heard_by_alice = alice.agent().media()->heard();
  const auto heard_by_bob = bob.agent().media()->heard();
  EXPECT_GT(level(heard_by_alice, 700), level(heard_by_alice, 500) + 20);
  EXPECT_GT(level(heard_by_bob, 500), level(heard_by_bob, 700) + 20);
}

}  // namespace
}  // namespace parley::server
