#pragma once

#include <gtest/gtest.h>

#include "identity/password.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/directory_gate.hpp"

namespace parley::operations::directory {

/// A directory that requests change, as shard 0 does: every answer's rows are applied.
class DirectoryHost {
 public:
  static constexpr std::string_view kToken = "the-administrators-token";

  DirectoryHost() {
    directory_ = identity::Directory::from({});
    send("POST", "/parley/tenants", R"({"domain":"one.test","displayName":"One"})");
  }

  /// The answer, a refusal in Graph's envelope.
  Reply send(std::string_view method, std::string_view path, std::string_view body = "",
             std::string_view query = "") {
    return handle({.method = method,
                   .path = path,
                   .query = query,
                   .authorization = "Bearer " + std::string(kToken),
                   .content_type = "application/json",
                   .body = body});
  }

  struct Http {
    std::string_view method{};
    std::string_view path{};
    std::string_view query{};
    std::string authorization{};
    std::string_view content_type{};
    std::string_view body{};
  };
  Reply handle(const Http& http) {
    auto request = read_directory_request({.method = http.method,
                                           .path = http.path,
                                           .query = http.query,
                                           .authorization = http.authorization,
                                           .content_type = http.content_type,
                                           .body = http.body},
                                          administrator_);
    if (!request) return {404, {}, "not a path of the directory"};
    if (!*request) return refusal((*request).error());
    auto answer = run(**request);
    if (answer && !answer->password_to_hash.empty()) {
      (*request)->password_hash = identity::hash_password(answer->password_to_hash, random_);
      answer = run(**request);
    }
    if (!answer) return refusal(answer.error());
    if (!answer->rows.empty()) directory_ = directory_->with(answer->rows);
    return std::move(answer->reply);
  }

  const identity::Directory& directory() const { return *directory_; }

  ApiOptions options{.public_url = "https://parley.test", .reachable = {.allow_loopback = true}};
  UtcTime now{std::chrono::hours(24 * 365 * 50)};

 private:
  DirectoryResult run(const DirectoryRequest& request) {
    return run_directory_request({*directory_, now, random_, options}, request);
  }
  Reply refusal(const ApiError& error) const { return error_reply(error, now, "request", ""); }

  SeededRandom random_{7};
  identity::Administrator administrator_{kToken};
  std::shared_ptr<const identity::Directory> directory_;
};

/// The text at a path of members such as `value.0.id`; a test fails where there is none.
inline std::string text_at(const Reply& reply, const std::string& pointer) {
  const auto json = model::parse_json(reply.body);
  if (!json) return "not JSON: " + reply.body;
  boost::json::error_code error;
  const auto* const found = json->find_pointer(pointer, error);
  if (!found) return "nothing at " + pointer + " of " + reply.body;
  if (found->is_string()) return std::string(found->as_string());
  return model::write_json(*found);
}

}  // namespace parley::operations::directory
