#include "server/logging.hpp"

#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <functional>

#include "base/bytes.hpp"
#include "model/iso_time.hpp"
#include "model/json.hpp"
#include "net/event_loop.hpp"

namespace parley::server {
namespace {

/// While a reader stalls: how soon the end of the log is noticed.
constexpr int kLookAgainMilliseconds = 50;

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

std::string time_text() {
  return model::write_iso_time(net::read_clocks().utc);
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

/// Writes to a descriptor whose reader may stall: then it looks now and then whether the log is at
/// its end, which a reader must not hold up. The log's own thread calls it.
class JsonLog::Sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit Sink(int descriptor) : descriptor_(descriptor) {}

  /// From then on lines are dropped that would have to wait.
  void give_up_at(Instant when) { gives_up_ = when; }
  /// How many lines never came here, so far.
  void on_line(std::function<std::uint64_t()> overrun) { overrun_ = std::move(overrun); }
  std::uint64_t dropped() const { return dropped_; }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (const std::uint64_t overrun = overrun_(); overrun > told_) {
      const std::string lines = std::to_string(overrun - told_);
      told_ = overrun;
      write_line(json_log_line(time_text(), LogLevel::warning, "log_lines_dropped",
                               {{"lines", lines}, {"reason", "their reader is too slow"}}));
    }
    write_line(std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

  void write_line(std::string line) {
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty() && wait_for_room()) {
      // A pipe that has room at all has room for so much: the write does not wait, unless others
      // write to it, too. A disk that hangs holds it up; nothing helps against that.
      const ssize_t written =
          ::write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
      if (written >= 0)
        rest.remove_prefix(static_cast<std::size_t>(written));
      else if (errno != EINTR && errno != EAGAIN)
        break;
    }
    if (!rest.empty()) ++dropped_;
  }

  bool wait_for_room() const {
    while (true) {
      const bool gives_up = net::read_clocks().monotonic >= gives_up_.load();
      pollfd asked{descriptor_, POLLOUT, 0};
      if (::poll(&asked, 1, gives_up ? 0 : kLookAgainMilliseconds) > 0) return true;
      if (gives_up) return false;
    }
  }

  const int descriptor_;
  std::function<std::uint64_t()> overrun_;
  std::uint64_t told_ = 0;
  std::atomic<Instant> gives_up_{Instant::max()};
  std::atomic<std::uint64_t> dropped_{0};
};

/// In this order: the pool's thread ends, and has written all, before its sink goes.
struct JsonLog::Parts {
  explicit Parts(const JsonLogOptions& options)
      : last_words(options.last_words),
        sink(std::make_shared<Sink>(options.descriptor)),
        pool(std::make_shared<spdlog::details::thread_pool>(options.max_waiting, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            "parley", sink, pool, spdlog::async_overflow_policy::overrun_oldest)) {
    sink->on_line([queue = pool.get()] { return queue->overrun_counter(); });
    // The library's own handler writes to stderr, where a caller might wait.
    logger->set_error_handler([](const std::string&) {});
  }

  const Duration last_words;
  const std::shared_ptr<Sink> sink;
  const std::shared_ptr<spdlog::details::thread_pool> pool;
  const std::shared_ptr<spdlog::async_logger> logger;
};

JsonLog::JsonLog(LogLevel level, JsonLogOptions options)
    : parts_(std::make_unique<Parts>(options)) {
  set_level(level);
}

JsonLog::~JsonLog() {
  parts_->sink->give_up_at(net::read_clocks().monotonic + parts_->last_words);
}

std::uint64_t JsonLog::dropped() const {
  return parts_->pool->overrun_counter() + parts_->sink->dropped();
}

void JsonLog::write(LogLevel level, std::string_view event,
                    std::initializer_list<LogField> fields) {
  if (!parts_->logger->should_log(native(level))) return;
  const std::string line = json_log_line(time_text(), level, event, fields);
  parts_->logger->log(native(level), spdlog::string_view_t(line));
}

void JsonLog::set_level(LogLevel level) {
  parts_->logger->set_level(native(level));
}

}  // namespace parley::server
