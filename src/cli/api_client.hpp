#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/json.hpp"
#include "net/http_client.hpp"
#include "net/tls_context.hpp"

namespace parley::cli {

/// Where a server listens and keeps what its administrator needs.
struct ServerPlace {
  std::string url;  ///< without a slash at its end
  std::filesystem::path data_dir;

  std::filesystem::path authority_file() const { return data_dir / "ca.pem"; }
  std::filesystem::path admin_token_file() const { return data_dir / "admin.token"; }
  std::filesystem::path demo_users_file() const { return data_dir / "demo-users.json"; }
};

/// A sentence or two for the person at the terminal: what went wrong and what to do.
struct ApiFailure {
  int status = 0;  ///< of HTTP; 0: the server was not reached
  std::string text;
};

using ApiResult = Result<model::Json, ApiFailure>;

/// The administrator's requests to a running server, one after another; each waits for its answer.
class ApiClient {
 public:
  /// Reads the authority and the administrator's token of `place`.
  static Result<ApiClient, ApiFailure> open(const ServerPlace& place);
  ApiClient(ApiClient&&) noexcept;
  ApiClient& operator=(ApiClient&&) noexcept;
  ~ApiClient();

  /// The body of a 2xx, null when it has none. @param target  path and query, encoded
  ApiResult get(std::string_view target);
  ApiResult post(std::string_view target, const model::Json& body);
  ApiResult patch(std::string_view target, const model::Json& body);
  ApiResult remove(std::string_view target);

  const ServerPlace& place() const;

 private:
  struct State;
  explicit ApiClient(std::unique_ptr<State> state);
  ApiResult send(std::string_view method, std::string_view target, std::string body);

  std::unique_ptr<State> state_;
};

/// For https: trusts the system's authorities and the place's own. Null for plain http.
Result<std::shared_ptr<const net::ClientTls>, std::string> load_tls(const ServerPlace& place);

/// How a request to `place` failed, in words that say what to do.
std::string explain(const net::ClientFailure& failure, const ServerPlace& place);

/// The whole file; nullopt when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

/// Percent-encodes all but RFC 3986's unreserved characters.
std::string url_encoded(std::string_view text);

/// The text at a JSON pointer; numbers and words as JSON writes them, empty for null or nothing.
std::string text_at(const model::Json& json, std::string_view pointer);

}  // namespace parley::cli
