#include "cli/api_client.hpp"

#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "net/event_loop.hpp"

namespace parley::cli {
namespace {

constexpr Duration kRequestTime = std::chrono::seconds(20);
/// A bound on lists: tens of thousands of users.
constexpr std::size_t kMaxAnswer = 16 << 20;

ApiFailure refusal(const net::HttpClientResponse& response) {
  const auto json = model::parse_json(response.body);
  std::string text = json ? text_at(*json, "/error/message") : "";
  if (text.empty()) text = "The server answered with status " + std::to_string(response.status);
  return {response.status, std::move(text)};
}

}  // namespace

struct ApiClient::State {
  State(ServerPlace server, std::shared_ptr<const net::ClientTls> tls, std::string admin_token)
      : place(std::move(server)),
        token(std::move(admin_token)),
        http(loop, {.connect = {.tls = std::move(tls), .guard = {}}}) {}

  ServerPlace place;
  std::string token;
  net::EventLoop loop;
  net::HttpClient http;
};

Result<ApiClient, ApiFailure> ApiClient::open(const ServerPlace& place) {
  const auto token = read_file(place.admin_token_file());
  if (!token) {
    return Failure{ApiFailure{
        0, "There is no administrator's token at " + place.admin_token_file().string() +
               ". Start a server with `parley serve`, run this in the folder it was started in, or "
               "name its data folder with --data-dir."}};
  }
  auto tls = load_tls(place);
  if (!tls) return Failure{ApiFailure{0, tls.error()}};
  return ApiClient(
      std::make_unique<State>(place, std::move(*tls), std::string(trim_whitespace(*token))));
}

ApiClient::ApiClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;
ApiClient::~ApiClient() = default;

ApiResult ApiClient::get(std::string_view target) {
  return send("GET", target, "");
}
ApiResult ApiClient::post(std::string_view target, const model::Json& body) {
  return send("POST", target, model::write_json(body));
}
ApiResult ApiClient::patch(std::string_view target, const model::Json& body) {
  return send("PATCH", target, model::write_json(body));
}
ApiResult ApiClient::remove(std::string_view target) {
  return send("DELETE", target, "");
}

const ServerPlace& ApiClient::place() const {
  return state_->place;
}

ApiResult ApiClient::send(std::string_view method, std::string_view target, std::string body) {
  net::HttpClientRequest request{.method = std::string(method),
                                 .url = state_->place.url + std::string(target),
                                 .headers = {{"Authorization", "Bearer " + state_->token}},
                                 .body = std::move(body),
                                 .timeout = kRequestTime,
                                 .max_body = kMaxAnswer};
  if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
  std::optional<Result<net::HttpClientResponse, net::ClientFailure>> answer;
  state_->http.request(std::move(request), [&](auto result) { answer = std::move(result); });
  // The request has its own time limit; this one only bounds the loop.
  state_->loop.run_until([&] { return answer.has_value(); }, 2 * kRequestTime);
  if (!answer) return Failure{ApiFailure{0, state_->place.url + " did not answer in time."}};
  if (!*answer) return Failure{ApiFailure{0, explain(answer->error(), state_->place)}};
  const net::HttpClientResponse& response = **answer;
  if (response.status / 100 != 2) return Failure{refusal(response)};
  if (response.body.empty()) return model::Json(nullptr);
  auto json = model::parse_json(response.body);
  if (!json) return Failure{ApiFailure{response.status, "The server's answer is not JSON."}};
  return std::move(*json);
}

Result<std::shared_ptr<const net::ClientTls>, std::string> load_tls(const ServerPlace& place) {
  using Tls = std::shared_ptr<const net::ClientTls>;
  if (!place.url.starts_with("https:")) return Tls();
  std::error_code unreadable;
  const bool has_authority = std::filesystem::exists(place.authority_file(), unreadable);
  auto loaded = net::ClientTls::load(has_authority ? place.authority_file().string() : "");
  if (!loaded) return Failure{loaded.error()};
  return Tls(std::move(*loaded));
}

std::string explain(const net::ClientFailure& failure, const ServerPlace& place) {
  switch (failure.error) {
    case net::ClientError::unreachable:
    case net::ClientError::unresolved:
      return "Parley is not running at " + place.url +
             ". Start it with `parley serve`, or name another server with --url.";
    case net::ClientError::tls_refused:
      return "The certificate of " + place.url + " does not fit " +
             place.authority_file().string() +
             ": name the server's data folder with --data-dir, and with --url a host name that its "
             "certificate has. (" +
             failure.text + ")";
    case net::ClientError::bad_url:
      return place.url + " is not a URL such as " + "https://127.0.0.1:8443.";
    case net::ClientError::busy:
    case net::ClientError::address_refused:
    case net::ClientError::timed_out:
    case net::ClientError::broken:
    case net::ClientError::malformed:
    case net::ClientError::too_large:
    case net::ClientError::not_upgraded:
      return failure.text;
  }
  return failure.text;
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != kUnreserved.npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return encoded;
}

std::string text_at(const model::Json& json, std::string_view pointer) {
  std::error_code error;
  const model::Json* const found = json.find_pointer({pointer.data(), pointer.size()}, error);
  if (!found || found->is_null()) return "";
  if (const auto* const text = found->if_string()) return {text->data(), text->size()};
  return model::write_json(*found);
}

}  // namespace parley::cli
