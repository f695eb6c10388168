#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/socket_address.hpp"

namespace parley::net {

/// Whether two header names or tokens are the same, ASCII case aside.

/// Header fields in the order they came; names compare without case (RFC 9110 §5.1).
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;

  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<Field> fields) : fields_(fields) {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// Replaces every field of that name.
  void set(std::string name, std::string value);
  void remove(std::string_view name);
  /// The first field's value; the view lives as long as the field.
  std::optional<std::string_view> get(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// Whether `token` stands in a comma-separated list of that name, without case.
  bool has_token(std::string_view name, std::string_view token) const;

  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

struct HttpRequest {
  /// Upper case as RFC 9110 §9 defines them; other tokens come as they are.
  std::string method;
  /// Origin form: `/path?query`, or `*`. Percent-encoding untouched. An absolute form is cut to
  /// this.
  std::string target;
  /// HTTP/1.0 has 0.
  int minor_version = 1;
  HttpHeaders headers;
  std::string body;
  SocketAddress peer;
  bool tls = false;
};

/// Pulled on the loop's thread, once per chunk, when the connection can take more. An empty string
/// ends the body; nullopt cuts the connection, so that the client sees an incomplete body.
using HttpBodySource = std::function<std::optional<std::string>()>;

struct HttpResponse {
  int status = 200;
  /// Content-Length, Transfer-Encoding, Connection and Date are net's own; `Connection: close` is
  /// heard.
  HttpHeaders headers{};
  std::string body{};
  /// In place of `body`, for what is too long to hold: sent chunked, or by length when that is
  /// known.
  HttpBodySource source{};
  std::optional<std::uint64_t> source_length{};
};

/// `OK` for 200; `Status` for a code without a common phrase.
std::string_view reason_phrase(int status);

}  // namespace parley::net
