#pragma once

#include <string_view>

#include "net/http_message.hpp"
#include "operations/request.hpp"

namespace parley::server {

net::HttpResponse to_response(operations::Reply reply);

/// A refusal in Graph's envelope, with a request id of its own and the headers that all answers
/// have.
net::HttpResponse refusal(const operations::ApiError& error);

/// The errors that net answers itself (408, 413, 414, 431, 503, …), in the same form.
net::HttpResponse refusal_of_net(int status, std::string_view why);

/// `%41` becomes `A`; false when a percent sign is followed by something else.
bool percent_decode(std::string_view text, std::string& decoded);

}  // namespace parley::server
