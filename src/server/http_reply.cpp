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

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
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

bool percent_decode(std::string_view text, std::string& decoded) {
  decoded.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

}  // namespace parley::server
