#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "base/packet.hpp"
#include "base/result.hpp"
#include "media/encoded_prompt.hpp"
#include "net/event_loop.hpp"
#include "net/udp_socket.hpp"
#include "proto/srtp/srtp_session.hpp"

/// The least that any server of such calls must do: a bare loop of recv, unprotect, protect, send.
namespace parley::bench {

/// That loop, in a process of its own on the server's core. It answers the packets that carry the
/// marker bit, with their own payload; the others it only opens.
class FloorServer {
 public:
  /// Forks: to be called before this process has a second thread.
  static Result<std::unique_ptr<FloorServer>, std::string> start();
  ~FloorServer();
  FloorServer(const FloorServer&) = delete;
  FloorServer& operator=(const FloorServer&) = delete;

  pid_t process() const { return process_; }
  const SocketAddress& address() const { return address_; }

 private:
  FloorServer(pid_t process, const SocketAddress& address) : process_(process), address_(address) {}

  pid_t process_;
  SocketAddress address_;
};

/// The schedule of the callers of `bench_ivr` against the floor: every 20 ms a packet of each, all
/// the time, at moments of its own; answers for 4 s out of 10 s, the calls one after another. They
/// send by the same sockets and timers as the callers do.
class FloorCallers {
 public:
  static constexpr std::uint32_t kCycle = 500;  ///< packets, 10 s
  static constexpr std::uint32_t kHeard = 200;  ///< of them, 4 s

  FloorCallers(net::EventLoop& loop, const SocketAddress& floor, std::size_t calls,
               media::SharedPrompt sound);

  /// The time goes on where it stopped.
  void start();
  void stop();
  std::uint64_t answers() const { return answers_; }

 private:
  struct Call {
    std::uint32_t number;
    Duration offset;  ///< within 20 ms
    std::optional<net::UdpSocket> socket;
    std::optional<net::Timer> timer;
    std::unique_ptr<srtp::SrtpSender> sender;
    std::uint32_t packets = 0;
    Instant next{};
  };
  void send(Call& call);

  net::EventLoop& loop_;
  SocketAddress floor_;
  media::SharedPrompt sound_;
  Counters counters_;
  PacketPool pool_;
  std::vector<Call> calls_;
  std::uint64_t answers_ = 0;
};

}  // namespace parley::bench
