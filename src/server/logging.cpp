#include "server/logging.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "model/iso_time.hpp"
#include "model/json.hpp"
#include "net/event_loop.hpp"

namespace parley::server {
namespace {

constexpr LogLevel kLevels[] = {LogLevel::debug, LogLevel::info, LogLevel::warning,
                                LogLevel::error};

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "";
}

spdlog::level::level_enum native(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_member(std::string& line, std::string_view key, std::string_view value) {
  line += line.empty() ? '{' : ',';
  line += model::write_json(model::Json(key)) + ':' + model::write_json(model::Json(value));
}

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view name) {
  for (const LogLevel level : kLevels)
    if (level_name(level) == name) return level;
  return std::nullopt;
}

std::string json_log_line(std::string_view time, LogLevel level, std::string_view event,
                          std::initializer_list<LogField> fields) {
  std::string line;
  append_member(line, "time", time);
  append_member(line, "level", level_name(level));
  append_member(line, "event", event);
  for (const LogField& field : fields)
    if (!field.value.empty()) append_member(line, field.key, field.value);
  return line + '}';
}

JsonLog::JsonLog(LogLevel level)
    : logger_(std::make_unique<spdlog::logger>("parley",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  set_level(level);
}

JsonLog::~JsonLog() = default;

void JsonLog::write(LogLevel level, std::string_view event,
                    std::initializer_list<LogField> fields) {
  if (!logger_->should_log(native(level))) return;
  const std::string time = model::write_iso_time(net::read_clocks().utc);
  logger_->log(native(level), spdlog::string_view_t(json_log_line(time, level, event, fields)));
}

void JsonLog::set_level(LogLevel level) {
  logger_->set_level(native(level));
  logger_->flush_on(spdlog::level::warn);
}

}  // namespace parley::server
