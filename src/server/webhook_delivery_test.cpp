#include "net/tcp_listener.hpp"
#include "notify/outbox.hpp"
#include "server/outbound_test_support.hpp"

namespace parley::server {
namespace {

constexpr std::uint32_t kDead = 1'000;
constexpr std::uint32_t kGood = 40;
constexpr std::uint32_t kDeadPerApplication = 100;
constexpr Duration kDeadTime = std::chrono::milliseconds(200);

ApplicationId application_of(std::uint32_t number) {
  ApplicationId application;
  application.value.bytes[0] = 0xA0;
  application.value.bytes[1] = static_cast<std::uint8_t>(number);
  return application;
}

/// An outbox and a sender with few places, over real sockets.
class WebhookDelivery : public OutboundTest {
 protected:
  WebhookDelivery() {
    auto listener = net::TcpListener::bind(loop_, *SocketAddress::parse("0.0.0.0:0"), false,
                                           [this](net::TcpSocket socket, const SocketAddress&) {
                                             open_.push_back(std::move(socket));
                                           });
    EXPECT_TRUE(listener) << listener.error();
    silent_bots_.emplace(std::move(*listener));
  }

  void add(const std::string& to, ApplicationId application, std::uint32_t call) {
    notify::Entry entry;
    entry.notice.kind = model::NoticeKind::call_updated;
    entry.record.call_id.value.bytes[14] = static_cast<std::uint8_t>(call >> 8);
    entry.record.call_id.value.bytes[15] = static_cast<std::uint8_t>(call);
    entry.record.application_id = application;
    entry.record.sequence = ++sequence_;
    entry.record.created = loop_.now().utc;
    entry.record.url = to;
    outbox_.add(loop_.now(), std::move(entry));
  }

  /// Each at an origin of its own, which takes connections and says nothing.
  std::string dead_url(std::uint32_t number) const {
    return "http://127.1." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1) +
           ":" + std::to_string(silent_bots_->local().port) + "/";
  }

  void exchange() {
    for (const auto& [_, input] : std::exchange(posted_, {})) {
      const auto& answered = std::get<platform::WebhookAnswered>(input);
      outbox_.attempt_finished(loop_.now(), answered.attempt, answered.result);
    }
    outbox_.handle_timeout(loop_.now());
    while (const auto output = outbox_.poll_output()) {
      const auto& [attempt, entry] = std::get<notify::AttemptWanted>(*output);
      const bool is_dead = entry.record.url.starts_with("http://127.1.");
      webhooks_->send(0, {attempt,
                          {entry.record.url, {}, std::to_string(entry.record.sequence)},
                          is_dead ? kDeadTime : kPatience,
                          entry.record.application_id});
    }
    most_in_flight_ = std::max(most_in_flight_, webhooks_->in_flight());
  }

  Counters outbox_counters_;
  SeededRandom random_{1};
  notify::Outbox outbox_{{}, random_, outbox_counters_};
  std::optional<net::TcpListener> silent_bots_;
  std::vector<net::TcpSocket> open_;
  std::uint32_t sequence_ = 0;
  std::size_t most_in_flight_ = 0;
};

/// Ten applications, whose bots are all dead, want all places and more.
TEST_F(WebhookDelivery, AThousandDeadBotsLeaveAGoodOneItsPlacesAndItsOrder) {
  const WebhookLimits limits{.in_all = 200, .per_application = 50, .always_free = 4};
  webhooks_.emplace(loop_, OutboundOptions{.policy = {.allow_loopback = true}, .tls = nullptr},
                    post_, log_, limits);
  for (std::uint32_t i = 0; i < kDead; ++i)
    add(dead_url(i), application_of(i / kDeadPerApplication), i);
  for (std::uint32_t i = 0; i < kGood; ++i) add(url("/calls"), kOther, kDead + i % 4);
  const auto has_all = [&] {
    exchange();
    return requests_.size() >= kGood && most_in_flight_ >= limits.in_all;
  };
  ASSERT_TRUE(loop_.run_until(has_all, kPatience)) << requests_.size() << " were told";
  EXPECT_EQ(requests_.size(), kGood) << "none twice";
  std::map<std::uint32_t, std::uint32_t> last;  // of each call
  for (const net::HttpRequest& request : requests_) {
    const auto number = static_cast<std::uint32_t>(std::stoul(request.body));
    EXPECT_GT(number, std::exchange(last[number % 4], number)) << "in order";
  }
  exchange();
  for (const model::RowChange& change : outbox_.take_rows()) {
    const auto& row = std::get<model::NotificationRecord>(std::get<model::Row>(change));
    EXPECT_EQ(row.application_id, kOther);
    EXPECT_EQ(row.attempts, 1u);
  }
}

}  // namespace
}  // namespace parley::server
