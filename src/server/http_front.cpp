#include "server/http_front.hpp"

#include "base/percent.hpp"
#include "identity/token_service.hpp"
#include "operations/api_error.hpp"

namespace parley::server {
namespace {

constexpr std::string_view kRecordings = "/recordings/";

net::HttpResponse plain(int status, std::string text) {
  net::HttpResponse response{.status = status};
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  response.body = std::move(text);
  return response;
}

std::string_view header(const net::HttpRequest& request, std::string_view name) {
  return request.headers.get(name).value_or("");
}

}  // namespace

void HttpFront::handle(net::HttpRequest&& request, const net::Responder& responder) {
  const std::size_t question = request.target.find('?');
  const std::string_view target = request.target;
  const std::string_view query = question == target.npos ? "" : target.substr(question + 1);
  const auto path = percent_decoded(target.substr(0, question));
  if (!path)
    return responder.respond(
        refusal(operations::bad_request("The path holds a % that begins no escape.")));
  if (!handle_own(request, *path, responder)) handle_api(request, *path, query, responder);
}

/// What is not the API's. False: it is.
bool HttpFront::handle_own(const net::HttpRequest& request, std::string_view path,
                           const net::Responder& responder) {
  if (path == "/client") {
    responder.upgrade({"", [this](net::WebSocketPtr socket) {
                         parts_.clients.accept(std::move(socket));
                       }});
    return true;
  }
  if (path.starts_with(kRecordings)) {
    parts_.recordings.open(request, path.substr(kRecordings.size()), parts_.loop.now().utc,
                           responder);
    return true;
  }
  if (request.method != "GET" && request.method != "HEAD") return false;
  if (path == "/healthz")
    responder.respond(plain(200, "ok\n"));
  else if (path == "/readyz")
    responder.respond(readiness());
  else if (path == "/config.json")
    responder.respond(config());
  else if (parts_.page.has(path))
    responder.respond(parts_.page.get(path, header(request, "If-None-Match")));
  else
    return false;
  return true;
}

void HttpFront::handle_api(const net::HttpRequest& request, std::string_view path,
                           std::string_view query, const net::Responder& responder) {
  const Now now = parts_.loop.now();
  const RequestId id{Uuid::random(random_)};
  const platform::HttpRequestView view{
      .id = id,
      .method = request.method,
      .path = path,
      .query = query,
      .authorization = header(request, "Authorization"),
      .content_type = header(request, "Content-Type"),
      .client_request_id = header(request, "client-request-id"),
      .scenario_id = header(request, "scenario-id"),
      .body = request.body,
  };
  const auto directory = parts_.directory.current();
  platform::Gated gated = platform::gate_request(now, view, gateway_, *directory);
  if (auto* reply = std::get_if<operations::Reply>(&gated)) {
    platform::add_common_headers(*reply, to_text(id), view.client_request_id, view.scenario_id);
    return responder.respond(to_response(std::move(*reply)));
  }
  if (auto* token = std::get_if<platform::TokenHttpRequest>(&gated))
    return to_shard(0, id, std::move(*token), responder);
  if (auto* change = std::get_if<platform::DirectoryHttpRequest>(&gated))
    return to_shard(0, id, std::move(*change), responder);
  if (const auto* report = std::get_if<platform::ForCallReport>(&gated))
    return parts_.reports.open(report->call, {id, report->client_request_id}, responder);
  if (auto* asked = std::get_if<platform::ForSetAside>(&gated))
    return parts_.set_aside.open({id, asked->client_request_id}, now.monotonic, asked->request,
                                 responder);
  auto& routed = std::get<platform::ForCall>(gated);
  const auto shard = parts_.locator.find(routed.call);
  if (!shard) return responder.respond(to_response(platform::not_found_reply(now, routed.request)));
  to_shard(*shard, id, std::move(routed.request), responder);
}

void HttpFront::to_shard(platform::ShardIndex shard, RequestId id, platform::ShardInput input,
                         const net::Responder& responder) {
  const auto offer = [&] {
    return parts_.offer(shard, std::move(input));
  };
  if (!parts_.responders.wait(id, responder, parts_.loop.now().monotonic, offer))
    responder.respond(refusal(operations::overloaded()));
}

net::HttpResponse HttpFront::readiness() const {
  if (parts_.state.draining) return plain(503, "draining\n");
  if (!parts_.state.store_healthy) return plain(503, "the store cannot commit\n");
  return plain(200, "ready\n");
}

/// What the page has to know before anybody has signed in.
net::HttpResponse HttpFront::config() const {
  const auto directory = parts_.directory.current();
  const auto tenants = directory->tenants();
  boost::json::object config;
  config["tenant"] = tenants.size() == 1 ? to_text(tenants.front()->id) : "organizations";
  config["clientId"] = identity::kPageClientId;
  if (!demo_users_.empty())
    config["demoUsers"] = boost::json::array(demo_users_.begin(), demo_users_.end());
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = model::write_json(model::Json(std::move(config)));
  return response;
}

}  // namespace parley::server
