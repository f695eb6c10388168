#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "identity/access_tokens.hpp"
#include "identity/directory_admin.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/table.hpp"
#include "platform/api_gateway.hpp"
#include "platform/client_gateway.hpp"
#include "sim/world.hpp"

namespace parley::sim {

/// A line of the log that tools/check_contract.py reads.
struct World::LoggedBody {
  std::string_view kind{};
  model::Dialect dialect{};
  std::string_view operation{};
  std::string path{};
  int status = 0;
  model::Json body{};
};

Bot& World::add_bot(std::string name, std::vector<std::string> roles, model::Dialect dialect) {
  auto bot = std::make_unique<Bot>();
  bot->name = name;
  bot->callback_uri = "https://" + name + ".test/calls";
  const auto created = identity::create_application(
      {*directory_, now().utc, random_},
      {tenant_, name, identity::CallingRegistration{bot->callback_uri, dialect}, {}});
  bot->application = created->record.application_id;
  keep_directory(created->rows);
  for (const std::string& role : roles) {
    const auto grant =
        identity::grant_role({*directory_, now().utc, random_}, {tenant_, bot->application, role});
    keep_directory(grant->rows);
  }
  const identity::TokenContext context{options_.shard.identity, *directory_, now().utc};
  bot->token = identity::issue_application_token(context, random_, *directory_->tenant(tenant_),
                                                 *directory_->application(bot->application),
                                                 identity::ClientProof::secret)
                   ->text;
  bots_.push_back(std::move(bot));
  return *bots_.back();
}

Caller& World::add_caller(std::string name, CallerOptions options) {
  const auto created = identity::create_user(
      {*directory_, now().utc, random_},
      {tenant_, name + "@" + directory_->tenant(tenant_)->domain, name, "unused"});
  keep_directory(created->rows);
  const identity::TokenContext context{options_.shard.identity, *directory_, now().utc};
  const auto token = identity::issue_user_token(context, random_, created->record);
  const std::size_t number = 1 + callers_.size();
  const SocketAddress address{IpAddress::v4(10, 1, static_cast<std::uint8_t>(number / 256),
                                            static_cast<std::uint8_t>(number % 256)),
                              5000};
  callers_.push_back(std::make_unique<Caller>(*this, created->record.id, std::move(name),
                                              token->text, address, std::move(options)));
  caller_addresses_[address] = callers_.back().get();
  return *callers_.back();
}

void World::host(std::string url, int status, Bytes wav) {
  hosted_[std::move(url)] = {status, std::move(wav)};
}

std::size_t World::fetches_of(const std::string& url) const {
  const auto found = fetches_.find(url);
  return found == fetches_.end() ? 0 : found->second;
}

void World::open_socket(Caller& caller) {
  const platform::ConnectionId connection{next_connection_++};
  caller.connection_ = connection;
  scheduler_.after(std::chrono::milliseconds(5), [this, &caller, connection] {
    if (caller.connection_ != connection) return;
    if (shards_.empty()) {
      caller.connection_.reset();
      caller.agent_.socket_lost(now(), "connection refused");
    } else {
      caller.agent_.socket_opened(now());
    }
    caller.pump();
  });
}

void World::from_client(Caller& caller, std::string text) {
  if (!caller.connection_) return;
  later(std::chrono::milliseconds(3),
        [this, &caller, connection = *caller.connection_, text = std::move(text)] {
          if (caller.connection_ != connection) return;
          if (const auto known = connections_.find(connection); known != connections_.end())
            return input(known->second.second, platform::ClientMessageReceived{connection, text});
          auto accepted =
              platform::accept_hello(now(), connection, text, options_.shard.identity, *directory_);
          if (const auto* refused = std::get_if<platform::HelloRefused>(&accepted)) {
            caller.agent_.handle_message(now(), refused->text);
            return caller.pump();
          }
          const auto shard = platform::shard_of(caller.user_, options_.shards);
          connections_[connection] = {&caller, shard};
          input(shard, std::get<platform::ClientOpened>(std::move(accepted)));
        });
}

void World::request(const Bot& bot, std::string method, std::string path, std::string body,
                    std::function<void(const ApiAnswer&)> then) {
  const RequestId id{Uuid::random(random_)};
  requests_[id] = [this, path, method, body, then = std::move(then)](const ApiAnswer& answer) {
    log_request(method, path, body, answer);
    if (then) then(answer);
  };
  later(std::chrono::milliseconds(3), [this, id, token = bot.token, method, path, body] {
    const std::string authorization = "Bearer " + token;
    const std::string_view target = path;
    const std::size_t question = std::min(target.find('?'), target.size());
    const platform::HttpRequestView view{
        .id = id,
        .method = method,
        .path = target.substr(0, question),
        .query = target.substr(std::min(question + 1, target.size())),
        .authorization = authorization,
        .content_type = "application/json",
        .client_request_id = {},
        .scenario_id = {},
        .body = body};
    auto gated = platform::gate_request(now(), view, {options_.shard.api, options_.shard.identity},
                                        *directory_);
    const auto answer = [&](const operations::Reply& reply) {
      perform(0, platform::HttpAnswer{id, reply});
    };
    if (const auto* reply = std::get_if<operations::Reply>(&gated)) return answer(*reply);
    if (auto* token_request = std::get_if<platform::TokenHttpRequest>(&gated))
      return input(0, std::move(*token_request));
    auto& routed = std::get<platform::ForCall>(gated);
    const auto shard = locator_.find(routed.call);
    if (!shard) return answer(platform::not_found_reply(now(), routed.request));
    input(*shard, std::move(routed.request));
  });
}

ApiAnswer World::call_api(const Bot& bot, std::string method, std::string path, std::string body) {
  return wait_for_answer([&](std::function<void(const ApiAnswer&)> then) {
    request(bot, std::move(method), std::move(path), std::move(body), std::move(then));
  });
}

std::optional<platform::ShardIndex> World::shard_of(const std::string& call) const {
  const auto id = Uuid::parse(call);
  return id ? locator_.find(CallId{*id}) : std::nullopt;
}

void World::move_leg(const std::string& from, const std::string& to, platform::ShardIndex shard) {
  const CallId call{Uuid::parse(from).value()};
  input(locator_.find(call).value_or(0),
        platform::MoveLeg{call, CallId{Uuid::parse(to).value()}, shard});
}

void World::end_calls() {
  for (platform::ShardIndex i = 0; i < shards_.size(); ++i) input(i, platform::EndCalls{});
}

ApiAnswer World::settle(const model::NotificationRecord& row,
                        operations::directory::SettleSetAside::Act act) {
  return wait_for_answer([&](std::function<void(const ApiAnswer&)> then) {
    const RequestId id{Uuid::random(random_)};
    requests_[id] = std::move(then);
    input(locator_.find(row.call_id).value_or(0), platform::SettleNotification{id, "", act, row});
  });
}

ApiAnswer World::wait_for_answer(
    const std::function<void(std::function<void(const ApiAnswer&)>)>& ask) {
  auto answer = std::make_shared<std::optional<ApiAnswer>>();
  ask([answer](const ApiAnswer& got) { *answer = got; });
  run_until([&] { return answer->has_value(); }, std::chrono::seconds(20));
  return answer->value_or(ApiAnswer{});
}

void World::log_request(const std::string& method, const std::string& path, const std::string& body,
                        const ApiAnswer& answer) {
  const auto verb = operations::method_named(method);
  const auto route = verb ? operations::find_route(*verb, path.substr(0, path.find('?')))
                          : Failure{operations::internal_error()};
  LoggedBody line;
  line.dialect = route ? route->dialect : model::Dialect::v1_0;
  line.operation = route ? route->row->name : std::string_view("unknown");
  line.path = path;
  if (const auto sent = model::parse_json(body); sent && answer.status < 300) {
    line.kind = "request";
    line.body = *sent;
    log(line);
  }
  if (answer.body.is_null()) return;
  line.kind = "response";
  line.status = answer.status;
  line.body = answer.body;
  log(line);
}

void World::log_notification(const Delivery& delivery, const notify::WebhookRequest& request) {
  if (auto sent = model::parse_json(request.body))
    log({.kind = "notification",
         .dialect = dialect_told(delivery),
         .operation = "notification",
         .path = request.url,
         .status = 0,
         .body = std::move(*sent)});
}

/// The dialect that a notification has to be in, by what the store knows of its resource: an
/// operation's completion speaks as the request that started it did, all else as the call.
model::Dialect World::dialect_told(const Delivery& delivery) const {
  const std::string_view resource = delivery.resource;
  const auto last = Uuid::parse(resource.substr(resource.rfind('/') + 1));
  if (const auto operation = memory_.operations().find(OperationId{last.value_or(Uuid{})});
      operation != memory_.operations().end())
    return operation->second.dialect;
  const auto id = Uuid::parse(delivery.call_id());
  const auto call = memory_.calls().find(CallId{id.value_or(Uuid{})});
  return call == memory_.calls().end() ? model::Dialect::v1_0 : call->second.dialect;
}

void World::log(const LoggedBody& logged) {
  if (!options_.exchange_sink) return;
  boost::json::object line;
  line["kind"] = logged.kind;
  line["dialect"] = operations::directory::dialect_name(logged.dialect);
  line["operation"] = logged.operation;
  line["path"] = logged.path;
  line["status"] = logged.status;
  line["body"] = logged.body;
  options_.exchange_sink(model::write_json(model::Json(std::move(line))));
}

}  // namespace parley::sim
