#include "bench/server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
#include <thread>

#include "bench/process_usage.hpp"
#include "model/json.hpp"
#include "net/http_client.hpp"

namespace parley::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookAgain = 20ms;
constexpr auto kLongestStart = 30s;
constexpr auto kLongestEnd = 20s;
constexpr auto kPatience = 10s;
constexpr std::string_view kReady = "parley ready ";

/// `build/PRESET/`, where this program is.
std::filesystem::path build_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

/// In the child: becomes the server.
[[noreturn]] void become(const std::vector<std::string>& words, const std::string& log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to_core(kServerCore);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

std::filesystem::path ServerProcess::output_folder() {
  return build_folder().parent_path() / "bench";
}

Result<std::unique_ptr<ServerProcess>, std::string> ServerProcess::start(
    const std::vector<std::string>& settings) {
  std::filesystem::create_directories(output_folder());
  std::string folder = (output_folder() / "run-XXXXXX").string();
  if (!mkdtemp(folder.data())) return Failure{"no folder can be made in build/bench"};
  std::unique_ptr<ServerProcess> server(new ServerProcess(folder));
  server->place_.data_dir = server->folder_ / "data";

  std::vector<std::string> words{(build_folder() / "parley").string(), "serve"};
  std::vector<std::string> all{"data=" + server->place_.data_dir.string(),
                               "listen.https=127.0.0.1:0",
                               "listen.page=", "listen.metrics=127.0.0.1:0",
                               "media.bind=[\"127.0.0.1:0\"]", "drain_seconds=1",
                               // The bot's certificate is one that this server made.
                               "tls.extra_authorities=" + server->place_.authority_file().string()};
  all.insert(all.end(), settings.begin(), settings.end());
  for (const std::string& setting : all) {
    words.emplace_back("--set");
    words.push_back(setting);
  }
  const std::string log = server->log_file().string();
  server->process_ = fork();
  if (server->process_ == 0) become(words, log);
  if (auto ready = server->wait_until_ready(); !ready) return Failure{ready.error()};
  return server;
}

Result<void, std::string> ServerProcess::wait_until_ready() {
  const auto end = std::chrono::steady_clock::now() + kLongestStart;
  while (std::chrono::steady_clock::now() < end) {
    const std::string told = cli::read_file(log_file()).value_or("");
    const std::size_t at = told.find(kReady);
    if (at != told.npos && told.find('\n', at) != told.npos) {
      const std::size_t url = at + kReady.size();
      place_.url = told.substr(url, told.find('\n', url) - url);
      return {};
    }
    if (!is_running()) return Failure{"the server ended at once: " + told};
    std::this_thread::sleep_for(kLookAgain);
  }
  return Failure{std::string("the server was not ready in time")};
}

std::optional<double> ServerProcess::metric(net::EventLoop& loop, std::string_view name) const {
  const auto ports = cli::read_file(place_.data_dir / "ports.json");
  const auto json = model::parse_json(ports.value_or(""));
  if (!json) return std::nullopt;
  net::HttpClient http(loop, {});
  net::HttpClientRequest request;
  request.url = "http://" + cli::text_at(*json, "/metrics") + "/metrics";
  request.max_body = 1u << 20;
  std::optional<std::string> page;
  bool is_over = false;
  http.request(std::move(request), [&](auto answer) {
    if (answer) page = std::move(answer->body);
    is_over = true;
  });
  if (!loop.run_until([&] { return is_over; }, kPatience) || !page) return std::nullopt;
  double sum = 0;
  std::istringstream lines(*page);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(std::string(name) + "{") || line.starts_with(std::string(name) + " "))
      sum += std::stod(line.substr(line.rfind(' ') + 1));
  return sum;
}

bool ServerProcess::is_running() {
  if (process_ > 0 && waitpid(process_, nullptr, WNOHANG) == process_) process_ = -1;
  return process_ > 0;
}

ServerProcess::~ServerProcess() {
  if (process_ > 0) kill(process_, SIGTERM);
  const auto end = std::chrono::steady_clock::now() + kLongestEnd;
  while (is_running() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(kLookAgain);
  if (is_running()) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace parley::bench
