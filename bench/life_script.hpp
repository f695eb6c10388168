#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/load_bot.hpp"

namespace parley::bench {

/// When something happened; written by one thread, read by another.
using SharedInstant = std::atomic<Instant::rep>;

/// What the bot of `bench_calls` does with each call: answers, plays half a second, hangs up when
/// it was played.
///
/// The latency of a webhook is measured from the moment when its cause was on its way to the server
/// to the moment when the bot has read the POST: the caller's invite → incoming, the bot's answer →
/// establishing, the bot's DELETE → terminated. So it holds the request's own way, its checks and
/// its commit. Others are not counted: their cause is the server's own clock or the media's.
class LifeScript {
 public:
  static constexpr const char* kSound = "hello.wav";
  static constexpr std::uint32_t kSoundMs = 500;

  /// `invited(user)` tells when that caller's last invite was sent.
  explicit LifeScript(std::map<std::string, const SharedInstant*> invited)
      : invited_(std::move(invited)) {}

  /// On the bot's thread.
  void handle(LoadBot& bot, const Notification& told);

  /// Lives that came to their end, from the prompt's completion on. From any thread.
  std::size_t finished() const { return finished_; }
  std::size_t failures() const { return failures_; }
  /// In ms; forgets them. While nothing runs.
  std::vector<double> take_webhook_latencies() { return std::exchange(latencies_, {}); }

 private:
  struct Life {
    Instant answered{};         ///< when the answer was sent
    Instant hung_up{};          ///< when the DELETE was sent
    bool establishing = false;  ///< was told
    bool asked = false;         ///< for the prompt
    bool played = false;        ///< to its end
  };
  void begin(LoadBot& bot, const Notification& told);
  void note(Instant cause, const Notification& told);

  std::map<std::string, const SharedInstant*> invited_;  ///< by the user's id
  std::map<std::string, Life> lives_;                    ///< by the call's
  std::vector<double> latencies_;
  std::atomic<std::size_t> finished_ = 0;
  std::atomic<std::size_t> failures_ = 0;
};

}  // namespace parley::bench
