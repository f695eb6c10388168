// make bench-ivr: what a call at a voice menu costs, beside what nobody can do without.
#include <iostream>

#include "base/random.hpp"
#include "bench/caller_fleet.hpp"
#include "bench/floor.hpp"
#include "bench/ivr_script.hpp"
#include "bench/options.hpp"
#include "bench/process_usage.hpp"
#include "bench/report.hpp"
#include "bench/rounds.hpp"
#include "bench/sounds.hpp"

namespace parley::bench {
namespace {

constexpr const char* kBot = "bench-ivr";
constexpr Duration kCycle = std::chrono::seconds(10);
constexpr Duration kFloorTime = std::chrono::seconds(10);
constexpr Duration kFrame = std::chrono::milliseconds(20);
constexpr Duration kPatience = std::chrono::seconds(20);

struct Round {
  double floor_ms = 0;  ///< CPU per second and call
  double ours_ms = 0;
  double machine_ms = 0;  ///< with what others took meanwhile
  double bytes = 0;
  double others = 0;
  double generator = 0;  ///< cores that it took
  double heard = 0;      ///< packets per second and call
  double hang_up = 0;    ///< s until the bot has heard that all are gone, who hung up at once
};

class IvrBench {
 public:
  IvrBench(const Options& options, FloorServer& floor)
      : options_(options),
        floor_(floor),
        sound_(spoken_sound()),
        floor_callers_(loop_, floor.address(), options.calls, sound_) {}

  ~IvrBench() {
    if (bot_) bot_->stop();
  }

  Result<void, std::string> prepare();
  Result<Round, std::string> run_round();
  double session_bytes() const { return session_bytes_; }

 private:
  void wait(Duration time) {
    loop_.run_until([] { return false; }, time);
  }
  Result<void, std::string> warm_up(const CallerUser& user);
  Result<void, std::string> measure_floor(Round& round);
  Result<void, std::string> measure_ours(Round& round);
  Result<void, std::string> begin_calls();
  Result<void, std::string> end_calls(Round& round);
  std::string trouble() const;

