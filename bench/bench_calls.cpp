// make bench-calls: whole lives of calls at a fixed rate, from the invite to the last webhook.
#include <deque>
#include <iostream>

#include "bench/caller_fleet.hpp"
#include "bench/life_script.hpp"
#include "bench/options.hpp"
#include "bench/process_usage.hpp"
#include "bench/report.hpp"
#include "bench/rounds.hpp"
#include "bench/sounds.hpp"

namespace parley::bench {
namespace {

constexpr const char* kBot = "bench-calls";
constexpr Duration kPatience = std::chrono::seconds(20);
/// Callers who take turns: twice as many as are in a call at once when a life takes 0.8 s.
constexpr int kCallersPerRate = 2;
/// What a life may leave behind: less than any of its objects, more than the heap's own unrest when
/// there are thousands of lives.
constexpr double kMaxBytesLeft = 512;

struct Round {
  double lives = 0;
  double cpu_ms = 0;      ///< of the server per life
  double machine_ms = 0;  ///< with what others took meanwhile
  std::vector<double> api;
  std::vector<double> webhooks;
  double generator = 0;
  double others = 0;
  double resident = 0;     ///< bytes of the server, at the round's end
  double descriptors = 0;  ///< that it has open then
};

class CallsBench {
 public:
  explicit CallsBench(const Options& options)
      : options_(options), next_(loop_, [this] { begin_one(); }) {}
  ~CallsBench() {
    if (bot_) bot_->stop();
  }

  Result<void, std::string> prepare();
  Result<Round, std::string> run_round();

 private:
  void begin_one();
  std::string trouble() const;

