#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "model/json.hpp"

namespace parley::model {

/// Graph's error envelope (notifications.md §12).
struct GraphError {
  std::string code;     ///< "8522" for calling errors, a word such as "BadRequest" for others
  std::string message;  ///< names the cause and the remedy
  UtcTime date{};
  std::string request_id;
  std::string client_request_id;  ///< the client's, else the request id
};

/// `{"error":{"code":…,"message":…,"innerError":{"date":…,"request-id":…,"client-request-id":…}}}`
std::string write_graph_error(const GraphError& error);

}  // namespace parley::model
