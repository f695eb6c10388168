#include "operations/url_rules.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/socket_address.hpp"

namespace parley::operations {
namespace {

constexpr std::size_t kMaxUri = 2048;

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  return host == "localhost" || (ip && ip->is_loopback());
}

std::optional<std::string> check(std::string_view uri, const ApiOptions& options) {
  if (uri.size() > kMaxUri) return "longer than " + std::to_string(kMaxUri) + " characters";
  const auto parsed = boost::urls::parse_absolute_uri({uri.data(), uri.size()});
  if (!parsed) return "not an absolute URL such as https://bot.example.com/calls";
  const boost::urls::url_view url = *parsed;
  const std::string host = url.host();
  if (host.empty()) return "it names no host";
  if (url.has_userinfo()) return "a user name or password in the URL is not allowed";
  if (url.scheme_id() == boost::urls::scheme::https) return std::nullopt;
  if (url.scheme_id() != boost::urls::scheme::http) return "allowed are https URLs";
  if (!is_loopback_host(url.encoded_host().operator std::string()))
    return "plain http is allowed to loopback only; use https";
  if (!options.allow_loopback_http)
    return "plain http to loopback is not allowed by this server's configuration; use https, or "
           "set "
           "allow_loopback_http";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> check_callback_uri(std::string_view uri, const ApiOptions& options) {
  return check(uri, options);
}

std::optional<std::string> check_prompt_uri(std::string_view uri, const ApiOptions& options) {
  return check(uri, options);
}

}  // namespace parley::operations