  Options options_;  ///< `calls`: lives begun per second
  net::EventLoop loop_;
  std::unique_ptr<ServerProcess> server_;
  std::vector<SharedInstant> invited_;
  std::unique_ptr<LifeScript> script_;
  std::unique_ptr<LoadBot> bot_;
  std::unique_ptr<CallerFleet> fleet_;
  std::deque<std::size_t> idle_;  ///< callers
  net::Timer next_;
  Instant next_at_{};
  std::size_t wanted_ = 0;  ///< lives that this round still begins
  std::size_t begun_ = 0;
  std::size_t without_caller_ = 0;
};

Result<void, std::string> CallsBench::prepare() {
  auto server = ServerProcess::start({"limits.connections_per_source=5000"});
  if (!server) return Failure{server.error()};
  server_ = std::move(*server);
  auto users = make_users(loop_, *server_, options_.calls * kCallersPerRate);
  if (!users) return Failure{users.error()};
  invited_ = std::vector<SharedInstant>(users->size());
  std::map<std::string, const SharedInstant*> by_user;
  for (std::size_t i = 0; i < users->size(); ++i) by_user[(*users)[i].id] = &invited_[i];
  script_ = std::make_unique<LifeScript>(std::move(by_user));
  auto bot = LoadBot::start(
      *server_, kBot, {{LifeScript::kSound, spoken_wav(LifeScript::kSoundMs)}},
      [this](LoadBot& self, const Notification& told) { script_->handle(self, told); });
  if (!bot) return Failure{bot.error()};
  bot_ = std::move(*bot);
  fleet_ = std::make_unique<CallerFleet>(
      loop_, *server_, spoken_sound(),
      [this](std::size_t caller, const client::UserAgentEvent& event) {
        if (std::holds_alternative<client::Ended>(event)) idle_.push_back(caller);
      });
  if (auto connected = fleet_->connect(*users); !connected) return connected;
  for (std::size_t i = 0; i < users->size(); ++i) idle_.push_back(i);
  return {};
}

/// At absolute times, whatever became of the lives before.
void CallsBench::begin_one() {
  if (wanted_ == 0) return;
  --wanted_;
  next_at_ += Duration(std::chrono::seconds(1)) / static_cast<Duration::rep>(options_.calls);
  next_.set(next_at_);
  if (idle_.empty()) {
    ++without_caller_;
    return;
  }
  const std::size_t caller = idle_.front();
  idle_.pop_front();
  invited_[caller] = loop_.now().monotonic.time_since_epoch().count();
  if (fleet_->invite(caller, kBot)) ++begun_;
}

/// All that a round's lives cost, their last webhooks included.
Result<Round, std::string> CallsBench::run_round() {
  const std::size_t finished_before = script_->finished();
  begun_ = 0;
  wanted_ = options_.calls * static_cast<std::size_t>(options_.seconds);
  const UsageMeter meter(server_->process());
  next_at_ = loop_.now().monotonic;
  next_.set(next_at_);
  const bool over = loop_.run_until(
      [&] {
        return wanted_ == 0 && fleet_->in_call() == 0 &&
               script_->finished() - finished_before >= begun_;
      },
      std::chrono::seconds(options_.seconds) + kPatience);
  const Usage usage = meter.read();
  loop_.run_until([] { return false; }, std::chrono::seconds(1));  // the last answers come in
  if (!over || script_->failures() + fleet_->failures() + bot_->refusals() + without_caller_ > 0)
    return Failure{"lives went wrong: " + trouble()};
  Round round;
  round.lives = static_cast<double>(script_->finished() - finished_before);
  round.cpu_ms = 1'000 * usage.server / round.lives;
  round.machine_ms = 1'000 * (usage.server + usage.others) / round.lives;
  round.api = bot_->take_api_latencies();
  round.webhooks = script_->take_webhook_latencies();
  round.generator = usage.generator / usage.seconds;
  round.others = usage.others_share();
  round.resident = resident_bytes(server_->process());
  round.descriptors = open_descriptors(server_->process());
  return round;
}

std::string CallsBench::trouble() const {
  return std::to_string(begun_) + " were begun, " + std::to_string(script_->failures()) +
         " ended before their prompt, " + std::to_string(fleet_->failures()) + " failed (" +
         fleet_->last_failure() + "), " + std::to_string(bot_->refusals()) +
         " requests were refused (" + bot_->last_refusal() + "), " +
         std::to_string(without_caller_) + " had no idle caller";
}

void tell(int number, const Round& round) {
  std::cout << "round " << number << (number == 0 ? " (warm-up)" : "") << ": " << round.lives
            << " lives, " << round.cpu_ms << " CPU-ms each; API p99 " << percentile(round.api, 0.99)
            << " ms; webhooks p50 " << percentile(round.webhooks, 0.5) << ", p99 "
            << percentile(round.webhooks, 0.99) << " ms; the generator took " << round.generator
            << " cores, others " << 100 * round.others << " % of the machine; "
            << round.resident / (1 << 20) << " MiB, " << round.descriptors << " descriptors"
            << std::endl;
}

/// From the end of the first counted round to that of the last, over the lives in between.
double bytes_left_per_life(const std::vector<Round>& rounds) {
  double lives = 0;
  for (std::size_t i = 1; i < rounds.size(); ++i) lives += rounds[i].lives;
  return lives > 0 ? (rounds.back().resident - rounds.front().resident) / lives : 0;
}

bool leaks(const std::vector<Round>& rounds) {
  return bytes_left_per_life(rounds) > kMaxBytesLeft ||
         rounds.back().descriptors > rounds.front().descriptors;
}

Report report_of(const Options& options, const std::vector<Round>& rounds) {
  Report report("calls", options.rounds);
  const auto all = [&rounds](auto value) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(value(round));
    return values;
  };
  report.add("lifecycles_per_s_per_core", all([](const Round& r) { return 1'000 / r.cpu_ms; }),
             ">= 500");
  report.add("api_p99_ms", all([](const Round& r) { return percentile(r.api, 0.99); }), "<= 10");
  report.add("webhook_p50_ms", all([](const Round& r) { return percentile(r.webhooks, 0.5); }),
             "<= 3");
  report.add("webhook_p99_ms", all([](const Round& r) { return percentile(r.webhooks, 0.99); }),
             "<= 25");
  report.add("cpu_ms_per_life", all([](const Round& r) { return r.cpu_ms; }), "<= 2");
  report.add("machine_cpu_ms_per_life", all([](const Round& r) { return r.machine_ms; }));
  report.add("api_p50_ms", all([](const Round& r) { return percentile(r.api, 0.5); }));
  report.add("generator_cores", all([](const Round& r) { return r.generator; }));
  report.add_whole("bytes_left_per_life", bytes_left_per_life(rounds));
  report.add("descriptors", all([](const Round& r) { return r.descriptors; }));
  report.add("others_share", all([](const Round& r) { return r.others; }), kQuietAim);
  return report;
}

int run(const Options& options) {
  raise_open_files();
  pin_to_core(kGeneratorCore);
  CallsBench bench(options);
  const auto rounds = run_rounds<Round>(bench, options.rounds, tell);
  if (!rounds) {
    std::cerr << "bench-calls: " << rounds.error() << '\n';
    return 1;
  }
  const Report report = report_of(options, *rounds);
  report.print(std::cout);
  if (options.flat && leaks(*rounds)) {
    std::cerr << "bench-calls: the server keeps more than " << kMaxBytesLeft
              << " bytes of each life, or a descriptor\n";
    return 1;
  }
  return report.write((ServerProcess::output_folder() / "calls.json").string()) ? 0 : 1;
}

}  // namespace
}  // namespace parley::bench

int main(int count, char** words) {
  using namespace parley::bench;
  return run_with_options("bench-calls", {words, static_cast<std::size_t>(count)}, {.calls = 50},
                          run);
}
