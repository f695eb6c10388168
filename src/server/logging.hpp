#pragma once

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "base/time.hpp"

namespace parley::server {

std::optional<LogLevel> log_level_named(std::string_view name);

struct JsonLogOptions {
  int descriptor = STDERR_FILENO;
  /// Lines that wait for a slow reader; a further one takes the place of the oldest.
  std::size_t max_waiting = 8'192;
  /// What a reader has for the lines that wait when the log ends.
  Duration last_words = std::chrono::seconds(2);
};

/// JSON lines on stderr: `{"time":…,"level":…,"event":…,KEY:VALUE,…}`. A thread of its own writes
/// them, so that a reader who stalls delays nobody. Thread-safe, the level too.
class JsonLog final : public LogSink {
 public:
  /// Throws spdlog::spdlog_ex or std::system_error when the system has no thread.
  explicit JsonLog(LogLevel level, JsonLogOptions options = {});
  /// Writes what waits, as long as `last_words` allow.
  ~JsonLog() override;

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override;
  void set_level(LogLevel level);
  /// Lines that were not written, because their reader was too slow or is gone.
  std::uint64_t dropped() const;

 private:
  class Sink;
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

/// One line without its end; `time` is ISO 8601.
std::string json_log_line(std::string_view time, LogLevel level, std::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace parley::server
