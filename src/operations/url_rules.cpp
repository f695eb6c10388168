#include "operations/url_rules.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/host_name.hpp"
#include "base/socket_address.hpp"
#include "identity/directory_admin.hpp"
#include "operations/api_error.hpp"

namespace parley::operations {
namespace {

/// Why nobody could connect to it, or nothing.
std::optional<std::string> check_host_and_port(const boost::urls::url_view& url) {
  const auto host = url.encoded_host_address();
  if (host.empty()) return "it names no host";
  const std::string_view text(host.data(), host.size());
  if (!is_host_name(text) && !IpAddress::parse(text))
    return "the host is neither a name of letters, digits, dots, hyphens and underscores nor an "
           "address";
  if (url.has_port() && url.port_number() == 0) return "its port is not one of 1 to 65535";
  return std::nullopt;
}

bool is_http_allowed(const std::string& host, const std::optional<IpAddress>& ip,
                     const ApiOptions& options) {
  return options.reachable.allow_loopback && (host == "localhost" || (ip && ip->is_loopback()));
}

}  // namespace

std::optional<std::string> check_outbound_uri(std::string_view uri, const ApiOptions& options) {
  if (uri.size() > identity::kMaxUriLength)
    return "longer than " + std::to_string(identity::kMaxUriLength) + " characters";
  const auto parsed = boost::urls::parse_absolute_uri({uri.data(), uri.size()});
  // Boost takes `host:80path` for a path behind the port, where RFC 3986 §3.3 wants a slash.
  if (!parsed || !(parsed->encoded_path().empty() || parsed->is_path_absolute()))
    return "not an absolute URL such as https://bot.example.com/calls";
  const boost::urls::url_view& url = *parsed;
  if (url.has_userinfo()) return "a user name or password in the URL is not allowed";
  if (auto wrong = check_host_and_port(url)) return wrong;
  const std::string host = url.host_address();
  const auto ip = IpAddress::parse(host);
  if (ip && !is_allowed(*ip, options.reachable))
    return "the address " + host +
           " is not public; webhooks.allow_loopback or webhooks.allow_private allows it";
  if (url.scheme_id() == boost::urls::scheme::https) return std::nullopt;
  if (url.scheme_id() != boost::urls::scheme::http) return "allowed are https URLs";
  if (is_http_allowed(host, ip, options)) return std::nullopt;
  return "plain http is allowed to loopback only, and only with webhooks.allow_loopback; use https";
}

Result<std::optional<std::string>, ApiError> read_callback_uri(std::optional<std::string> uri,
                                                               const ApiOptions& options) {
  if (!uri || uri->empty()) return std::optional<std::string>();
  if (const auto wrong = check_outbound_uri(*uri, options))
    return Failure{bad_request("callbackUri: " + *wrong)};
  return uri;
}

}  // namespace parley::operations
