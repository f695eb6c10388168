#include "net/http_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "net/http_strictness.hpp"

namespace parley::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kMaxFields = 200;

/// A chunk's size line, and all trailer fields together, while they are incomplete. Beast has no
/// limit for either.
constexpr std::size_t kMaxChunkLine = 8 << 10;

std::string text_of(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

/// Where Beast puts what it reads, and what we ask of either kind of its parsers.
struct HttpParser::Message {
  explicit Message(std::size_t limit) : max_body(limit) {}
  virtual ~Message() = default;

  virtual std::size_t put(std::string_view bytes, beast::error_code& error) = 0;
  virtual bool is_done() const = 0;
  virtual bool is_chunked() const = 0;
  virtual bool ends_with_connection() const = 0;

  std::size_t max_body;
  HttpHead head;
  std::string body;
  bool has_head = false;
  /// Our own reason to stop Beast, which then gives back some error.
  std::optional<HttpParseError> refusal;
};

/// Beast's parser without its message container: fields and body go where we keep them.
template <bool isRequest>
class HttpParser::Adapter final : public HttpParser::Message, http::basic_parser<isRequest> {
  using Error = beast::error_code;
  using Text = beast::string_view;

 public:
  Adapter(Kind kind, std::size_t limit) : Message(limit) {
    this->eager(true);
    // HttpHeadScanner has counted the head.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    // Of a response we want what fits.
    if (isRequest)
      this->body_limit(limit);
    else
      this->body_limit(boost::none);
    this->skip(kind == Kind::response_to_head);
  }

  std::size_t put(std::string_view bytes, Error& error) override {
    return http::basic_parser<isRequest>::put({bytes.data(), bytes.size()}, error);
  }
  bool is_done() const override { return http::basic_parser<isRequest>::is_done(); }
  bool is_chunked() const override { return this->chunked(); }
  bool ends_with_connection() const override { return this->need_eof(); }

 private:
  void refuse(HttpParseError reason, Error& error) {
    refusal = reason;
    error = http::error::bad_value;
  }

  void on_request_impl(http::verb, Text method, Text target, int version, Error& error) override {
    auto origin = origin_form({target.data(), target.size()});
    if (!origin) return refuse(HttpParseError::malformed, error);
    head.method = text_of(method);
    head.target = std::move(*origin);
    head.minor_version = version % 10;
  }

  void on_response_impl(int code, Text, int version, Error& error) override {
    // Beast takes any three digits.
    if (code < 100) return refuse(HttpParseError::malformed, error);
    head.status = code;
    head.minor_version = version % 10;
  }

  void on_field_impl(http::field, Text name, Text value, Error& error) override {
    // Trailer fields: Beast gives them like any other, as if the head had said so.
    if (has_head) return;
    if (head.headers.fields().size() == kMaxFields)
      return refuse(HttpParseError::headers_too_large, error);
    head.headers.add(text_of(name), text_of(value));
  }

  void on_header_impl(Error& error) override {
    has_head = true;
    // Later a trailer field could change Beast's mind.
    head.keep_alive = this->keep_alive();
    if (isRequest && !has_right_host(head.headers, head.minor_version))
      return refuse(HttpParseError::malformed, error);
    if (const auto wrong = check_framing(head.headers, head.minor_version)) refuse(*wrong, error);
  }

  void on_chunk_header_impl(std::uint64_t, Text extensions, Error& error) override {
    if (!is_field_value({extensions.data(), extensions.size()}))
      refuse(HttpParseError::malformed, error);
  }

  std::size_t on_body_impl(Text bytes, Error& error) override {
    const std::size_t room = max_body - body.size();
    body.append(bytes.data(), std::min(bytes.size(), room));
    if (bytes.size() > room) error = http::error::body_limit;
    return bytes.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Error& error) override {
    return on_body_impl(bytes, error);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  void on_finish_impl(Error&) override {}
};

HttpParser::HttpParser(Kind kind, std::size_t max_body) {
  if (kind == Kind::request)
    message_ = std::make_unique<Adapter<true>>(kind, max_body);
  else
    message_ = std::make_unique<Adapter<false>>(kind, max_body);
}

HttpParser::HttpParser(HttpParser&&) noexcept = default;
HttpParser& HttpParser::operator=(HttpParser&&) noexcept = default;
HttpParser::~HttpParser() = default;

std::optional<HttpParseError> HttpParser::put_head(std::string_view head) {
  // RFC 9112 §4 wants a space after the status, and Beast insists; servers that send no reason
  // often leave it out.
  constexpr std::size_t kBareStatusLine = std::string_view("HTTP/1.1 204").size();
  std::string mended;
  if (head.starts_with("HTTP/") && head.find('\r') == kBareStatusLine) {
    mended.append(head).insert(kBareStatusLine, 1, ' ');
    head = mended;
  }
  beast::error_code error;
  const std::size_t used = message_->put(head, error);
  if (message_->refusal) return message_->refusal;
  if (error == http::error::body_limit) return HttpParseError::body_too_large;
  if (error == http::error::bad_version) return version_error(head);
  if (error || used != head.size()) return HttpParseError::malformed;
  return std::nullopt;
}

Result<std::size_t, HttpParseError> HttpParser::put_body(std::string_view bytes) {
  if (bytes.empty() || done()) return std::size_t{0};
  // Beast asserts that there are 5 bytes when it comes back to a last chunk that is also the first
  // (basic_parser.ipp, parse_chunk_header: `BOOST_ASSERT(n >= 5)`), and aborts on `0 CR LF CR`.
  if (message_->is_chunked() && bytes.size() < 5 && bytes.starts_with("0\r\n"))
    return std::size_t{0};
  beast::error_code error;
  const std::size_t used = message_->put(bytes, error);
  if (message_->refusal) return Failure{*message_->refusal};
  if (error == http::error::body_limit) return Failure{HttpParseError::body_too_large};
  if (error && error != http::error::need_more) return Failure{HttpParseError::malformed};
  if (!done() && bytes.size() - used > kMaxChunkLine) return Failure{HttpParseError::malformed};
  return used;
}

bool HttpParser::done() const {
  return message_->is_done();
}

bool HttpParser::until_close() const {
  return message_->has_head && message_->ends_with_connection();
}

HttpHead& HttpParser::head() {
  return message_->head;
}

const HttpHead& HttpParser::head() const {
  return message_->head;
}

std::string& HttpParser::body() {
  return message_->body;
}

}  // namespace parley::net
