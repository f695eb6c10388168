#include "bench/life_script.hpp"

namespace parley::bench {

void LifeScript::handle(LoadBot& bot, const Notification& told) {
  if (told.state() == "incoming") return begin(bot, told);
  const auto found = lives_.find(told.call);
  if (found == lives_.end()) return;
  Life& life = found->second;
  if (!told.status().empty()) {
    if (told.change != "deleted") return;
    life.played = told.status() == "completed";
    life.hung_up = bot.loop().now().monotonic;
    return bot.hang_up(told.call);
  }
  if (told.state() == "establishing" && !std::exchange(life.establishing, true))
    return note(life.answered, told);
  // It is told twice: when media flows, again.
  if (told.state() == "established" && life.hung_up == Instant{} &&
      !std::exchange(life.asked, true))
    return bot.play(told.call, kSound);
  if (told.state() != "terminated") return;
  if (life.played) note(life.hung_up, told);
  ++(life.played ? finished_ : failures_);
  lives_.erase(found);
}

void LifeScript::begin(LoadBot& bot, const Notification& told) {
  const auto invited = invited_.find(told.text("/source/identity/user/id"));
  if (invited != invited_.end()) note(Instant(Duration(invited->second->load())), told);
  lives_[told.call].answered = bot.loop().now().monotonic;
  bot.answer(told.call);
}

void LifeScript::note(Instant cause, const Notification& told) {
  const std::chrono::duration<double, std::milli> latency = told.at - cause;
  latencies_.push_back(latency.count());
}

}  // namespace parley::bench
