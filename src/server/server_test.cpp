#include "server/server.hpp"

#include <gtest/gtest.h>

#include "identity/demo_tenant.hpp"
#include "identity/token_service.hpp"
#include "model/client_messages.hpp"
#include "model/json.hpp"
#include "model/notice.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/tls_context.hpp"
#include "net/websocket_client.hpp"
#include "server/file_io.hpp"
#include "server/server_test_support.hpp"
#include "store/sqlite_store.hpp"

namespace parley::server {
namespace {

using std::chrono::seconds;

constexpr Duration kPatience = seconds(30);

/// A demo server in this process on ports of the system's choice, and a client on the test's
/// thread that trusts its authority.
class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    page_.write("index.html", "<!doctype html>page");
    start();
    auto tls = net::ClientTls::load(scratch_.file("data/ca.pem"));
    ASSERT_TRUE(tls.ok()) << tls.error();
    connect_.tls = std::move(*tls);
    net::HttpClientOptions options;
    options.connect = connect_;
    client_.emplace(loop_, options);
  }

  void start() {
    const auto configuration = read_configuration({.flags = flags()});
    ASSERT_TRUE(configuration.ok()) << configuration.error();
    auto server = Server::start(*configuration, log_, [] { return std::uint64_t{3}; });
    ASSERT_TRUE(server.ok()) << server.error();
    server_ = std::move(*server);
  }

  std::vector<std::pair<std::string, std::string>> flags() const {
    return {{"data", toml_string(scratch_.file("data"))},
            {"web_root", toml_string(page_.path())},
            {"listen.https", "\"127.0.0.1:0\""},
            {"listen.page", "\"127.0.0.1:0\""},
            {"listen.metrics", "\"127.0.0.1:0\""},
            {"media.bind", "[\"127.0.0.1:0\"]"},
            {"shards", "2"},
            {"workers", "1"}};
  }

  net::HttpClientResponse ask(net::HttpClientRequest request) {
    std::optional<net::HttpClientResponse> answer;
    std::string failure;
    bool done = false;
    request.timeout = kPatience;
    client_->request(std::move(request), [&](auto outcome) {
      done = true;
      if (outcome)
        answer = std::move(*outcome);
      else
        failure = outcome.error().text;
    });
    EXPECT_TRUE(loop_.run_until([&] { return done; }, kPatience));
    EXPECT_EQ(failure, "");
    return answer.value_or(net::HttpClientResponse{});
  }

  net::HttpClientResponse get(const std::string& url) {
    net::HttpClientRequest request;
    request.url = url;
    return ask(std::move(request));
  }
  net::HttpClientResponse get_path(const std::string& path) {
    return get(server_->addresses().public_url + path);
  }

  net::HttpClientResponse post_form(const std::string& path, std::string form) {
    net::HttpClientRequest request;
    request.method = "POST";
    request.url = server_->addresses().public_url + path;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(form);
    return ask(std::move(request));
  }

  model::Json kept_json(const std::string& name) {
    auto json = model::parse_json(read_file(scratch_.file("data/" + name)).value_or(""));
    EXPECT_TRUE(json.ok()) << name;
    return json ? *json : model::Json();
  }

  static std::string member(std::string_view json, std::string_view name) {
    const auto parsed = model::parse_json(json);
    if (!parsed || !parsed->is_object()) return "";
    const auto* found = parsed->as_object().if_contains(name);
    return found && found->is_string() ? std::string(found->as_string()) : "";
  }

  std::string token_path() const {
    return "/" + std::string(identity::kDemoDomain) + "/oauth2/v2.0/token";
  }

  net::HttpClientResponse sign_in(const std::string& password) {
    const model::Json users = kept_json("demo-users.json");
    const std::string name(users.at(0).at("userName").as_string());
    return post_form(token_path(), "grant_type=password&scope=openid&client_id=" +
                                       std::string(identity::kPageClientId) + "&username=" + name +
                                       "&password=" + password);
  }
  net::HttpClientResponse sign_in() {
    return sign_in(std::string(kept_json("demo-users.json").at(0).at("password").as_string()));
  }

