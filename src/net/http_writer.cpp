#include "net/http_writer.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <cstdio>

#include "base/text.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::string_view kOwnHeaders[] = {"content-length", "transfer-encoding", "connection",
                                            "date"};

bool is_own(std::string_view name) {
  for (const std::string_view own : kOwnHeaders)
    if (equal_ignoring_case(own, name)) return true;
  return false;
}

void add_fields(http::fields& fields, const HttpHeaders& headers) {
  for (const auto& [name, value] : headers.fields())
    if (!is_own(name) && is_field(name, value)) fields.insert(name, value);
}

template <class Buffers>
void append(std::string& out, const Buffers& buffers) {
  for (const boost::asio::const_buffer buffer : beast::buffers_range_ref(buffers))
    out.append(static_cast<const char*>(buffer.data()), buffer.size());
}

template <bool isRequest>
void append_head(std::string& out, const http::message<isRequest, http::empty_body>& message) {
  http::serializer<isRequest, http::empty_body> serializer(message);
  serializer.split(true);
  beast::error_code error;
  while (!serializer.is_header_done() && !error)
    serializer.next(error, [&](beast::error_code&, const auto& buffers) {
      append(out, buffers);
      serializer.consume(beast::buffer_bytes(buffers));
    });
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

std::string_view reason_phrase(int status) {
  // RFC 9110 §15.5.14; Beast has the older name.
  if (status == 413) return "Content Too Large";
  const http::status known = http::int_to_status(static_cast<unsigned>(status));
  if (known == http::status::unknown) return "Status";
  const beast::string_view text = http::obsolete_reason(known);
  return {text.data(), text.size()};
}

void write_response_head(std::string& out, const HttpResponse& response,
                         const HttpResponseFraming& framing) {
  http::response<http::empty_body> head;
  head.version(11);
  head.result(static_cast<unsigned>(response.status));
  head.reason(reason_phrase(response.status));
  head.insert(http::field::date, framing.date);
  add_fields(head, response.headers);
  if (framing.length) head.insert(http::field::content_length, std::to_string(*framing.length));
  if (framing.chunked) head.insert(http::field::transfer_encoding, "chunked");
  if (!framing.keep_alive) head.insert(http::field::connection, "close");
  append_head(out, head);
}

void write_request_head(std::string& out, const HttpRequest& request, std::string_view authority) {
  http::request<http::empty_body> head;
  head.version(11);
  head.method_string(request.method);
  head.target(request.target);
  head.insert(http::field::host, authority);
  add_fields(head, request.headers);
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) head.insert(http::field::content_length, std::to_string(request.body.size()));
  append_head(out, head);
}

void write_chunk(std::string& out, std::string_view bytes) {
  if (bytes.empty())
    append(out, http::make_chunk_last());
  else
    append(out, http::make_chunk(boost::asio::buffer(bytes)));
}

}  // namespace parley::net
