#include "net/url.hpp"

#include <charconv>

#include "base/host_name.hpp"
#include "base/socket_address.hpp"
#include "base/text.hpp"

namespace parley::net {
namespace {

std::optional<std::uint16_t> default_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  return std::nullopt;
}

bool parse_host(std::string_view text, Url& url) {
  if (!text.starts_with('[')) {
    url.host = lower_case(text);
    return is_host_name(url.host);
  }
  if (!text.ends_with(']')) return false;
  url.host = lower_case(text.substr(1, text.size() - 2));
  const auto address = IpAddress::parse(url.host);
  return address && address->family == IpFamily::v6;
}

bool parse_port(std::string_view text, Url& url) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  url.port = static_cast<std::uint16_t>(port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port <= 0xFFFF;
}

bool parse_authority(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  if (!parse_host(text.substr(0, colon), url)) return false;
  return colon == std::string_view::npos || parse_port(text.substr(colon + 1), url);
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F)
      return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = lower_case(text.substr(0, colon));
  const auto port = default_port(url.scheme);
  if (!port) return std::nullopt;
  url.port = *port;
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t path = text.find_first_of("/?");
  if (!parse_authority(text.substr(0, path), url)) return std::nullopt;
  if (path != std::string_view::npos) url.target = text.substr(path);
  if (url.target.starts_with('?')) url.target.insert(0, "/");
  return url;
}

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::origin() const {
  return scheme + "://" + host + "|" + std::to_string(port);
}

}  // namespace parley::net
