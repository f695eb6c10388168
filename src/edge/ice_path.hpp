#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/packet.hpp"
#include "base/random.hpp"
#include "proto/ice/controlling_agent.hpp"
#include "proto/ice/ice_lite_server.hpp"

namespace parley::edge {

/// Media goes here from now on.
struct PathSelected {};
enum class PathLoss { no_connectivity, consent_expired };
struct PathLost {
  PathLoss reason;
};
using PathEvent = std::variant<PathSelected, PathLost>;

/// The path of one leg through restarts of ICE: the agent that holds now, and during a restart the
/// one before it, on whose path media stays until the new one has a pair (RFC 8445 §9).
class IcePath {
 public:
  enum class Restart {
    keep_path,  ///< the same peer, elsewhere
    drop_path   ///< another peer: its predecessor's addresses mean nothing
  };

  /// `pool` must outlive it.
  explicit IcePath(PacketPool& pool) : pool_(&pool) {}

  /// Of a server's path: it goes on on another thread, whose pool that is.
  void use_pool(PacketPool& pool);

  void start_lite(const Now& now, ice::IceLiteOptions options, Restart restart);
  void start_controlling(const Now& now, ice::ControllingOptions options, Random& random);

  void handle_input(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                    ByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Transmit> poll_transmit();
  std::optional<PathEvent> poll_event();
  std::optional<Instant> next_deadline() const;

  std::optional<ice::PairSelected> selected() const;
  /// Whether DTLS and SRTP may be taken from this pair. A server listens to whom an authentic check
  /// came from, a client to the candidates that the server named.
  bool is_checked(const SocketAddress& local, const SocketAddress& remote) const;

 private:
  struct Agent {
    std::variant<ice::IceLiteServer, ice::ControllingAgent> core;
    std::vector<SocketAddress> named;  ///< the peer's candidates, of a controlling agent
  };

  void begin(std::unique_ptr<Agent> next, Restart restart);
  void follow();
  static std::optional<ice::PairSelected> selected_of(const Agent& agent);
  static bool is_checked_by(const Agent& agent, const SocketAddress& local,
                            const SocketAddress& remote);

  PacketPool* pool_;
  std::unique_ptr<Agent> current_;
  std::unique_ptr<Agent> previous_;
  std::deque<PathEvent> events_;
};

}  // namespace parley::edge
