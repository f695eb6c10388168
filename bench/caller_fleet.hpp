#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/server_process.hpp"
#include "cli/client_runner.hpp"
#include "media/encoded_prompt.hpp"
#include "net/event_loop.hpp"

namespace parley::bench {

struct CallerUser {
  std::string id;
  std::string token;
};

/// People with accounts of their own, signed in. Waits for it on the loop.
Result<std::vector<CallerUser>, std::string> make_users(net::EventLoop& loop,
                                                        const ServerProcess& server,
                                                        std::size_t count);

/// Many users' devices on one loop. Each has its connection from the start, and talks the same
/// sound again and again while it is in a call.
class CallerFleet {
 public:
  using OnEvent = std::function<void(std::size_t caller, const client::UserAgentEvent&)>;

  CallerFleet(net::EventLoop& loop, const ServerProcess& server, media::SharedPrompt sound,
              OnEvent on_event);

  /// Connects one device per user; returns when all are welcome.
  Result<void, std::string> connect(const std::vector<CallerUser>& users);
  std::size_t size() const { return devices_.size(); }

  /// False when that device is in a call.
  bool invite(std::size_t caller, const std::string& target);
  void bye(std::size_t caller);
  void bye_all();
  std::size_t in_call() const;
  std::size_t failures() const { return failures_; }
  const std::string& last_failure() const { return last_failure_; }
  /// RTP packets that came to the calls that run.
  std::uint64_t packets_heard() const;

 private:
  void handle(std::size_t caller, const client::UserAgentEvent& event);

  net::EventLoop& loop_;
  cli::ServerPlace place_;
  media::SharedPrompt sound_;
  media::SharedPrompt silence_;
  OnEvent on_event_;
  std::vector<std::unique_ptr<cli::ClientRunner>> devices_;
  std::size_t welcome_ = 0;
  std::size_t failures_ = 0;
  std::string last_failure_;
};

}  // namespace parley::bench
