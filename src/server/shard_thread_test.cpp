#include "server/shard_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "identity/signing_keys.hpp"
#include "net/event_loop.hpp"

namespace parley::server {
namespace {

/// Notices that a shard says it is overloaded.
class OverloadWatch final : public LogSink {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override {
    if (event == "overloaded") seen = true;
  }

  std::atomic<bool> seen = false;
};

TEST(ShardThread, TellsItsShardHowBusyItIs) {
  OverloadWatch log;
  Metrics metrics;
  platform::ShardOptions options;
  options.max_busy_percent = 0;
  const auto shard =
      *ShardThread::make({std::move(options), {*SocketAddress::parse("127.0.0.1:0")}, {}},
                         identity::Directory::from({}), metrics, log);
  shard->start([](auto, auto) {}, {});
  const Instant limit = net::read_clocks() + std::chrono::seconds(60);
  while (!log.seen && net::read_clocks().monotonic < limit)
    shard->mailbox().offer(platform::WebhookAnswered{});
  EXPECT_TRUE(log.seen);
  shard->stop();
}

TEST(ShardThread, HandsOverAtItsStopWhatWaitedForARide) {
  std::size_t taken = 0;  // of the shard's thread, until it has stopped
  std::promise<void> heard;
  crypto::SystemRandom random;
  NullLog log;
  Metrics metrics;
  const auto shard = *ShardThread::make(
      {{}, {*SocketAddress::parse("127.0.0.1:0")}, {}},
      identity::Directory::from({.signing_keys = {identity::make_signing_key(
                                     net::read_clocks().utc, crypto::SignatureAlgorithm::es256)}}),
      metrics, log);
  model::Notice ended;
  ended.kind = model::NoticeKind::call_ended;
  model::NotificationRecord waits;
  waits.id = NotificationId{Uuid::random(random)};
  waits.call_id = CallId{Uuid::random(random)};
  waits.sequence = 4;
  waits.url = "https://bot.test/calls";
  waits.payload = model::write_notice(ended);

  const auto on_event = [&](platform::ShardIndex, const platform::ShardEvent& event) {
    if (const auto* send = std::get_if<platform::SendWebhook>(&event)) {
      shard->mailbox().post(platform::WebhookAnswered{send->attempt, {202, "", ""}});
      // Its welcome shows that what came before it was heard too.
      shard->mailbox().post(platform::ClientOpened{platform::ConnectionId{1}, {}, "test", {}, 0});
    } else if (std::holds_alternative<platform::SendToClient>(event)) {
      heard.set_value();
    } else if (const auto* commit = std::get_if<platform::Commit>(&event)) {
      for (const model::RowChange& change : commit->rows) {
        const auto& row = std::get<model::NotificationRecord>(std::get<model::Row>(change));
        if (row.status == model::NotificationStatus::taken) ++taken;
      }
    }
  };
  shard->start(on_event, {.notifications = {waits}});
  ASSERT_EQ(heard.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
  shard->stop();
  EXPECT_EQ(taken, 1u);
}

}  // namespace
}  // namespace parley::server
