// make bench-overload: more callers than a core can serve. Those who are in a call hear all of it,
// the others are refused clearly.
#include <iostream>

#include "bench/caller_fleet.hpp"
#include "bench/ivr_script.hpp"
#include "bench/options.hpp"
#include "bench/process_usage.hpp"
#include "bench/report.hpp"
#include "bench/sounds.hpp"

namespace parley::bench {
namespace {

constexpr const char* kBot = "bench-overload";
constexpr Duration kBetweenInvites = std::chrono::milliseconds(30);
/// Until calls that the bot could not answer are over, too.
constexpr Duration kSettling = std::chrono::seconds(20);
constexpr double kTicksPerSecond = 50;
constexpr double kMostTicksSkipped = 0.01;

struct Figures {
  double taken = 0;    ///< calls that run
  double refused = 0;  ///< invites
  double busy = 0;     ///< % of the shard's time
  double heard = 0;    ///< packets per second and call
  double skipped = 0;  ///< of all ticks, 0 to 1
};

class Overload {
 public:
  explicit Overload(const Options& options) : options_(options), sound_(spoken_sound()) {}
  ~Overload() {
    if (bot_) bot_->stop();
  }

  Result<void, std::string> prepare();
  Result<Figures, std::string> measure();

 private:
  void wait(Duration time) {
    loop_.run_until([] { return false; }, time);
  }

  Options options_;
  net::EventLoop loop_;
  media::SharedPrompt sound_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<LoadBot> bot_;
  IvrScript script_;  ///< its timers are the bot's
  std::unique_ptr<CallerFleet> fleet_;
  std::size_t refused_ = 0;  ///< clearly, as unavailable
};

Result<void, std::string> Overload::prepare() {
  auto server = ServerProcess::start({"limits.connections_per_source=5000"});
  if (!server) return Failure{server.error()};
  server_ = std::move(*server);
  auto bot = script_.start_bot(*server_, kBot);
  if (!bot) return Failure{bot.error()};
  bot_ = std::move(*bot);
  const auto users = make_users(loop_, *server_, options_.calls);
  if (!users) return Failure{users.error()};
  fleet_ = std::make_unique<CallerFleet>(
      loop_, *server_, sound_, [this](std::size_t, const client::UserAgentEvent& event) {
        const auto* failed = std::get_if<client::CallFailed>(&event);
        refused_ += failed && failed->code == model::ClientErrorCode::unavailable;
      });
  return fleet_->connect(*users);
}

Result<Figures, std::string> Overload::measure() {
  for (std::size_t i = 0; i < options_.calls; ++i) {
    fleet_->invite(i, kBot);
    wait(kBetweenInvites);
  }
  wait(kSettling);
  const std::size_t calls = fleet_->in_call();
  const std::size_t failures_before = script_.failures();
  const std::uint64_t heard_before = fleet_->packets_heard();
  const auto skipped_before = server_->metric(loop_, "parley_bridge_ticks_skipped_total");
  const UsageMeter meter(server_->process());
  wait(std::chrono::seconds(options_.seconds));
  const double seconds = meter.read().seconds;
  const auto skipped = server_->metric(loop_, "parley_bridge_ticks_skipped_total");
  const auto busy = server_->metric(loop_, "parley_shard_busy_percent");
  if (!skipped_before || !skipped || !busy)
    return Failure{std::string("the server has no metrics")};
  if (fleet_->in_call() != calls || script_.failures() > failures_before)
    return Failure{std::string("calls that ran, or their operations, were lost")};
  if (fleet_->failures() > refused_)
    return Failure{"callers failed, and not by a refusal: " + fleet_->last_failure()};
  const auto call_seconds = static_cast<double>(calls) * seconds;
  return Figures{
      .taken = static_cast<double>(calls),
      .refused = static_cast<double>(refused_),
      .busy = *busy,
      .heard = static_cast<double>(fleet_->packets_heard() - heard_before) / call_seconds,
      .skipped = (*skipped - *skipped_before) / (call_seconds * kTicksPerSecond)};
}

Report report_of(const Figures& figures) {
  Report report("overload", 1);
  report.add_whole("calls_taken", figures.taken);
  report.add_whole("invites_refused", figures.refused, "> 0");
  report.add_whole("shard_busy_percent", figures.busy);
  report.add_whole("packets_heard_per_s_per_call", figures.heard, ">= 19.4");
  report.add_whole("ticks_skipped_share", figures.skipped, "<= 0.01");
  return report;
}

int run(const Options& options) {
  raise_open_files();
  pin_to_core(kGeneratorCore);
  Overload overload(options);
  const auto prepared = overload.prepare();
  const auto figures =
      prepared ? overload.measure() : Result<Figures, std::string>(Failure{prepared.error()});
  if (!figures) {
    std::cerr << "bench-overload: " << figures.error() << '\n';
    return 1;
  }
  const Report report = report_of(*figures);
  report.print(std::cout);
  const bool bent = figures->refused > 0 && figures->heard >= IvrScript::kHeardAtLeast &&
                    figures->skipped <= kMostTicksSkipped;
  if (!bent) std::cerr << "bench-overload: nobody was refused, or those in calls suffered\n";
  const auto file = (ServerProcess::output_folder() / "overload.json").string();
  return report.write(file) && bent ? 0 : 1;
}

}  // namespace
}  // namespace parley::bench

int main(int count, char** words) {
  using namespace parley::bench;
  return run_with_options("bench-overload", {words, static_cast<std::size_t>(count)},
                          {.calls = 700}, run);
}
