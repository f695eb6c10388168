#include "server/shard_thread.hpp"

#include <algorithm>
#include <utility>

#include "bridge/media_clock.hpp"
#include "net/wake_grid.hpp"

namespace parley::server {
namespace {

constexpr Duration kPublishInterval = std::chrono::seconds(1);
constexpr int kMailPerTurn = 64;

static_assert(bridge::MediaClock::kGrid % net::kWakeGrid == Duration{}, "ticks would come late");

}  // namespace

ShardThread::ShardThread(platform::ShardIndex index, Metrics& metrics, LogSink& log)
    : index_(index),
      metrics_(metrics),
      log_(log),
      mailbox_([this, handle = thread_.loop().handle()] { handle.post([this] { take_mail(); }); }),
      deadline_(thread_.loop(), [this] { on_timer(); }),
      publishing_(thread_.loop(), [this] { publish(); }) {}

Result<std::unique_ptr<ShardThread>, std::string> ShardThread::make(
    ShardThreadOptions options, std::shared_ptr<const identity::Directory> directory,
    Metrics& metrics, LogSink& log) {
  std::unique_ptr<ShardThread> made(new ShardThread(options.shard.index, metrics, log));
  if (auto bound = made->bind(options.bind); !bound) return Failure{bound.error()};
  edge::LegOptions& leg = options.shard.bridge.leg;
  leg.local_addresses = expand_wildcards(made->local_addresses(), machine_addresses());
  leg.advertised = advertised_addresses(leg.local_addresses, options.advertise);
  made->shard_ = std::make_unique<platform::Shard>(
      std::move(options.shard), platform::ShardContext{made->random_, made->counters_, log},
      std::move(directory));
  return made;
}

Result<void, std::string> ShardThread::bind(const std::vector<SocketAddress>& addresses) {
  std::string last_error = "media.bind names no address";
  for (const SocketAddress& address : addresses) {
    auto socket = net::UdpSocket::bind(
        thread_.loop(), address, {}, counters_,
        [this](const SocketAddress& local, const SocketAddress& remote, MutableByteView datagram) {
          on_datagram(local, remote, datagram);
        });
    if (socket) {
      sockets_.push_back(std::move(*socket));
      continue;
    }
    last_error = socket.error();
    if (address.ip.family != IpFamily::v6 || !address.ip.is_loopback()) return Failure{last_error};
    log_.write(LogLevel::warning, "no_ipv6_loopback", {{"reason", last_error}});
  }
  if (sockets_.empty()) return Failure{last_error};
  return {};
}

std::vector<SocketAddress> ShardThread::local_addresses() const {
  std::vector<SocketAddress> addresses;
  for (const net::UdpSocket& socket : sockets_) addresses.push_back(socket.local());
  return addresses;
}

void ShardThread::start(OnEvent on_event, model::RecoveryRecords recovery) {
  on_event_ = std::move(on_event);
  thread_.loop().post([this, recovery = std::move(recovery)] {
    shard_->recover(thread_.loop().now(), recovery);
    drain();
    settle_later();
    publish();
  });
  thread_.start();
}

void ShardThread::stop() {
  thread_.stop();
  if (!on_event_) return;
  shard_->handle_input(thread_.loop().now(), platform::KeepRemainder{});
  drain();
}

void ShardThread::take_mail() {
  // What waits stays in the mailbox, which counts it and refuses more.
  if (mail_.empty())
    for (platform::ShardInput& input : mailbox_.take()) mail_.push_back(std::move(input));
  for (int i = 0; i < kMailPerTurn && !mail_.empty(); ++i) {
    shard_->handle_input(thread_.loop().now(), std::move(mail_.front()));
    mail_.pop_front();
    drain();
  }
  settle_later();
}

void ShardThread::on_datagram(const SocketAddress& local, const SocketAddress& remote,
                              MutableByteView datagram) {
  shard_->handle_datagram(thread_.loop().now(), local, remote, datagram);
  drain();
  settle_later();
}

void ShardThread::on_timer() {
  shard_->handle_timeout(thread_.loop().now());
  drain();
  settle_later();
}

void ShardThread::drain() {
  while (auto transmit = shard_->poll_transmit()) send(std::move(*transmit));
  while (auto event = shard_->poll_event()) on_event_(index_, std::move(*event));
}

void ShardThread::send(Transmit transmit) {
  net::UdpSocket* same_family = nullptr;
  for (net::UdpSocket& socket : sockets_) {
    if (socket.local() == transmit.local) return socket.send(std::move(transmit));
    if (socket.local().ip.family == transmit.local.ip.family && socket.local().ip.is_unspecified())
      same_family = &socket;
  }
  if (same_family) return same_family->send(std::move(transmit));
  ++counters_.counter("udp_datagrams_dropped_total{reason=\"no_socket\"}");
}

void ShardThread::settle_later() {
  if (std::exchange(settling_, true)) return;
  thread_.loop().post([this] { settle(); });
}

void ShardThread::settle() {
  settling_ = false;
  // The box was perhaps woken while older mail was left.
  if (!mail_.empty() || mailbox_.size() > 0) thread_.loop().post([this] { take_mail(); });
  calls_ = shard_->call_count();
  webhook_lanes_ = shard_->lane_count();
  if (const auto next = shard_->next_deadline())
    deadline_.set(net::wake_for(next->at));
  else
    deadline_.clear();
}

void ShardThread::publish() {
  const Now now = thread_.loop().now();
  const std::uint32_t busy_percent = usage_.busy_percent(now.monotonic);
  shard_->handle_input(now, platform::ThreadLoad{busy_percent});
  drain();
  Metrics::Values values;
  for (const auto& [name, value] : counters_.all()) values[name] = static_cast<double>(value);
  values["calls"] = static_cast<double>(shard_->call_count());
  values["webhook_lanes"] = static_cast<double>(shard_->lane_count());
  const auto oldest = shard_->oldest_notification();
  const Duration age = oldest ? std::max<Duration>(now.utc - *oldest, {}) : Duration{};
  values["webhook_oldest_waiting_seconds"] = std::chrono::duration<double>(age).count();
  values["client_sessions"] = static_cast<double>(shard_->session_count());
  values["mailbox_waiting"] = static_cast<double>(mailbox_.size() + mail_.size());
  values["shard_busy_percent"] = busy_percent;
  const std::string label = "shard=\"" + std::to_string(index_) + "\"";
  metrics_.publish(label, label, std::move(values));
  publishing_.set(now + kPublishInterval);
}

}  // namespace parley::server