  /// Opens a client's WebSocket, sends `first`, and gives what was heard until `done`.
  void talk(const std::string& first) {
    net::WebSocketRequest request;
    request.url = "wss" + server_->addresses().public_url.substr(5) + "/client";
    request.timeout = kPatience;
    net::connect_websocket(loop_, connect_, std::move(request), [this, first](auto outcome) {
      ASSERT_TRUE(outcome.ok()) << outcome.error().text;
      socket_ = std::move(*outcome);
      socket_->on_message([this](std::string text) { heard_.push_back(std::move(text)); });
      socket_->on_close([this](std::uint16_t code, const std::string&) { closed_ = code; });
      socket_->send(first);
    });
  }
  bool hear(std::size_t count) {
    return loop_.run_until([&] { return heard_.size() >= count; }, kPatience);
  }

  net::HttpClientResponse administer(const std::string& method, const std::string& path) {
    net::HttpClientRequest request;
    request.method = method;
    request.url = server_->addresses().public_url + path;
    std::string token = read_file(scratch_.file("data/admin.token")).value_or("");
    token.resize(token.find_last_not_of('\n') + 1);
    request.headers.add("Authorization", "Bearer " + token);
    return ask(std::move(request));
  }

  /// The server stops; these rows come into its store before it starts again.
  void restart_with(const model::RowChanges& rows) {
    client_.reset();
    server_.reset();
    {
      auto store = store::SqliteStore::open({.path = scratch_.file("data/parley.db")});
      ASSERT_TRUE(store.ok()) << store.error().text;
      ASSERT_TRUE(store->commit(rows).ok());
    }
    start();
    net::HttpClientOptions options;
    options.connect = connect_;
    client_.emplace(loop_, options);
  }

  /// The end of a call of the first demo bot, which it did not take.
  model::NotificationRecord set_aside_row(std::uint32_t sequence, std::string url) {
    const model::Json bot = kept_json("demo-bots.json").at("bots").at(0);
    model::Notice notice;
    notice.kind = model::NoticeKind::call_ended;
    notice.call.callback_uri = url;
    model::NotificationRecord row;
    row.id = NotificationId{Uuid{{1, static_cast<std::uint8_t>(sequence)}}};
    row.call_id = CallId{Uuid{{9}}};
    row.application_id = ApplicationId{*Uuid::parse(bot.at("applicationId").as_string())};
    row.tenant_id = TenantId{*Uuid::parse(kept_json("demo-bots.json").at("tenant").as_string())};
    row.sequence = sequence;
    row.url = std::move(url);
    row.created = loop_.now().utc;
    row.settled = loop_.now().utc;
    row.status = model::NotificationStatus::set_aside;
    notice.call.id = row.call_id;
    notice.call.application_id = row.application_id;
    notice.call.tenant_id = row.tenant_id;
    row.payload = model::write_notice(notice);
    return row;
  }

  ScratchFolder scratch_;
  ScratchFolder page_;
  NullLog log_;
  std::unique_ptr<Server> server_;
  net::EventLoop loop_;
  net::ConnectOptions connect_;
  std::optional<net::HttpClient> client_;
  net::WebSocketPtr socket_;
  std::vector<std::string> heard_;
  std::optional<std::uint16_t> closed_;
};

TEST_F(ServerTest, SaysWhereItListensAndThatItIsReady) {
  const model::Json ports = kept_json("ports.json");
  EXPECT_EQ(ports.at("url").as_string(), server_->addresses().public_url);
  EXPECT_EQ(ports.at("media").as_array().size(), 2u);
  EXPECT_NE(server_->addresses().https.port, 0);
  EXPECT_EQ(get_path("/healthz").body, "ok\n");
  EXPECT_EQ(get_path("/readyz").status, 200);
  server_->drain();
  EXPECT_EQ(get_path("/readyz").status, 503);
}

