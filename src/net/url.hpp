#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// An absolute URL of the four schemes we connect to (RFC 3986, RFC 6455 §3).
struct Url {
  std::string scheme;  ///< `http`, `https`, `ws` or `wss`.
  std::string host;    ///< Lower case; an IPv6 literal without its brackets.
  std::uint16_t port = 0;
  std::string target = "/";  ///< Path and query, without the fragment.

  /// nullopt for anything else, user information, port 0, spaces, control characters and non-ASCII
  /// included.
  static std::optional<Url> parse(std::string_view text);
  bool secure() const { return scheme == "https" || scheme == "wss"; }
  bool websocket() const { return scheme.starts_with("ws"); }
  /// The Host header: brackets for IPv6, the port unless it is the scheme's own.
  std::string authority() const;
  /// Scheme, host and port: connections may be shared within it.
  std::string origin() const;
};

}  // namespace parley::net
