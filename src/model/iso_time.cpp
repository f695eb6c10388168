#include "model/iso_time.hpp"

#include <cstdio>

namespace parley::model {
namespace {

/// Takes fixed-width decimal numbers and single characters from the front of a text.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!take(wanted)) ok_ = false;
  }

  /// The digits after the point, as milliseconds.
  int fraction() {
    std::size_t count = 0;
    int milliseconds = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && count <= 12) {
      if (count < 3) milliseconds = milliseconds * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
      ++count;
    }
    if (count < 1 || count > 12) ok_ = false;
    for (; count < 3; ++count) milliseconds *= 10;
    return milliseconds;
  }

  bool done() const { return ok_ && rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  int fail() {
    ok_ = false;
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

/// "Z", or hours and minutes before or after UTC.
std::chrono::minutes read_offset(TimeReader& reader) {
  if (reader.take('Z') || reader.take('z')) return {};
  const bool ahead = reader.take('+');
  if (!ahead) reader.expect('-');
  const int hours = reader.digits(2);
  reader.expect(':');
  const int minutes = reader.digits(2);
  const std::chrono::minutes offset(hours * 60 + minutes);
  return ahead ? offset : -offset;
}

}  // namespace

std::string write_iso_time(UtcTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text;
  if (const auto rest = static_cast<int>(clock.subseconds().count()); rest != 0) {
    std::snprintf(text, sizeof text, ".%03d", rest);
    out += text;
  }
  return out + "Z";
}

std::optional<UtcTime> parse_iso_time(std::string_view text) {
  using namespace std::chrono;
  TimeReader reader(text);
  const year y(reader.digits(4));
  reader.expect('-');
  const month m(static_cast<unsigned>(reader.digits(2)));
  reader.expect('-');
  const day d(static_cast<unsigned>(reader.digits(2)));
  if (!reader.take('t')) reader.expect('T');
  const int h = reader.digits(2);
  reader.expect(':');
  const int min = reader.digits(2);
  reader.expect(':');
  const int s = reader.digits(2);
  const int ms = reader.take('.') ? reader.fraction() : 0;
  const minutes offset = read_offset(reader);
  const year_month_day date(y, m, d);
  const bool in_range = h < 24 && min < 60 && s < 60 && abs(offset) <= hours(14);
  if (!reader.done() || !date.ok() || !in_range) return std::nullopt;
  return UtcTime(sys_days(date)) + hours(h) + minutes(min) + seconds(s) + milliseconds(ms) - offset;
}

}  // namespace parley::model