TEST_F(ServerTest, DiscoveryNamesOurOwnAddressesAndKeys) {
  const auto document =
      get_path("/" + std::string(identity::kDemoDomain) + "/v2.0/.well-known/openid-configuration");
  ASSERT_EQ(document.status, 200) << document.body;
  const std::string keys = member(document.body, "jwks_uri");
  EXPECT_TRUE(keys.starts_with(server_->addresses().public_url)) << keys;
  const auto jwks = get(keys);
  EXPECT_EQ(jwks.status, 200);
  EXPECT_NE(jwks.body.find("\"kid\""), std::string::npos);
}

TEST_F(ServerTest, ABotGetsATokenAndAGraphAnswer) {
  const model::Json bots = kept_json("demo-bots.json");
  const model::Json& bot = bots.at("bots").at(0);
  const auto token =
      post_form(token_path(),
                "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
                "&client_id=" +
                    std::string(bot.at("applicationId").as_string()) +
                    "&client_secret=" + std::string(bot.at("secret").as_string()));
  ASSERT_EQ(token.status, 200) << token.body;

  const std::string path = "/v1.0/communications/calls/00000000-0000-4000-8000-000000000001";
  EXPECT_EQ(get_path(path).status, 401);
  net::HttpClientRequest request;
  request.url = server_->addresses().public_url + path;
  request.headers.add("Authorization", "Bearer " + member(token.body, "access_token"));
  request.headers.add("client-request-id", "my-own-id");
  const auto call = ask(std::move(request));
  EXPECT_EQ(call.status, 404) << call.body;
  EXPECT_NE(call.body.find("\"8522\""), std::string::npos) << call.body;
  EXPECT_EQ(call.headers.get("client-request-id"), "my-own-id");
}

TEST_F(ServerTest, AUserSignsInAndIsWelcomedAndAWrongPasswordIsNot) {
  EXPECT_EQ(sign_in("wrong-password").status, 400);
  const auto token = sign_in();
  ASSERT_EQ(token.status, 200) << token.body;
  talk(model::write(model::ClientMessage(model::HelloMessage{
      .protocol = 1, .device = "test", .token = member(token.body, "access_token")})));
  ASSERT_TRUE(hear(1));
  EXPECT_EQ(member(heard_.at(0), "type"), "welcome") << heard_.at(0);
  socket_->send(model::write(model::ClientMessage(model::PingMessage{.id = "p1"})));
  ASSERT_TRUE(hear(2));
  EXPECT_EQ(member(heard_.at(1), "id"), "p1") << heard_.at(1);

  server_->drain();
  socket_->send(model::write(model::ClientMessage(
      model::InviteMessage{.id = "i1", .call = "c", .to = "x", .sdp = "v=0"})));
  ASSERT_TRUE(hear(3));
  EXPECT_EQ(member(heard_.at(2), "code"), "unavailable") << heard_.at(2);
  EXPECT_EQ(member(heard_.at(2), "id"), "i1");
}

TEST_F(ServerTest, AHelloWithoutATokenIsRefusedAndClosed) {
  talk(model::write(model::ClientMessage(
      model::HelloMessage{.protocol = 1, .device = "test", .token = "nonsense"})));
  ASSERT_TRUE(hear(1));
  EXPECT_EQ(member(heard_.at(0), "code"), "unauthenticated") << heard_.at(0);
  EXPECT_TRUE(loop_.run_until([&] { return closed_.has_value(); }, kPatience));
}

TEST_F(ServerTest, ThePageIsServedByPlainHttpWithItsConfiguration) {
  const std::string page = "http://" + server_->addresses().page->text();
  EXPECT_EQ(get(page + "/").body, "<!doctype html>page");
  const auto config = get(page + "/config.json");
  EXPECT_EQ(member(config.body, "clientId"), identity::kPageClientId);
  EXPECT_NE(config.body.find("\"demoUsers\":[\""), std::string::npos) << config.body;
  EXPECT_EQ(get(page + "/no-such-file.js").status, 401);
  EXPECT_EQ(get(page + "/%zz").status, 400);
}

