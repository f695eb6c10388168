#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/log.hpp"

namespace spdlog {
class logger;
}

namespace parley::server {

std::optional<LogLevel> log_level_named(std::string_view name);

/// JSON lines on stderr: `{"time":…,"level":…,"event":…,KEY:VALUE,…}`. Thread-safe, the level too.
class JsonLog final : public LogSink {
 public:
  explicit JsonLog(LogLevel level);
  ~JsonLog() override;

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;
  void set_level(LogLevel level);

 private:
  std::unique_ptr<spdlog::logger> logger_;
};

/// One line without its end; `time` is ISO 8601.
std::string json_log_line(std::string_view time, LogLevel level, std::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace parley::server
