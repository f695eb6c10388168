#pragma once

#include <deque>
#include <string>
#include <vector>

#include "client/user_agent.hpp"
#include "platform/shard_io.hpp"

namespace parley::sim {

class World;

struct CallerOptions {
  dsp::Samples sound{};  ///< what the user says, at `sound_rate`; empty: silence
  std::uint32_t sound_rate = 16'000;
  std::string digits{};  ///< a digit script, e.g. "w500 1"
  bool loop_sound = false;
  std::vector<codec::Codec> codecs{codec::Codec::opus};
};

/// A user with a headless client, in the world's network.
class Caller {
 public:
  Caller(World& world, UserId user, std::string name, std::string token, SocketAddress address,
         CallerOptions options);

  void invite(std::string target);
  void hang_up();
  void mute(bool muted);
  /// From now on no sound leaves the device, though its connection lives, or does again.
  void send_media(bool sends) { sends_media_ = sends; }
  /// Its NAT gives it another address and port: what it sends comes from there, and what goes there
  /// comes to it.
  void appear_as(const SocketAddress& outside);
  /// What it sends comes from there; what goes there does not come to it.
  void forge_source(const SocketAddress& source) { outside_ = source; }
  /// As the world sees it.
  const SocketAddress& outside() const { return outside_; }
  /// The socket is dead and nobody has noticed: what the server says from now on is lost.
  void stop_hearing() { is_deaf_ = true; }
  /// The socket breaks; the client opens another as its protocol says.
  void lose_socket();
  /// From now on no new socket can be opened, until `go_online` opens one.
  void go_offline() {
    is_offline_ = true;
    lose_socket();
  }
  void go_online();
  /// A message that the client itself would not send.
  void send_raw(std::string text);

  bool is_ringing() const { return rang_; }
  bool is_answered() const { return answered_; }
  /// The call's end, once it is there.
  const std::optional<client::Ended>& ended() const { return ended_; }
  const std::optional<client::CallFailed>& failed() const { return failed_; }
  bool is_over() const { return ended_ || failed_; }
  /// What the user heard since the answer, 16 kHz.
  dsp::SampleView heard() const;
  std::uint64_t packets_received() const;
  const client::UserAgent& agent() const { return agent_; }
  /// What the server said, in order: each message's type, and an error's code, "error tooFast".
  const std::vector<std::string>& told() const { return told_; }

 private:
  friend class World;
  void take_message(const std::string& text);
  void pump();
  void arm_timer();

  World& world_;
  UserId user_;
  std::string name_;
  std::string token_;
  SocketAddress address_;
  SocketAddress outside_;
  client::UserAgent agent_;
  std::optional<platform::ConnectionId> connection_;
  std::uint64_t timer_ = 0;
  bool sends_media_ = true;
  bool is_deaf_ = false;
  bool is_offline_ = false;
  bool rang_ = false;
  bool answered_ = false;
  std::vector<std::string> told_;
  std::optional<client::Ended> ended_;
  std::optional<client::CallFailed> failed_;
};

}  // namespace parley::sim
