#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/api_client.hpp"
#include "net/event_loop.hpp"

namespace parley::bench {

/// `parley serve` of the same build on its own core, with free ports and a data folder of its own.
class ServerProcess {
 public:
  /// Returns when it is ready. @param settings  `KEY=VALUE`, as --set takes them
  static Result<std::unique_ptr<ServerProcess>, std::string> start(
      const std::vector<std::string>& settings);
  /// Ends it as an operator would, and removes its folder.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  pid_t process() const { return process_; }
  const cli::ServerPlace& place() const { return place_; }
  /// The sum of a metric's series, of all shards; 0 when there is none yet. Waits on the loop.
  std::optional<double> metric(net::EventLoop& loop, std::string_view name) const;
  /// Where benchmarks write; the data folder is below it.
  static std::filesystem::path output_folder();

 private:
  explicit ServerProcess(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path log_file() const { return folder_ / "server.log"; }
  Result<void, std::string> wait_until_ready();
  bool is_running();

  std::filesystem::path folder_;
  cli::ServerPlace place_;
  pid_t process_ = -1;
};

}  // namespace parley::bench
