#include "bench/ivr_script.hpp"

#include "bench/sounds.hpp"

namespace parley::bench {
namespace {

constexpr std::chrono::seconds kWait{3};
constexpr std::chrono::seconds kRecording{3};

}  // namespace

Result<std::unique_ptr<LoadBot>, std::string> IvrScript::start_bot(const ServerProcess& server,
                                                                   const std::string& name) {
  return LoadBot::start(server, name, {{kSound, spoken_wav(kSoundMs)}},
                        [this](LoadBot& bot, const Notification& told) { handle(bot, told); });
}

void IvrScript::handle(LoadBot& bot, const Notification& told) {
  if (!told.status().empty()) return operation_ended(bot, told);
  if (told.state() == "incoming") return bot.answer(told.call);
  if (told.state() == "terminated") {
    waits_.erase(told.call);
    ++ended_;
    return;
  }
  if (told.state() != "established" || waits_.contains(told.call)) return;
  waits_.emplace(told.call, net::Timer(bot.loop(),
                                       [&bot, call = told.call] { bot.record(call, kRecording); }));
  bot.play(told.call, kSound);
}

void IvrScript::operation_ended(LoadBot& bot, const Notification& told) {
  if (told.change != "deleted" || ending_) return;
  const auto wait = waits_.find(told.call);
  if (told.status() != "completed" || wait == waits_.end()) {
    ++failures_;
    return;
  }
  if (told.text("/clientContext") == "play") {
    wait->second.set(bot.loop().now() + kWait);
  } else {
    ++recordings_;
    bot.play(told.call, kSound);
  }
}

}  // namespace parley::bench
