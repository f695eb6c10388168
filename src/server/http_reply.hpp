#pragma once

#include <string>
#include <string_view>

#include "model/ids.hpp"
#include "net/http_message.hpp"
#include "operations/api_error.hpp"
#include "operations/request.hpp"

namespace parley::server {

net::HttpResponse to_response(operations::Reply reply);

/// By what a request is known, in its answer and in the log.
struct RequestIds {
  RequestId id;
  std::string client_request_id{};
};

/// The whole answer, with the headers that all answers have.
net::HttpResponse reply_to(const RequestIds& ids,
                           Result<operations::Reply, operations::ApiError> result);

/// A refusal in Graph's envelope, with a request id of its own and the headers that all answers
/// have.
net::HttpResponse refusal(const operations::ApiError& error);

/// The errors that net answers itself (408, 413, 414, 431, 503, …), in the same form.
net::HttpResponse refusal_of_net(int status, std::string_view why);

}  // namespace parley::server
