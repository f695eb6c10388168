#include <array>
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "client/user_agent.hpp"
#include "edge/leg_test_support.hpp"
#include "model/notice.hpp"
#include "net/forwarded_client.hpp"
#include "net/url.hpp"
#include "net/websocket_handshake.hpp"
#include "operations/directory/set_aside.hpp"
#include "operations/http_fields.hpp"
#include "operations/table.hpp"
#include "operations/url_rules.hpp"
#include "platform/form.hpp"
#include "server/guarded_client.hpp"
#include "server/prompt_fetcher.hpp"
#include "server/stranger_application_test_support.hpp"

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

/// What is followed has a scheme of ours; a path alone stays at its origin.
void redirect(const std::string& text) {
  const std::string from = "https://bot.test:8443/a?b";
  const auto target = server::redirect_target(from, text);
  const auto url = target ? net::Url::parse(*target) : std::nullopt;
  require(target.has_value() == url.has_value());
  if (!url) return;
  require(!url->websocket());
  if (text.starts_with('/') && !text.starts_with("//"))
    require(url->authority() == "bot.test:8443" && url->scheme == "https");
}

void cache_control(const std::string& text) {
  const auto age = server::max_age_of(text);
  require(!age || (age->count() >= 0 && *age <= std::chrono::days(365)));
}

void bearer(const std::string& text) {
  const auto token = operations::bearer_token(text);
  require(!token || (!token->empty() && trim_whitespace(text).ends_with(*token)));
}

/// Nobody guesses a secret, and whoever sends none of ours hears which mistake it was.
void basic(const std::string& text) {
  const server::StrangersApplication& world = server::StrangersApplication::world();
  const identity::TokenAnswer answer =
      world.ask_for_token({.tenant = "one.test",
                           .parameters = {{"grant_type", "client_credentials"},
                                          {"scope", "https://graph.microsoft.com/.default"}},
                           .authorization = text});
  require(answer.status >= 400 && answer.body.as_object().contains("error_description"));
}

void assertion(const std::string& text) {
  const auto checked = server::StrangersApplication::world().check_assertion(text);
  require(!checked && !checked.error().description.empty());
}

/// The text as claims that the application signs: what is taken ends within a day.
void assertion_claims(const std::string& text) {
  const server::StrangersApplication& world = server::StrangersApplication::world();
  const auto claims = model::parse_json(text);
  if (!claims || !claims->is_object()) return;
  const std::string token = world.sign_assertion(*claims);
  if (!world.check_assertion(token)) return;
  const auto expires = identity::peek_jwt(token)->time("exp");
  require(expires && *expires <= world.kNow + std::chrono::hours(24));
}

/// Header fields, one a line.
void websocket(const std::string& text) {
  net::HttpRequest request;
  request.method = "GET";
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t colon = std::min(line.find(':'), line.size());
    request.headers.add(
        std::string(line.substr(0, colon)),
        std::string(trim_whitespace(line.substr(std::min(line.size(), colon + 1)))));
  }
  const auto key = net::check_websocket_request(request);
  if (key)
    require(from_base64(*key)->size() == 16);
  else
    require(key.error() == 400 || key.error() == 426);
}

/// `METHOD PATH?QUERY` of the administrator's pages, by the administrator and by a stranger.
void admin(const std::string& text) {
  using namespace operations::directory;
  static const identity::Administrator administrator("right");
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::size_t mark = std::min(text.find('?', space), text.size());
  const std::string_view all = text;
  AdminHttp http{
      .method = all.substr(0, space),
      .path = all.substr(std::min(text.size(), space + 1), mark - std::min(mark, space + 1)),
      .query = all.substr(std::min(text.size(), mark + 1)),
      .authorization = "Bearer right"};
  const auto list = read_set_aside_request(http, administrator);
  const auto report = read_call_report_request(http, administrator);
  require(!list || !report);
  if (list && *list) {
    const auto* range = std::get_if<ListSetAside>(&**list);
    require(!range || (range->limit >= 1 && range->limit <= ListSetAside::kMaxLimit));
  }
  if (list && !*list) require(list->error().status >= 400 && !list->error().message.empty());
  if (report && !*report) require(report->error().status >= 400);
  http.authorization = "Bearer wrong";
  const auto strange_list = read_set_aside_request(http, administrator);
  const auto strange_report = read_call_report_request(http, administrator);
  require(!strange_list || strange_list->error().status == 401);
  require(!strange_report || strange_report->error().status == 401);
}

/// A device, its user's wishes and what a server says, one a line. Each call ends once.
class Device {
 public:
  Device() {
    static const auto silence = client::prepare_silence();
    client::UserAgentOptions options;
    options.session.token = "token";
    options.media.leg = edge::LegLink::options("192.0.2.9:6000");
    options.media.player.silence = silence;
    agent_.emplace(std::move(options), edge::LegContext{pool_, random_});
    agent_->socket_opened(now_);
  }

  void hear(std::string_view line) {
    if (line == "invite") {
      calls_ += agent_->invite(now_, "bot") ? 1 : 0;
    } else if (line == "accept") {
      agent_->accept(now_);
    } else if (line == "decline") {
      agent_->decline(now_);
    } else if (line == "bye") {
      agent_->bye(now_);
    } else if (line == "hold") {
      agent_->hold(now_, true);
    } else if (line == "lose") {
      agent_->socket_lost(now_, "lost");
      agent_->socket_opened(now_);
    } else {
      agent_->handle_message(now_, line);
    }
    now_.monotonic += std::chrono::seconds(1);
    agent_->handle_timeout(now_);
    drain();
  }

 private:
  void drain() {
    while (agent_->poll_message()) continue;
    while (agent_->poll_transmit()) continue;
    while (const auto event = agent_->poll_event()) {
      calls_ += std::holds_alternative<client::Incoming>(*event) ? 1 : 0;
      calls_ -= std::holds_alternative<client::Ended>(*event) ? 1 : 0;
      calls_ -= std::holds_alternative<client::CallFailed>(*event) ? 1 : 0;
      require(calls_ == 0 || calls_ == 1);
    }
    require((calls_ == 1) == (agent_->call_state() != client::UserAgent::CallState::none));
  }

  PacketPool pool_;
  SeededRandom random_{1};
  Now now_{Instant{std::chrono::seconds(100)}, UtcTime{std::chrono::days(20'000)}};
  std::optional<client::UserAgent> agent_;
  int calls_ = 0;  ///< that run
};

void server_messages(const std::string& text) {
  constexpr int kMaxLines = 32;
  Device device;
  std::string_view rest = text;
  for (int lines = 0; lines < kMaxLines && !rest.empty(); ++lines) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    device.hear(line);
  }
}

constexpr std::array kReaders = {forwarded_for, url,    form,           query,
                                 path,          notice, redirect,       cache_control,
                                 bearer,        basic,  assertion,      assertion_claims,
                                 websocket,     admin,  server_messages};

}  // namespace
}  // namespace parley

/// The short texts that strangers send, but for what has a harness of its own: the first byte says
/// which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  if (size > 0) kReaders[data[0] % kReaders.size()](std::string(data + 1, data + size));
  return 0;
}
