#include "net/http_writer.hpp"

#include <charconv>
#include <cstdio>

#include "net/http_text.hpp"

namespace parley::net {
namespace {

constexpr std::string_view kOwnHeaders[] = {"content-length", "transfer-encoding", "connection",
                                            "date"};

bool is_own(std::string_view name) {
  for (const std::string_view own : kOwnHeaders)
    if (equals_ignoring_case(own, name)) return true;
  return false;
}

void write_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void write_fields(std::string& out, const HttpHeaders& headers) {
  for (const auto& [name, value] : headers.fields())
    if (!is_own(name) && is_token(name) && is_field_value(value)) write_field(out, name, value);
}

}  // namespace

std::string http_date(UtcTime time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  const int size = std::snprintf(
      text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text, static_cast<std::size_t>(size)};
}

void write_response_head(std::string& out, const HttpResponse& response,
                         const HttpResponseFraming& framing) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  write_field(out, "Date", framing.date);
  write_fields(out, response.headers);
  if (framing.length) write_field(out, "Content-Length", std::to_string(*framing.length));
  if (framing.chunked) write_field(out, "Transfer-Encoding", "chunked");
  if (response.status == 101) {
    write_field(out, "Connection", "Upgrade");
  } else if (!framing.keep_alive) {
    write_field(out, "Connection", "close");
  }
  out.append("\r\n");
}

void write_request_head(std::string& out, const HttpRequest& request, std::string_view authority) {
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  write_field(out, "Host", authority);
  write_fields(out, request.headers);
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) write_field(out, "Content-Length", std::to_string(request.body.size()));
  if (request.headers.has_token("connection", "upgrade")) write_field(out, "Connection", "Upgrade");
  out.append("\r\n");
}

void write_chunk(std::string& out, std::string_view bytes) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, bytes.size(), 16).ptr;
  out.append(digits, end).append("\r\n").append(bytes).append("\r\n");
}

}  // namespace parley::net
