#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/api_client.hpp"

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
