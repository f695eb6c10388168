#include "server/http_reply.hpp"

#include "crypto/system_random.hpp"
#include "model/ids.hpp"
#include "net/event_loop.hpp"
#include "operations/api_error.hpp"
#include "platform/api_gateway.hpp"

namespace parley::server {
namespace {

std::string_view code_of(int status) {
  switch (status) {
    case 404:
      return "ResourceNotFound";
    case 408:
      return "RequestTimeout";
    case 413:
      return "RequestEntityTooLarge";
    case 414:
      return "RequestUriTooLong";
    case 429:
      return "TooManyRequests";
    case 431:
      return "RequestHeaderFieldsTooLarge";
    case 500:
      return "internalServerError";
    case 503:
      return "serviceNotAvailable";
    default:
      return "BadRequest";
  }
}

}  // namespace

net::HttpResponse to_response(operations::Reply reply) {
  net::HttpResponse response{.status = reply.status};
  for (auto& [name, value] : reply.headers) response.headers.add(std::move(name), std::move(value));
  if (!reply.body.empty() && !response.headers.get("Content-Type"))
    response.headers.add("Content-Type", "application/json");
  response.body = std::move(reply.body);
  return response;
}

net::HttpResponse reply_to(const RequestIds& ids,
                           Result<operations::Reply, operations::ApiError> result) {
  return to_response(platform::finish_reply(net::read_clocks(), ids.id, ids.client_request_id, "",
                                            std::move(result)));
}

net::HttpResponse refusal(const operations::ApiError& error) {
  crypto::SystemRandom random;
  return reply_to({.id = RequestId{Uuid::random(random)}}, Failure{error});
}

net::HttpResponse refusal_of_net(int status, std::string_view why) {
  return refusal({status, std::string(code_of(status)), std::string(why)});
}

}  // namespace parley::server
