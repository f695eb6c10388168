#include "net/forwarded_client.hpp"

#include <string_view>

#include "base/text.hpp"

namespace parley::net {
namespace {

/// Some proxies add the port, which needs brackets around IPv6, and some the brackets alone.
std::optional<IpAddress> parse_element(std::string_view text) {
  if (const auto address = IpAddress::parse(text)) return address;
  if (text.starts_with('[') && text.ends_with(']'))
    return IpAddress::parse(text.substr(1, text.size() - 2));
  const auto with_port = SocketAddress::parse(text);
  return with_port ? std::optional(with_port->ip) : std::nullopt;
}

}  // namespace

std::optional<IpAddress> forwarded_client(const HttpHeaders& headers,
                                          std::span<const IpNetwork> trusted) {
  // Several fields are one list, in their order (RFC 9110 §5.3).
  const auto& fields = headers.fields();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!equal_ignoring_case(field->first, "X-Forwarded-For")) continue;
    std::string_view rest = field->second;
    while (true) {
      const std::size_t comma = rest.rfind(',');
      const auto address =
          parse_element(trim_whitespace(comma == rest.npos ? rest : rest.substr(comma + 1)));
      if (!address) return std::nullopt;
      if (!is_in_any(*address, trusted)) return address->unmapped();
      if (comma == rest.npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return std::nullopt;
}

}  // namespace parley::net
