#include "cli/serve.hpp"

#include <sys/resource.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <system_error>

#include "net/event_loop.hpp"
#include "server/file_io.hpp"
#include "server/logging.hpp"
#include "server/server.hpp"

namespace parley::cli {
namespace {

constexpr Duration kLookAgain = std::chrono::milliseconds(50);
/// For the last notifications, whose receivers may be dead; the next start tries again.
constexpr Duration kLastWords = std::chrono::seconds(5);
/// For clients to answer the closing of their sockets.
constexpr Duration kGoodbye = std::chrono::seconds(1);

/// The main thread while the server runs: signals, and the way to its end. No new calls come in
/// while those that run may end by themselves; the rest is ended at the deadline; then bots and
/// clients hear of it. A second signal cuts that short.
class Watch {
 public:
  Watch(server::Server& server, server::JsonLog& log, const ServeRequest& request,
        Duration drain_time)
      : server_(server), log_(log), request_(request), drain_time_(drain_time) {
    loop_.on_signals({SIGTERM, SIGINT}, [this](int) { on_stop(); });
    loop_.on_signals({SIGHUP}, [this](int) { reload(); });
  }

  void run() { loop_.run(); }

 private:
  enum class Stage { serving, draining, telling, closing };

  void on_stop() {
    if (stage_ != Stage::serving) return loop_.stop();
    log_.write(LogLevel::info, "draining", {{"calls", std::to_string(server_.calls())}});
    server_.drain();
    enter(Stage::draining, drain_time_);
  }

  void enter(Stage stage, Duration at_most) {
    stage_ = stage;
    stage_ends_ = loop_.now() + at_most;
    look();
  }

  void look() {
    const bool out_of_time = loop_.now().monotonic >= stage_ends_;
    if (stage_ == Stage::draining && (server_.calls() == 0 || out_of_time)) {
      if (server_.calls() > 0)
        log_.write(LogLevel::warning, "ending_calls", {{"calls", std::to_string(server_.calls())}});
      server_.end_calls();
      return enter(Stage::telling, kLastWords);
    }
    const bool all_told = server_.calls() == 0 && server_.webhook_lanes() == 0;
    if (stage_ == Stage::telling && (all_told || out_of_time)) {
      server_.close_clients();
      return enter(Stage::closing, kGoodbye);
    }
    if (stage_ == Stage::closing && (server_.clients() == 0 || out_of_time)) return loop_.stop();
    timer_.set(loop_.now() + kLookAgain);
  }

  void reload() {
    if (auto reloaded = server_.reload_certificate(); reloaded)
      log_.write(LogLevel::info, "certificate_reloaded", {});
    else
      log_.write(LogLevel::error, "certificate_not_reloaded", {{"reason", reloaded.error()}});
    reload_log_level();
  }

  void reload_log_level() {
    ServeRequest again = request_;
    if (again.sources.file) {
      const auto text = server::read_file(again.sources.file->first);
      if (text) again.sources.file->second = *text;
    }
    const auto configuration = server::read_configuration(again.sources);
    if (!configuration)
      return log_.write(LogLevel::error, "configuration_not_reloaded",
                        {{"reason", configuration.error()}});
    log_.set_level(*server::log_level_named(configuration->log_level));
    log_.write(LogLevel::info, "log_level_reloaded", {{"log_level", configuration->log_level}});
  }

  net::EventLoop loop_;
  server::Server& server_;
  server::JsonLog& log_;
  const ServeRequest& request_;
  Duration drain_time_;
  Stage stage_ = Stage::serving;
  Instant stage_ends_{};
  net::Timer timer_{loop_, [this] {
                      look();
                    }};
};

/// Every connection and recording is a descriptor: take as many as the system lets us have.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const ServeRequest& request, const server::Configuration& configuration) {
  // Who reads our log may go; that must not end the calls.
  std::signal(SIGPIPE, SIG_IGN);
  raise_open_files();
  std::optional<server::JsonLog> log;
  try {
    log.emplace(*server::log_level_named(configuration.log_level));
  } catch (const std::system_error&) {
    std::cerr
        << "parley serve: the system gives no thread to write the log. Give the service more: "
           "TasksMax= of its unit, `ulimit -u`.\n";
    return 1;
  }
  auto server = server::Server::start(configuration, *log, [&log] { return log->dropped(); });
  if (!server) {
    std::cerr << "parley serve: " << server.error() << "\n";
    return 1;
  }
  Watch watch(**server, *log, request, std::chrono::seconds(configuration.drain_seconds));
  std::cout << "parley ready " << (*server)->addresses().public_url << std::endl;
  watch.run();
  return 0;
}

}  // namespace

int run_serve(std::span<const std::string> arguments) {
  const auto request = read_serve_arguments(arguments);
  if (!request) {
    std::cerr << "parley serve: " << request.error() << "\n";
    return 2;
  }
  if (request->help || request->print_configuration) {
    std::cout << (request->help ? serve_help() : server::configuration_reference());
    return 0;
  }
  const auto configuration = server::read_configuration(request->sources);
  if (!configuration) {
    std::cerr << "parley serve: " << configuration.error() << "\n";
    return 2;
  }
  return serve(*request, *configuration);
}

}  // namespace parley::cli
