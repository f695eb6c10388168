#pragma once

#include <atomic>
#include <map>
#include <string>

#include "bench/load_bot.hpp"

namespace parley::bench {

/// What the bot of `bench_ivr` does with each call, in cycles of 10 s: a prompt of 4 s, 3 s of
/// waiting while the caller talks, a recording of 3 s.
class IvrScript {
 public:
  static constexpr const char* kSound = "menu.wav";
  static constexpr std::uint32_t kSoundMs = 4'000;
  /// Packets of the prompt that a caller hears per second: of 20, 4 s out of 10.
  static constexpr double kHeardAtLeast = 0.97 * 20;

  /// A bot of that name that follows the script, which must outlive its thread.
  Result<std::unique_ptr<LoadBot>, std::string> start_bot(const ServerProcess& server,
                                                          const std::string& name);
  /// On the bot's thread.
  void handle(LoadBot& bot, const Notification& told);
  /// From any thread. The calls are about to be hung up: what they leave unfinished is no failure.
  void expect_end(bool expected) { ending_ = expected; }

  std::size_t recordings() const { return recordings_; }
  /// Calls whose end the bot was told.
  std::size_t ended() const { return ended_; }
  /// Operations that did not end as they should.
  std::size_t failures() const { return failures_; }

 private:
  void operation_ended(LoadBot& bot, const Notification& told);

  std::map<std::string, net::Timer> waits_;  ///< by the call; one for each that is established
  std::atomic<std::size_t> recordings_ = 0;
  std::atomic<std::size_t> ended_ = 0;
  std::atomic<std::size_t> failures_ = 0;
  std::atomic<bool> ending_ = false;
};

}  // namespace parley::bench