  Options options_;
  FloorServer& floor_;
  net::EventLoop loop_;
  media::SharedPrompt sound_;
  FloorCallers floor_callers_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<LoadBot> bot_;
  IvrScript script_;  ///< its timers are the bot's
  std::unique_ptr<CallerFleet> fleet_;
  SeededRandom random_{1};
  double bytes_before_ = 0;  ///< of the server, when one call had been made
  double session_bytes_ = 0;
  std::size_t refusals_before_ = 0;  ///< this round's calls
};

Result<void, std::string> IvrBench::prepare() {
  auto server = ServerProcess::start({"limits.connections_per_source=5000"});
  if (!server) return Failure{server.error()};
  server_ = std::move(*server);
  auto bot = script_.start_bot(*server_, kBot);
  if (!bot) return Failure{bot.error()};
  bot_ = std::move(*bot);
  auto users = make_users(loop_, *server_, options_.calls);
  if (!users) return Failure{users.error()};

  if (auto warm = warm_up(users->front()); !warm) return warm;
  wait(std::chrono::seconds(2));

  bytes_before_ = resident_bytes(server_->process());
  fleet_ = std::make_unique<CallerFleet>(loop_, *server_, sound_,
                                         [](std::size_t, const client::UserAgentEvent&) {});
  if (auto connected = fleet_->connect(*users); !connected) return connected;
  wait(std::chrono::seconds(1));
  session_bytes_ =
      (resident_bytes(server_->process()) - bytes_before_) / static_cast<double>(options_.calls);
  return {};
}

/// One whole cycle of one call, so that all that is made once is there.
Result<void, std::string> IvrBench::warm_up(const CallerUser& user) {
  CallerFleet first(loop_, *server_, sound_, [](std::size_t, const client::UserAgentEvent&) {});
  if (auto connected = first.connect({user}); !connected) return connected;
  first.invite(0, kBot);
  const bool cycled =
      loop_.run_until([this] { return script_.recordings() > 0; }, kCycle + kPatience);
  script_.expect_end(true);
  first.bye(0);
  loop_.run_until([&first] { return first.in_call() == 0; }, kPatience);
  if (cycled) return {};
  return Failure{"the first call came to no recording: " + first.last_failure() + " " + trouble()};
}

Result<Round, std::string> IvrBench::run_round() {
  Round round;
  if (auto measured = measure_floor(round); !measured) return Failure{measured.error()};
  if (auto begun = begin_calls(); !begun) return Failure{begun.error()};
  if (auto measured = measure_ours(round); !measured) return Failure{measured.error()};
  if (auto ended = end_calls(round); !ended) return Failure{ended.error()};
  return round;
}

Result<void, std::string> IvrBench::measure_floor(Round& round) {
  floor_callers_.start();
  wait(std::chrono::seconds(1));
  const std::uint64_t answers_before = floor_callers_.answers();
  const UsageMeter meter(floor_.process());
  wait(kFloorTime);
  const Usage usage = meter.read();
  const double heard = static_cast<double>(floor_callers_.answers() - answers_before) /
                       usage.seconds / static_cast<double>(options_.calls);
  floor_callers_.stop();
  round.floor_ms = 1'000 * usage.server / usage.seconds / static_cast<double>(options_.calls);
  if (heard < IvrScript::kHeardAtLeast)
    return Failure{"the floor answered only " + std::to_string(heard) + " packets per second"};
  return {};
}

/// Spread over one cycle, so that at each moment as many calls are in each part of it; and over the
/// 20 ms of a frame.
Result<void, std::string> IvrBench::begin_calls() {
  script_.expect_end(false);
  refusals_before_ = bot_->refusals();
  const Duration step = kCycle / static_cast<Duration::rep>(options_.calls);
  const Instant begin = loop_.now().monotonic;
  for (std::size_t i = 0; i < options_.calls; ++i) {
    const Duration offset(random_.u64() % static_cast<std::uint64_t>(kFrame.count()));
    const Duration until =
        begin + step * static_cast<Duration::rep>(i) + offset - loop_.now().monotonic;
    if (until > Duration{}) wait(until);
    if (!fleet_->invite(i, kBot)) return Failure{std::string("a caller was not idle")};
  }
  wait(std::chrono::seconds(2));
  if (fleet_->in_call() == options_.calls && fleet_->failures() == 0) return {};
  return Failure{"not all calls came about: " + trouble()};
}

Result<void, std::string> IvrBench::measure_ours(Round& round) {
  const std::uint64_t heard_before = fleet_->packets_heard();
  const UsageMeter meter(server_->process());
  wait(std::chrono::seconds(options_.seconds));
  const Usage usage = meter.read();
  const auto calls = static_cast<double>(options_.calls);
  round.ours_ms = 1'000 * usage.server / usage.seconds / calls;
  round.machine_ms = 1'000 * (usage.server + usage.others) / usage.seconds / calls;
  round.others = usage.others_share();
  round.generator = usage.generator / usage.seconds;
  round.bytes = (resident_bytes(server_->process()) - bytes_before_) / calls;
  round.heard = static_cast<double>(fleet_->packets_heard() - heard_before) / usage.seconds / calls;
  if (script_.failures() > 0 || bot_->refusals() > refusals_before_ ||
      fleet_->in_call() != options_.calls)
    return Failure{"calls went wrong: " + trouble()};
  if (round.heard < IvrScript::kHeardAtLeast)
    return Failure{"callers heard only " + std::to_string(round.heard) + " packets per second"};
  return {};
}

Result<void, std::string> IvrBench::end_calls(Round& round) {
  script_.expect_end(true);
  const std::size_t ended_before = script_.ended();
  const Instant begin = loop_.now().monotonic;
  fleet_->bye_all();
  const auto all_told = [&] {
    return fleet_->in_call() == 0 && script_.ended() - ended_before >= options_.calls;
  };
  // The bot has a thread of its own, which wakes nobody here.
  while (!all_told() && loop_.now().monotonic - begin < kPatience) wait(kFrame / 2);
  if (!all_told())
    return Failure{"the bot heard of the end of only " +
                   std::to_string(script_.ended() - ended_before) + " calls"};
  round.hang_up = std::chrono::duration<double>(loop_.now().monotonic - begin).count();
  wait(std::chrono::seconds(2));
  return {};
}

std::string IvrBench::trouble() const {
  return std::to_string(fleet_ ? fleet_->failures() : 0) + " calls failed (" +
         (fleet_ ? fleet_->last_failure() : "") + "), " + std::to_string(bot_->refusals()) +
         " requests were refused (" + bot_->last_refusal() + "), " +
         std::to_string(script_.failures()) + " operations failed";
}

void tell(int number, const Round& round) {
  std::cout << "round " << number << (number == 0 ? " (warm-up)" : "") << ": floor "
            << round.floor_ms << ", ours " << round.ours_ms << " CPU-ms/s per call, "
            << round.bytes / 1024 << " KiB per call; the generator took " << round.generator
            << " cores, others " << 100 * round.others << " % of the machine" << std::endl;
}

Report report_of(const Options& options, const std::vector<Round>& rounds) {
  Report report("ivr", options.rounds);
  const auto all = [&rounds](auto value) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(value(round));
    return values;
  };
  report.add("cpu_ms_per_s_per_call", all([](const Round& r) { return r.ours_ms; }), "<= 0.6");
  report.add("floor_cpu_ms_per_s_per_call", all([](const Round& r) { return r.floor_ms; }));
  report.add("ratio_to_floor", all([](const Round& r) { return r.ours_ms / r.floor_ms; }),
             "<= 2.5");
  report.add("machine_cpu_ms_per_s_per_call", all([](const Round& r) { return r.machine_ms; }));
  // Of one age in every run: it grows from round to round, which is a figure of its own.
  report.add_whole("bytes_per_call", rounds.front().bytes, "<= 65536");
  report.add_whole("bytes_per_call_after_all_rounds", rounds.back().bytes);
  report.add("hang_up_of_all_s", all([](const Round& r) { return r.hang_up; }), "<= 2");
  report.add("packets_heard_per_s_per_call", all([](const Round& r) { return r.heard; }));
  report.add("generator_cores", all([](const Round& r) { return r.generator; }));
  report.add("others_share", all([](const Round& r) { return r.others; }), kQuietAim);
  return report;
}

int run(const Options& options) {
  const auto floor = FloorServer::start();
  if (!floor) {
    std::cerr << "bench-ivr: " << floor.error() << '\n';
    return 1;
  }
  raise_open_files();
  pin_to_core(kGeneratorCore);
  IvrBench bench(options, **floor);
  const auto rounds = run_rounds<Round>(bench, options.rounds, tell);
  if (!rounds) {
    std::cerr << "bench-ivr: " << rounds.error() << '\n';
    return 1;
  }
  Report report = report_of(options, *rounds);
  report.add_whole("bytes_per_session", bench.session_bytes());
  report.print(std::cout);
  return report.write((ServerProcess::output_folder() / "ivr.json").string()) ? 0 : 1;
}

}  // namespace
}  // namespace parley::bench

int main(int count, char** words) {
  using namespace parley::bench;
  return run_with_options("bench-ivr", {words, static_cast<std::size_t>(count)}, {.calls = 100},
                          run);
}
