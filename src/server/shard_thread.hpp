#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/log.hpp"
#include "crypto/system_random.hpp"
#include "net/udp_socket.hpp"
#include "platform/shard.hpp"
#include "server/loop_thread.hpp"
#include "server/mailbox.hpp"
#include "server/metrics.hpp"
#include "server/thread_usage.hpp"

namespace parley::server {

struct ShardThreadOptions {
  /// All but the addresses of its legs, which are those of `sockets`.
  platform::ShardOptions shard;
  /// One socket each; port 0 takes an ephemeral one. A wildcard address stands for every address of
  /// the machine.
  std::vector<SocketAddress> bind;
  /// What clients are told instead of our own address of the same family.
  std::vector<IpAddress> advertise;
};

/// One shard with its thread, its mailbox and its UDP sockets. After every input it takes out
/// datagrams and events, and sets its one timer to the next deadline.
class ShardThread {
 public:
  using OnEvent = std::function<void(platform::ShardIndex, platform::ShardEvent)>;

  /// Binds the sockets; nothing runs yet. An IPv6 loopback address that the machine does not have
  /// is passed over as long as another one is left. The error is a text for the operator.
  static Result<std::unique_ptr<ShardThread>, std::string> make(
      ShardThreadOptions options, std::shared_ptr<const identity::Directory> directory,
      Metrics& metrics, LogSink& log);

  /// `on_event` is called for every event in order, on the shard's thread and last by `stop`. The
  /// recovery is the shard's first input.
  void start(OnEvent on_event, model::RecoveryRecords recovery);
  /// Returns when the thread has ended and its last rows are with `on_event`.
  void stop();

  Mailbox& mailbox() { return mailbox_; }
  /// Of the sockets, with their real ports.
  std::vector<SocketAddress> local_addresses() const;
  std::size_t calls() const { return calls_; }
  /// Calls with notifications that are not taken yet, or that go on.
  std::size_t webhook_lanes() const { return webhook_lanes_; }

 private:
  ShardThread(platform::ShardIndex index, Metrics& metrics, LogSink& log);
  Result<void, std::string> bind(const std::vector<SocketAddress>& addresses);
  void on_datagram(const SocketAddress& local, const SocketAddress& remote,
                   MutableByteView datagram);
  /// Not all at once: datagrams and ticks come between.
  void take_mail();
  void on_timer();
  void drain();
  void send(Transmit transmit);
  /// Sets the timer and posts what is left of the mail: once at the end of a turn, however many
  /// inputs it had.
  void settle_later();
  void settle();
  /// Its load to the shard, its figures to the metrics.
  void publish();

  platform::ShardIndex index_;
  Metrics& metrics_;
  LogSink& log_;
  crypto::SystemRandom random_;
  Counters counters_;
  LoopThread thread_;
  Mailbox mailbox_;
  std::deque<platform::ShardInput> mail_;  ///< taken out of the mailbox
  bool settling_ = false;
  std::unique_ptr<platform::Shard> shard_;
  std::vector<net::UdpSocket> sockets_;  ///< after the shard: their queues hold its packets
  net::Timer deadline_;
  net::Timer publishing_;
  ThreadUsage usage_;
  OnEvent on_event_;
  std::atomic<std::size_t> calls_{0};
  std::atomic<std::size_t> webhook_lanes_{0};
};

/// The addresses a leg is told to send from: those bound, a wildcard replaced by every usable
/// address of the machine in its family.
std::vector<SocketAddress> expand_wildcards(const std::vector<SocketAddress>& bound,
                                            const std::vector<IpAddress>& machine);
/// The machine's addresses but for link-local ones.
std::vector<IpAddress> machine_addresses();
/// For each address the advertised one of its family, or itself.
std::vector<SocketAddress> advertised_addresses(const std::vector<SocketAddress>& local,
                                                const std::vector<IpAddress>& advertise);

}  // namespace parley::server
