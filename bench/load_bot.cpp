#include "bench/load_bot.hpp"

#include "cli/app_requests.hpp"

namespace parley::bench {
namespace {

constexpr const char* kRole = "Calls.AccessMedia.All";

struct Registered {
  std::string tenant;
  std::string app;
  std::string secret;
};

/// As `parley app create` does it.
Result<Registered, cli::ApiFailure> register_app(cli::ApiClient& api, const std::string& name,
                                                 const std::string& webhook) {
  const auto tenants = cli::list_tenants(api);
  if (!tenants) return Failure{tenants.error()};
  const auto tenant = cli::choose_tenant(*tenants, "");
  if (!tenant) return Failure{tenant.error()};
  const auto made = api.post("/v1.0/applications",
                             {{"displayName", name}, {"calling", cli::calling_json(webhook, "")}});
  if (!made) return Failure{made.error()};
  Registered bot{.tenant = tenant->id, .app = cli::text_at(*made, "/appId"), .secret = {}};
  const auto grants = cli::find_grants(api, bot.app);
  if (!grants) return Failure{grants.error()};
  if (const auto granted = cli::grant(api, *grants, kRole, ""); !granted)
    return Failure{granted.error()};
  auto secret = cli::add_secret(api, "/v1.0/applications/" + cli::text_at(*made, "/id"));
  if (!secret) return Failure{secret.error()};
  bot.secret = std::move(*secret);
  return bot;
}

/// The segment after `calls/`.
std::string call_of(const std::string& resource) {
  constexpr std::string_view kBefore = "calls/";
  const std::size_t at = resource.find(kBefore);
  if (at == resource.npos) return "";
  const std::size_t begin = at + kBefore.size();
  return resource.substr(begin, resource.find('/', begin) - begin);
}

}  // namespace

std::string Notification::text(std::string_view pointer) const {
  return cli::text_at(data, pointer);
}

Result<std::unique_ptr<LoadBot>, std::string> LoadBot::start(const ServerProcess& server,
                                                             const std::string& name,
                                                             std::map<std::string, Bytes> sounds,
                                                             OnNotification on_notification) {
  std::unique_ptr<LoadBot> bot(new LoadBot(std::move(sounds), std::move(on_notification)));
  if (auto listening = bot->listen(server.place()); !listening) return Failure{listening.error()};
  if (auto signed_in = bot->sign_in(server.place(), name); !signed_in)
    return Failure{signed_in.error()};
  bot->thread_.start();
  return bot;
}

LoadBot::~LoadBot() {
  stop();
}

/// By the certificate that the server made for this host, so that its authority vouches for us too.
Result<void, std::string> LoadBot::listen(const cli::ServerPlace& place) {
  const std::string certificate = (place.data_dir / "server.pem").string();
  auto tls = net::ServerTls::load(certificate, (place.data_dir / "server.key").string());
  if (!tls) return Failure{tls.error()};
  auto server =
      net::HttpServer::listen(loop(), *SocketAddress::parse("127.0.0.1:0"), std::move(*tls), {},
                              [this](net::HttpRequest&& request, const net::Responder& responder) {
                                handle(request, responder);
                              });
  if (!server) return Failure{server.error()};
  server_.emplace(std::move(*server));
  base_ = "https://" + server_->local().text();
  return {};
}

Result<void, std::string> LoadBot::sign_in(const cli::ServerPlace& place, const std::string& name) {
  auto administrator = cli::ApiClient::open(place);
  if (!administrator) return Failure{administrator.error().text};
  const auto registered = register_app(*administrator, name, base_ + "/calls");
  if (!registered) return Failure{registered.error().text};
  const auto tls = cli::load_tls(place);
  if (!tls) return Failure{tls.error()};
  http_ = std::make_unique<net::HttpClient>(
      loop(), net::HttpClientOptions{.connect = {.tls = *tls, .guard = {}}});
  std::optional<Result<net::HttpClientResponse, net::ClientFailure>> told;
  http_->request({.method = "POST",
                  .url = place.url + "/" + registered->tenant + "/oauth2/v2.0/token",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  .body = "grant_type=client_credentials&client_id=" + registered->app +
                          "&scope=" + cli::url_encoded("https://graph.microsoft.com/.default") +
                          "&client_secret=" + cli::url_encoded(registered->secret)},
                 [&](auto result) { told = std::move(result); });
  loop().run_until([&] { return told.has_value(); }, std::chrono::seconds(30));
  if (!told || !*told) return Failure{std::string("the bot's token was not answered")};
  const auto body = model::parse_json((*told)->body);
  const std::string token = body ? cli::text_at(*body, "/access_token") : "";
  if (token.empty()) return Failure{"the bot got no token: " + (*told)->body};
  authorization_ = "Bearer " + token;
  api_ = place.url + "/v1.0/communications/calls/";
  return {};
}

void LoadBot::handle(const net::HttpRequest& request, const net::Responder& responder) {
  if (request.method == "POST") {
    responder.respond({.status = 202});
    return take(request.body);
  }
  const auto sound = sounds_.find(request.target.substr(1));
  if (sound == sounds_.end()) return responder.respond({.status = 404});
  responder.respond({.status = 200,
                     .headers = {{"Content-Type", "audio/wav"}},
                     .body = std::string(as_text(sound->second))});
}

void LoadBot::take(const std::string& body) {
  const Instant at = loop().now().monotonic;
  const auto json = model::parse_json(body);
  if (!json) return;
  boost::system::error_code missing;
  const model::Json* data = json->find_pointer("/value/0/resourceData", missing);
  const Notification told{.call = call_of(cli::text_at(*json, "/value/0/resourceUrl")),
                          .change = cli::text_at(*json, "/value/0/changeType"),
                          .data = data ? *data : model::Json(),
                          .at = at};
  on_notification_(*this, told);
}

std::string LoadBot::media_info(const std::string& sound) const {
  return R"({"uri":")" + base_ + "/" + sound + R"(","resourceId":")" + sound + R"("})";
}

void LoadBot::answer(const std::string& call, Done done) {
  request("POST", call, "/answer",
          R"({"callbackUri":")" + base_ + R"(/calls","acceptedModalities":["audio"],)" +
              R"("mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"}})",
          std::move(done));
}

void LoadBot::play(const std::string& call, const std::string& sound, Done done) {
  request("POST", call, "/playPrompt",
          R"({"clientContext":"play","prompts":[{"@odata.type":"#microsoft.graph.mediaPrompt",)"
          R"("mediaInfo":)" +
              media_info(sound) + "}]}",
          std::move(done));
}

void LoadBot::record(const std::string& call, std::chrono::seconds length, Done done) {
  request("POST", call, "/recordResponse",
          R"({"clientContext":"record","playBeep":false,"maxRecordDurationInSeconds":)" +
              std::to_string(length.count()) + "}",
          std::move(done));
}

void LoadBot::hang_up(const std::string& call, Done done) {
  request("DELETE", call, "", "", std::move(done));
}

void LoadBot::request(std::string method, const std::string& call, const std::string& action,
                      std::string body, Done done) {
  net::HttpClientRequest request;
  request.method = std::move(method);
  request.url = api_ + call + action;
  request.headers.add("Authorization", authorization_);
  if (!body.empty()) request.headers.add("Content-Type", "application/json");
  request.body = std::move(body);
  const Instant begin = loop().now().monotonic;
  http_->request(
      std::move(request), [this, begin, action, done = std::move(done)](const auto& answer) {
        const std::chrono::duration<double, std::milli> taken = loop().now().monotonic - begin;
        api_latencies_.push_back(taken.count());
        const bool granted = answer && answer->status / 100 == 2;
        if (!granted) {
          ++refusals_;
          last_refusal_ =
              action + ": " +
              (answer ? std::to_string(answer->status) + " " + answer->body : answer.error().text);
        }
        if (done) done(granted);
      });
}

}  // namespace parley::bench
