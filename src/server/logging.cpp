#include "server/logging.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/bytes.hpp"
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

/// JSON lets DEL and the controls U+0080 to U+009F stand as they are; a terminal may obey them.
std::string without_controls(std::string json) {
  for (std::size_t at = 0; (at = json.find_first_of("\x7F\xC2", at)) != json.npos; ++at) {
    // U+0080 to U+009F are 0xC2 and their own code.
    const bool is_delete = json[at] == '\x7F';
    const auto code = static_cast<std::uint8_t>(json[is_delete ? at : at + 1]);
    if (!is_delete && (code < 0x80 || code >= 0xA0)) continue;
    json.replace(at, is_delete ? 1 : 2, "\\u00" + to_hex(ByteView(&code, 1)));
  }
  return json;
}

void append_member(std::string& line, std::string_view key, std::string_view value) {
  line += line.empty() ? '{' : ',';
  line += model::write_json(model::Json(key)) + ':' +
          without_controls(model::write_json(model::Json(value)));
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
