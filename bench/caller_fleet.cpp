#include "bench/caller_fleet.hpp"

#include "cli/directory_lookup.hpp"
#include "cli/user_login.hpp"

namespace parley::bench {
namespace {

constexpr const char* kPassword = "nobody's secret";
constexpr Duration kPatience = std::chrono::seconds(30);

Result<net::ConnectOptions, std::string> connect_options(const cli::ServerPlace& place) {
  auto tls = cli::load_tls(place);
  if (!tls) return Failure{tls.error()};
  return net::ConnectOptions{.tls = std::move(*tls), .guard = {}};
}

}  // namespace

Result<std::vector<CallerUser>, std::string> make_users(net::EventLoop& loop,
                                                        const ServerProcess& server,
                                                        std::size_t count) {
  const cli::ServerPlace& place = server.place();
  auto api = cli::ApiClient::open(place);
  if (!api) return Failure{api.error().text};
  const auto tenants = cli::list_tenants(*api);
  if (!tenants) return Failure{tenants.error().text};
  const auto connect = connect_options(place);
  if (!connect) return Failure{connect.error()};
  std::vector<CallerUser> users;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "caller" + std::to_string(i) + "@" + tenants->all.front().domain;
    const auto made = api->post("/v1.0/users", {{"displayName", "Caller"},
                                                {"userPrincipalName", name},
                                                {"passwordProfile", {{"password", kPassword}}}});
    if (!made) return Failure{made.error().text};
    auto token = cli::request_user_token(loop, *connect, place, {name, kPassword});
    if (!token) return Failure{token.error()};
    users.push_back({cli::text_at(*made, "/id"), std::move(*token)});
  }
  return users;
}

CallerFleet::CallerFleet(net::EventLoop& loop, const ServerProcess& server,
                         media::SharedPrompt sound, OnEvent on_event)
    : loop_(loop),
      place_(server.place()),
      sound_(std::move(sound)),
      silence_(client::prepare_silence()),
      on_event_(std::move(on_event)) {}

Result<void, std::string> CallerFleet::connect(const std::vector<CallerUser>& users) {
  const auto connect = connect_options(place_);
  if (!connect) return Failure{connect.error()};
  const std::string host = place_.url.substr(place_.url.find("://"));
  for (const CallerUser& user : users) {
    cli::ClientRunnerOptions options{
        .websocket_url = "wss" + host + "/client",
        .connect = *connect,
        .media_addresses = {IpAddress::v4(127, 0, 0, 1)},
        .session = {},
        .player = {.sound = sound_, .silence = silence_, .loop = true, .digits = {}},
        .record = false};
    options.session.token = user.token;
    auto started = cli::ClientRunner::start(
        loop_, std::move(options),
        [this, caller = devices_.size()](const Now&, const client::UserAgentEvent& event) {
          handle(caller, event);
        });
    if (!started) return Failure{started.error()};
    devices_.push_back(std::move(*started));
  }
  if (loop_.run_until([this] { return welcome_ >= devices_.size(); }, kPatience)) return {};
  return Failure{"not all callers were welcome: " + last_failure_};
}

void CallerFleet::handle(std::size_t caller, const client::UserAgentEvent& event) {
  if (std::holds_alternative<client::Welcomed>(event)) ++welcome_;
  if (const auto* failed = std::get_if<client::CallFailed>(&event)) {
    ++failures_;
    last_failure_ = failed->text;
  }
  if (const auto* failed = std::get_if<client::SessionFailed>(&event)) {
    ++failures_;
    last_failure_ = failed->text;
  }
  on_event_(caller, event);
}

bool CallerFleet::invite(std::size_t caller, const std::string& target) {
  bool invited = false;
  devices_[caller]->act(
      [&](client::UserAgent& agent, const Now& now) { invited = agent.invite(now, target); });
  return invited;
}

void CallerFleet::bye(std::size_t caller) {
  devices_[caller]->act([](client::UserAgent& agent, const Now& now) { agent.bye(now); });
}

void CallerFleet::bye_all() {
  for (std::size_t i = 0; i < devices_.size(); ++i) bye(i);
}

std::size_t CallerFleet::in_call() const {
  std::size_t count = 0;
  for (const auto& device : devices_)
    if (device->agent().call_state() != client::UserAgent::CallState::none) ++count;
  return count;
}

std::uint64_t CallerFleet::packets_heard() const {
  std::uint64_t sum = 0;
  for (const auto& device : devices_)
    if (const auto* media = device->agent().media()) sum += media->leg().stats().rtp_received;
  return sum;
}

}  // namespace parley::bench
