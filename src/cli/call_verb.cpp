#include "cli/call_verb.hpp"

#include <csignal>
#include <ostream>

#include "cli/call_plan.hpp"
#include "cli/call_timeline.hpp"
#include "cli/client_runner.hpp"
#include "net/url.hpp"

namespace parley::cli {
namespace {

/// Longer than any phone rings.
constexpr Duration kLongestSetup = std::chrono::seconds(120);
/// For the server's `ended` after our `bye`.
constexpr Duration kGoodbyeTime = std::chrono::seconds(5);
constexpr Duration kLongestCall = std::chrono::hours(2);

/// One call from the first socket to its end.
class CallRun {
 public:
  CallRun(net::EventLoop& loop, const CallPlan& plan, std::ostream& out)
      : loop_(loop), plan_(plan), out_(out), begin_(loop.now().monotonic), hang_up_(loop, [this] {
          hang_up("the time is up");
        }) {}

  Result<void, std::string> run(ClientRunnerOptions options) {
    auto started = ClientRunner::start(
        loop_, std::move(options),
        [this](const Now& now, const client::UserAgentEvent& event) { handle(now, event); });
    if (!started) return Failure{started.error()};
    runner_ = std::move(*started);
    loop_.on_signals({SIGINT, SIGTERM}, [this](int) { hang_up("interrupted"); });
    hang_up_.set(begin_ + kLongestSetup);
    loop_.run_until([this] { return over_; }, kLongestCall);
    return {};
  }

  client::Evidence evidence() const {
    client::Evidence evidence{.answered = answered_, .ended = ended_};
    if (const auto* const media = runner_->agent().media()) {
      evidence.heard = {media->heard(), client::MediaRecorder::kRate};
    }
    return evidence;
  }

 private:
  void say(const std::string& text) {
    out_ << timestamp_text(loop_.now().monotonic - begin_) << "  " << text << std::endl;
  }

  void handle(const Now& now, const client::UserAgentEvent& event) {
    say(event_text(event));
    if (std::holds_alternative<client::Welcomed>(event)) call();
    if (std::holds_alternative<client::Incoming>(event)) {
      runner_->act([](client::UserAgent& agent, const Now& at) { agent.accept(at); });
    }
    if (std::holds_alternative<client::Answered>(event)) {
      answered_ = true;
      hang_up_.set(now.monotonic + plan_.duration);
    }
    if (const auto* const ended = std::get_if<client::Ended>(&event)) {
      ended_ = client::CallEnd{ended->code, ended->subcode, ended->reason};
    }
    over_ = over_ || ended_ || std::holds_alternative<client::CallFailed>(event) ||
            std::holds_alternative<client::SessionFailed>(event);
  }

  /// At the first welcome; a resumed session brings another one.
  void call() {
    if (called_) return;
    called_ = true;
    if (plan_.to.empty()) return say("waiting to be called");
    say("calling " + plan_.to);
    runner_->act([this](client::UserAgent& agent, const Now& now) { agent.invite(now, plan_.to); });
  }

  /// The second time the server's goodbye is not waited for.
  void hang_up(const std::string& why) {
    if (leaving_) {
      over_ = true;
      return;
    }
    leaving_ = true;
    say("hanging up: " + why);
    bool said = false;
    runner_->act([&](client::UserAgent& agent, const Now& now) { said = agent.bye(now); });
    over_ = over_ || !said;
    hang_up_.set(loop_.now() + kGoodbyeTime);
  }

  net::EventLoop& loop_;
  const CallPlan& plan_;
  std::ostream& out_;
  Instant begin_;
  net::Timer hang_up_;
  std::unique_ptr<ClientRunner> runner_;
  bool called_ = false;
  bool answered_ = false;
  bool leaving_ = false;
  bool over_ = false;
  std::optional<client::CallEnd> ended_;
};

Result<ClientRunnerOptions, std::string> runner_options(const ServerPlace& place,
                                                        const CallPlan& plan) {
  const auto url = net::Url::parse(place.url);
  if (!url || url->websocket()) {
    return Failure{place.url + " is not a URL such as https://127.0.0.1:8443."};
  }
  auto addresses = media_addresses(url->host, url->port);
  if (!addresses) return Failure{addresses.error()};
  return ClientRunnerOptions{
      .websocket_url = (url->secure() ? "wss://" : "ws://") + url->authority() + "/client",
      .connect = {},
      .media_addresses = std::move(*addresses),
      .session = {},
      .player = plan.player};
}

bool report(const CallPlan& plan, client::Evidence evidence, std::ostream& out) {
  for (const auto& [name, sound] : plan.sounds) {
    evidence.files[name] = {sound.samples, sound.sample_rate};
  }
  bool all_met = true;
  for (const client::Expectation& expectation : plan.expectations) {
    const client::Verdict verdict = client::judge(expectation, evidence);
    out << (verdict.met ? "ok    " : "FAIL  ") << verdict.text << '\n';
    all_met = all_met && verdict.met;
  }
  return all_met;
}

}  // namespace

Result<bool, std::string> run_call(const CallArguments& arguments, const ServerPlace& place,
                                   std::ostream& out) {
  const auto plan = plan_call(arguments, place);
  if (!plan) return Failure{plan.error()};
  auto options = runner_options(place, *plan);
  if (!options) return Failure{options.error()};
  auto tls = load_tls(place);
  if (!tls) return Failure{tls.error()};
  options->connect = {.tls = std::move(*tls), .guard = {}};

  net::EventLoop loop;
  auto token = request_user_token(loop, options->connect, place, plan->login);
  if (!token) return Failure{token.error()};
  options->session.token = std::move(*token);
  CallRun run(loop, *plan, out);
  if (const auto done = run.run(std::move(*options)); !done) return Failure{done.error()};
  const client::Evidence evidence = run.evidence();
  if (!arguments.record.empty() &&
      !write_sound(arguments.record, evidence.heard.samples, client::MediaRecorder::kRate)) {
    return Failure{arguments.record + " cannot be written."};
  }
  return report(*plan, evidence, out);
}

}  // namespace parley::cli
