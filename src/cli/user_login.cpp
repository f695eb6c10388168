#include "cli/user_login.hpp"

#include "base/text.hpp"
#include "identity/token_service.hpp"

namespace parley::cli {

Result<UserLogin, std::string> find_demo_user(const ServerPlace& place, const std::string& name) {
  const std::string file = place.demo_users_file().string();
  const auto content = read_file(place.demo_users_file());
  if (!content) {
    return Failure{
        "There are no demo users at " + file +
        ". Name the server's data folder with --data-dir, or give a whole user name with "
        "--password-stdin."};
  }
  const auto users = model::parse_json(*content);
  if (!users || !users->is_array()) return Failure{file + " is not a JSON array of users."};
  std::string names;
  for (const model::Json& user : users->as_array()) {
    const std::string whole = text_at(user, "/userName");
    const std::string before = whole.substr(0, whole.find('@'));
    if (equal_ignoring_case(whole, name) || equal_ignoring_case(before, name)) {
      return UserLogin{whole, text_at(user, "/password")};
    }
    names += (names.empty() ? "" : ", ") + before;
  }
  return Failure{"There is no demo user " + name + "; there is " + names + "."};
}

Result<std::string, std::string> request_user_token(net::EventLoop& loop,
                                                    const net::ConnectOptions& connect,
                                                    const ServerPlace& place,
                                                    const UserLogin& login) {
  net::HttpClient http(loop, {.connect = connect});
  std::optional<Result<net::HttpClientResponse, net::ClientFailure>> answer;
  http.request({.method = "POST",
                // People are found by their names: the name has the tenant's domain.
                .url = place.url + "/organizations/oauth2/v2.0/token",
                .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                .body = "grant_type=password&client_id=" + std::string(identity::kPageClientId) +
                        "&scope=" + url_encoded("https://graph.microsoft.com/.default") +
                        "&username=" + url_encoded(login.user_name) +
                        "&password=" + url_encoded(login.password)},
               [&](auto result) { answer = std::move(result); });
  constexpr Duration kMoreThanItsTimeout = std::chrono::seconds(30);
  loop.run_until([&] { return answer.has_value(); }, kMoreThanItsTimeout);
  if (!answer) return Failure{place.url + " did not answer in time."};
  if (!*answer) return Failure{explain(answer->error(), place)};
  const auto body = model::parse_json((*answer)->body);
  const std::string token = body ? text_at(*body, "/access_token") : "";
  if (!token.empty()) return token;
  const std::string why = body ? text_at(*body, "/error_description") : "";
  return Failure{login.user_name + " could not sign in: " +
                 (why.empty() ? "status " + std::to_string((*answer)->status) : why)};
}

}  // namespace parley::cli
