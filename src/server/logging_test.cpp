#include "server/logging.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <thread>

#include "model/json.hpp"
#include "server/server_test_support.hpp"

namespace parley::server {
namespace {

/// In the place of stderr; it holds a page.
class LogPipe {
 public:
  LogPipe() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  }
  ~LogPipe() {
    close_reader();
    close_writer();
  }
  int writer() const { return ends_[1]; }
  void close_reader() { close(ends_[0]); }
  void close_writer() { close(ends_[1]); }

  /// The lines to the end of the pipe.
  std::vector<model::Json> read_all() {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(ends_[0], piece.data(), piece.size())) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(got));
    std::vector<model::Json> lines;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != text.npos; at = end + 1)
      lines.push_back(*model::parse_json(std::string_view(text).substr(at, end - at)));
    return lines;
  }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }

  std::array<int, 2> ends_{};
};

std::uint64_t number_in(const model::Json& line, const char* key) {
  return std::stoull(std::string(line.at(key).as_string()));
}

void write_lines(JsonLog& log, int count) {
  for (int i = 0; i < count; ++i)
    log.write(LogLevel::info, "line", {{"number", std::to_string(i)}});
}

TEST(JsonLog, WritesAllInOrderBeforeItEnds) {
  LogPipe pipe;
  auto log = std::make_unique<JsonLog>(LogLevel::info, JsonLogOptions{.descriptor = pipe.writer()});
  write_lines(*log, 20);
  log->write(LogLevel::debug, "quiet", {});
  log->set_level(LogLevel::debug);
  log->write(LogLevel::debug, "long", {{"text", std::string(10'000, 'x')}});
  std::thread end([&] {
    log.reset();
    pipe.close_writer();
  });
  const auto lines = pipe.read_all();
  end.join();
  ASSERT_EQ(lines.size(), 21u);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(number_in(lines[i], "number"), i);
  EXPECT_EQ(lines[20].at("text").as_string().size(), 10'000u);
}

TEST(JsonLog, AReaderThatStallsDelaysNobodyAndHearsWhatItMissed) {
  constexpr int kLines = 2'000;
  constexpr std::size_t kMaxWaiting = 16;
  LogPipe pipe;
  JsonLogOptions options;
  options.descriptor = pipe.writer();
  options.max_waiting = kMaxWaiting;
  options.last_words = std::chrono::hours(1);
  auto log = std::make_unique<JsonLog>(LogLevel::info, options);
  std::thread caller([&] { write_lines(*log, kLines); });
  caller.join();
  const std::uint64_t dropped = log->dropped();
  EXPECT_GT(dropped, 0u);
  std::thread end([&] {
    log.reset();
    pipe.close_writer();
  });
  const auto lines = pipe.read_all();
  end.join();
  std::uint64_t told = 0;
  std::uint64_t heard = 0;
  std::uint64_t next = 0;
  for (const model::Json& line : lines) {
    if (line.at("event").as_string() == "log_lines_dropped") {
      told += number_in(line, "lines");
      continue;
    }
    EXPECT_GE(number_in(line, "number"), next) << "in order";
    next = number_in(line, "number") + 1;
    ++heard;
  }
  EXPECT_EQ(next, std::uint64_t{kLines}) << "the newest are kept";
  EXPECT_EQ(told, dropped);
  EXPECT_EQ(heard + dropped, std::uint64_t{kLines});
}

TEST(JsonLog, EndsThoughItsReaderStalls) {
  LogPipe pipe;
  JsonLogOptions options;
  options.descriptor = pipe.writer();
  options.last_words = std::chrono::milliseconds(1);
  JsonLog log(LogLevel::info, options);
  write_lines(log, 1'000);
}

TEST(JsonLog, CountsWhatAReaderThatIsGoneMissed) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  LogPipe pipe;
  pipe.close_reader();
  JsonLog log(LogLevel::info, {.descriptor = pipe.writer()});
  write_lines(log, 3);
  EXPECT_TRUE(yield_until([&] { return log.dropped() >= 3; }));
  EXPECT_EQ(log.dropped(), 3u);
  std::signal(SIGPIPE, before);
}

TEST(JsonLog, WritesOneEscapedLine) {
  EXPECT_EQ(json_log_line("T", LogLevel::warning, "it_broke",
                          {{"reason", "a \"b\"\nc"}, {"who", Redacted{"alice"}}}),
            R"({"time":"T","level":"warning","event":"it_broke","reason":"a \"b\"\nc",)"
            R"("who":"[redacted]"})");
  EXPECT_EQ(
      json_log_line("T", LogLevel::info, "e",
                    {{"k",
                      "a\x7F"
                      "b\xC2\x9B"
                      "c\xC3\xA4"}}),
      "{\"time\":\"T\",\"level\":\"info\",\"event\":\"e\",\"k\":\"a\\u007fb\\u009bc\xC3\xA4\"}");
  EXPECT_EQ(log_level_named("error"), LogLevel::error);
  EXPECT_EQ(log_level_named("Error"), std::nullopt);
}

}  // namespace
}  // namespace parley::server
