#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/address_guard.hpp"
#include "base/result.hpp"
#include "calling/conversation.hpp"
#include "identity/access_tokens.hpp"
#include "model/dialect.hpp"
#include "model/json.hpp"

namespace parley::operations {

enum class Method { get, post, put, patch, delete_ };

std::optional<Method> method_named(std::string_view name);
std::string_view method_name(Method method);

/// Settings of the API that handlers need.
struct ApiOptions {
  std::string public_url;  ///< without a slash at its end
  /// What callback and prompt URLs may name beside public addresses. Plain http is taken on
  /// loopback only, where it is allowed.
  AddressPolicy reachable{};
};

/// Why a request is refused: the status, Graph's error code, and a message that names cause and
/// remedy.
struct ApiError {
  int status = 400;
  std::string code;
  std::string message;
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// An answer without the headers that all answers have.
struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};  ///< JSON, or empty
};

/// Which part of an answer a GET wants.
struct QueryOptions {
  std::vector<std::string> select{};  ///< the members' names; empty: all
  std::optional<std::size_t> top{};   ///< at most so many of a collection
};

/// One request, its path taken apart and its token checked.
struct Request {
  Method method = Method::get;
  model::Dialect dialect = model::Dialect::v1_0;
  /// The ids of the path, in its order: call, then operation.
  std::vector<Uuid> ids{};
  /// The body, strictly parsed; an absent body is an empty object.
  Result<model::Json, ApiError> body = model::Json{};
  QueryOptions query{};
  identity::Principal principal{};
};

/// What a handler on a call's shard works with. The call belongs to the request's application and
/// tenant.
struct CallContext {
  calling::Step& step;
  calling::Conversation& conversation;
  calling::Call& call;
  const ApiOptions& options;
  bool is_overloaded = false;  ///< the shard should begin nothing new
};

using CallHandler = Result<Reply, ApiError> (*)(CallContext&, const Request&);

}  // namespace parley::operations
