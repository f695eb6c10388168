#include <array>
#include <cstdlib>
#include <string>

#include "model/notice.hpp"
#include "net/forwarded_client.hpp"
#include "net/url.hpp"
#include "operations/http_fields.hpp"
#include "operations/table.hpp"
#include "operations/url_rules.hpp"
#include "platform/form.hpp"

namespace parley {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

/// A client found is no proxy, and stays the client with a proxy behind it.
void forwarded_for(const std::string& text) {
  const std::array trusted = {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("::1")};
  const auto client = net::forwarded_client({{"X-Forwarded-For", text}}, trusted);
  require(!client || !is_in_any(*client, trusted));
  require(net::forwarded_client({{"X-Forwarded-For", text + ", 10.0.0.1"}}, trusted) == client);
}

/// What is connected to is what the URL says when it is written again; what a body may name can be
/// connected to.
void url(const std::string& text) {
  const auto url = net::Url::parse(text);
  if (url) {
    const auto again = net::Url::parse(url->scheme + "://" + url->authority() + url->target);
    require(again && again->host == url->host && again->port == url->port &&
            again->target == url->target);
  }
  const operations::ApiOptions options{.public_url = "https://p.test"};
  if (!operations::check_outbound_uri(text, options)) require(url && !url->websocket());
}

/// Decoding makes nothing longer.
template <class Pairs>
void require_no_longer(const Pairs& pairs, const std::string& text) {
  std::size_t size = 0;
  for (const auto& [name, value] : pairs) size += name.size() + value.size();
  require(size <= text.size());
}
void form(const std::string& text) {
  require_no_longer(platform::parse_form(text), text);
}
void query(const std::string& text) {
  const auto read = operations::read_query(text);
  if (read) require_no_longer(*read, text);
}

void path(const std::string& text) {
  const auto route = operations::find_route(operations::Method::post, text);
  if (!route) require(route.error().status >= 400 && !route.error().message.empty());
}

/// The row of another program is refused in words; one of ours means the same when written again.
void notice(const std::string& text) {
  const auto read = model::read_notice(text);
  if (!read) return;
  const std::string written = model::write_notice(*read);
  require(model::write_notice(*model::read_notice(written)) == written);
}

constexpr std::array kReaders = {forwarded_for, url, form, query, path, notice};

}  // namespace
}  // namespace parley

/// The short texts that strangers send, but for what has a harness of its own: the first byte says
/// which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  if (size > 0) kReaders[data[0] % kReaders.size()](std::string(data + 1, data + size));
  return 0;
}
