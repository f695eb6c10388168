#include "cli/serve.hpp"

#include <sys/resource.h>

#include <csignal>
#include <iostream>

#include "net/event_loop.hpp"
#include "server/file_io.hpp"
#include "server/logging.hpp"
#include "server/server.hpp"

namespace parley::cli {
namespace {

constexpr Duration kLookAgain = std::chrono::milliseconds(100);

/// The main thread while the server runs: signals, and the wait for running calls.
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
  void on_stop() {
    if (drained_by_) return loop_.stop();
    drained_by_ = loop_.now() + drain_time_;
    log_.write(LogLevel::info, "draining", {{"calls", std::to_string(server_.calls())}});
    server_.drain();
    look();
  }

  void look() {
    if (server_.calls() == 0 || loop_.now().monotonic >= *drained_by_) return loop_.stop();
    timer_.set(loop_.now() + kLookAgain);
  }

  void reload() {
    if (auto reloaded = server_.reload_certificate(); !reloaded)
      log_.write(LogLevel::error, "certificate_not_reloaded", {{"reason", reloaded.error()}});
    ServeRequest again = request_;
    if (again.sources.file) {
      const auto text = server::read_file(again.sources.file->first);
      if (text) again.sources.file->second = *text;
    }
    const auto configuration = server::read_configuration(again.sources);
    if (!configuration)
      log_.write(LogLevel::error, "configuration_not_reloaded",
                 {{"reason", configuration.error()}});
    else
      log_.set_level(*server::log_level_named(configuration->log_level));
    log_.write(LogLevel::info, "reloaded", {});
  }

  net::EventLoop loop_;
  server::Server& server_;
  server::JsonLog& log_;
  const ServeRequest& request_;
  Duration drain_time_;
  std::optional<Instant> drained_by_;
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
  server::JsonLog log(*server::log_level_named(configuration.log_level));
  auto server = server::Server::start(configuration, log);
  if (!server) {
    std::cerr << "parley serve: " << server.error() << "\n";
    return 1;
  }
  Watch watch(**server, log, request, std::chrono::seconds(configuration.drain_seconds));
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