TEST_F(ServerTest, ARecordingWantsItsToken) {
  const std::string path = "/recordings/00000000-0000-4000-8000-000000000001";
  EXPECT_EQ(get_path(path).status, 401);
  EXPECT_EQ(get_path("/recordings/../admin.token").status, 404);
}

TEST_F(ServerTest, MetricsTellOfEveryShard) {
  const std::string url = "http://" + server_->addresses().metrics->text() + "/metrics";
  std::string text;
  const Instant limit = loop_.now() + kPatience;
  while (text.find("parley_calls{shard=\"1\"} 0") == text.npos && loop_.now().monotonic < limit)
    text = get(url).body;
  EXPECT_NE(text.find("parley_calls{shard=\"0\"} 0"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_shard_busy_percent{shard=\"0\"} "), std::string::npos) << text;
  EXPECT_NE(text.find("parley_store_commits_total"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_log_lines_dropped_total 3"), std::string::npos) << text;
  EXPECT_NE(text.find("parley_webhook_oldest_waiting_seconds{shard=\"0\"} 0"), std::string::npos);
}

TEST_F(ServerTest, ASecondStartKeepsTenantAndKeys) {
  const auto before = get_path("/common/discovery/v2.0/keys").body;
  restart_with({});
  EXPECT_EQ(get_path("/common/discovery/v2.0/keys").body, before);
  EXPECT_EQ(sign_in().status, 200);
}

TEST_F(ServerTest, ANotificationThatWasSetAsideIsListedReplayedAndDiscarded) {
  std::vector<std::string> told;
  auto webhook = net::HttpServer::listen(
      loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
      [&](net::HttpRequest&& request, const net::Responder& responder) {
        told.emplace_back(request.headers.get("X-Microsoft-Skype-Message-ID").value_or(""));
        responder.respond({.status = 202});
      });
  ASSERT_TRUE(webhook.ok()) << webhook.error();
  const auto replayed = set_aside_row(1, "http://" + webhook->local().text());
  const auto discarded = set_aside_row(2, "http://" + webhook->local().text());
  restart_with({model::Row(replayed), model::Row(discarded)});

  const std::string path = "/parley/notifications";
  EXPECT_EQ(get_path(path).status, 401);
  const auto list = administer("GET", path);
  ASSERT_EQ(list.status, 200) << list.body;
  const auto rows = model::parse_json(list.body);
  ASSERT_EQ(rows->at("value").as_array().size(), 2u) << list.body;
  EXPECT_EQ(rows->at("value").at(0).at("id").as_string(), to_text(replayed.id));
  EXPECT_EQ(rows->at("value").at(0).at("what").as_string(), "call_ended");

  EXPECT_EQ(administer("POST", path + "/" + to_text(replayed.id) + "/replay").status, 202);
  EXPECT_TRUE(loop_.run_until([&] { return !told.empty(); }, kPatience));
  EXPECT_EQ(told, std::vector{to_text(replayed.id)});
  EXPECT_EQ(administer("DELETE", path + "/" + to_text(discarded.id)).status, 204);
  EXPECT_EQ(administer("DELETE", path + "/" + to_text(discarded.id)).status, 404);
  EXPECT_EQ(administer("GET", path).body, R"({"value":[]})");
}

TEST_F(ServerTest, APortInUseIsNamed) {
  auto taken = flags();
  taken.push_back({"listen.https", toml_string(server_->addresses().https.text())});
  taken.push_back({"data", toml_string(scratch_.file("other"))});
  const auto configuration = read_configuration({.flags = taken});
  ASSERT_TRUE(configuration.ok());
  const auto second = Server::start(*configuration, log_, [] { return std::uint64_t{3}; });
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find(server_->addresses().https.text()), std::string::npos)
      << second.error();
}

}  // namespace
}  // namespace parley::server
