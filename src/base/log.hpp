#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace parley {

enum class LogLevel { debug, info, warning, error };

/// Personal data (names, numbers, digits, addresses of people) reaches a log only through this
/// wrapper, which prints a mark in its place unless the operator asked for it.
struct Redacted {
  std::string_view value;
};

struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, Redacted) : key(k), value("[redacted]") {}
};

/// Where structured log lines go; passed in, never global. `event` is a fixed snake_case word, the
/// fields carry call id, request id and reason.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields) = 0;
};

/// Drops everything: for tests that don't look.
class NullLog final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace parley
