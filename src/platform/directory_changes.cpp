#include <utility>

#include "operations/api_error.hpp"
#include "operations/directory/directory_gate.hpp"
#include "platform/shard_parts.hpp"

/// Shard 0's own: tokens, the administrator's requests, signing keys. Whatever changes the
/// directory is told when it is kept.
namespace parley::platform {
namespace {

constexpr Duration kKeyCheckInterval = std::chrono::hours(1);

constexpr std::string_view kTooBusy = "The server is too busy. Try again in some seconds.";
constexpr std::string_view kNotKept =
    "The server cannot store this: the disk of its database is full or fails, as its log says. "
    "Try again when that is mended.";

HttpAnswer directory_answer(const Now& now, const DirectoryHttpRequest& request,
                            Result<operations::Reply, operations::ApiError> result) {
  return {request.id,
          finish_reply(now, request.id, request.client_request_id, "", std::move(result))};
}

HttpAnswer unavailable(const Now& now, const DirectoryHttpRequest& request, std::string_view why) {
  return directory_answer(now, request, Failure{operations::unavailable(std::string(why))});
}

HttpAnswer token_answer(const TokenHttpRequest& request, const identity::TokenAnswer& token) {
  HttpAnswer answer{request.id, {.status = token.status, .body = model::write_json(token.body)}};
  answer.reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (token.status == 401)
    answer.reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"parley\"");
  if (token.status == 503)
    answer.reply.headers.emplace_back("Retry-After",
                                      std::to_string(operations::kRetryAfterSeconds));
  add_common_headers(answer.reply, to_text(request.id), request.client_request_id, "");
  return answer;
}

HttpAnswer unavailable(const Now& now, const TokenHttpRequest& request, std::string_view why) {
  const identity::OauthTrace trace{to_text(request.id), request.client_request_id};
  return token_answer(request,
                      identity::TokenService::unavailable(now.utc, trace, std::string(why)));
}

}  // namespace

// ---- tokens ----

void ShardParts::handle(const Now& now, TokenHttpRequest& request) {
  identity::TokenReply reply = tokens_.handle_token_request(now.utc, request.request, *directory_);
  if (auto* check = std::get_if<identity::PasswordCheck>(&reply)) {
    const JobId job{next_job_++};
    events.emplace_back(CheckPassword{job, *check});
    password_checks_.emplace(job, std::pair(std::move(request), std::move(*check)));
    return;
  }
  answer_token(now, request, std::get<identity::TokenAnswer>(reply));
}

void ShardParts::handle(const Now& now, PasswordChecked& checked) {
  const auto found = password_checks_.find(checked.job);
  if (found == password_checks_.end()) return;
  const auto [request, check] = std::move(found->second);
  password_checks_.erase(found);
  if (!checked.matches) {
    events.emplace_back(unavailable(now, request, kTooBusy));
    return;
  }
  answer_token(now, request, tokens_.finish(now.utc, check, *checked.matches, *directory_));
}

void ShardParts::answer_token(const Now& now, const TokenHttpRequest& request,
                              const identity::TokenAnswer& token) {
  HttpAnswer answer = token_answer(request, token);
  if (token.rows.empty()) {
    events.emplace_back(std::move(answer));
    return;
  }
  change_directory({std::move(answer), unavailable(now, request, kNotKept)}, token.rows);
}

// ---- the administrator's requests ----

void ShardParts::handle(const Now& now, DirectoryHttpRequest& request) {
  auto result = operations::directory::run_directory_request(
      {*directory_, now.utc, context_.random, options_.api}, request.request);
  if (!result) {
    events.emplace_back(directory_answer(now, request, Failure{result.error()}));
  } else if (!result->password_to_hash.empty()) {
    const JobId job{next_job_++};
    events.emplace_back(HashPassword{job, std::move(result->password_to_hash)});
    password_hashes_.emplace(job, std::move(request));
  } else if (result->rows.empty()) {
    events.emplace_back(directory_answer(now, request, std::move(result->reply)));
  } else {
    change_directory({directory_answer(now, request, std::move(result->reply)),
                      unavailable(now, request, kNotKept)},
                     result->rows);
  }
}

void ShardParts::handle(const Now& now, PasswordHashed& hashed) {
  const auto found = password_hashes_.find(hashed.job);
  if (found == password_hashes_.end()) return;
  DirectoryHttpRequest request = std::move(found->second);
  password_hashes_.erase(found);
  if (hashed.hash.empty()) {
    events.emplace_back(unavailable(now, request, kTooBusy));
    return;
  }
  request.request.password_hash = std::move(hashed.hash);
  handle(now, request);
}

// ---- signing keys ----

void ShardParts::check_signing_keys(const Now& now) {
  next_key_check_ = now + kKeyCheckInterval;
  const auto records = directory_->signing_key_records();
  const auto due =
      identity::due_signing_key(records, now.utc, options_.identity.signing_key_lifetime);
  if (due) events.emplace_back(MakeSigningKey{*due});
  if (const auto rows = identity::erase_old_signing_keys(records, now.utc); !rows.empty())
    change_directory({}, rows);
}

void ShardParts::handle(const Now& now, SigningKeyMade& made) {
  if (!made.key) return;  // the next check asks again
  context_.log.write(LogLevel::info, "signing_key_announced", {{"kid", made.key->kid}});
  change_directory({}, identity::announce_signing_key(directory_->signing_key_records(),
                                                      std::move(*made.key), now.utc));
}

// ---- the directory ----

void ShardParts::change_directory(PromisedAnswer answer, const model::RowChanges& rows) {
  // The next request must see the change (a used refresh token), the world hears of it when it is
  // kept.
  directory_ = directory_->with(rows);
  // Nothing rides along: it may be lost.
  const BatchId batch{next_batch_++};
  events.emplace_back(Commit{batch, rows, {}, answer.lost.has_value()});
  directory_commits_.emplace(batch, DirectoryCommit{std::move(answer), rows, directory_});
}

bool ShardParts::directory_committed(BatchId batch) {
  const auto found = directory_commits_.find(batch);
  if (found == directory_commits_.end()) return false;
  kept_directory_ = found->second.directory;
  events.emplace_back(PublishDirectory{kept_directory_});
  if (found->second.answer.kept) events.emplace_back(std::move(*found->second.answer.kept));
  directory_commits_.erase(found);
  return true;
}

// Those behind it were made on top of what is lost.
bool ShardParts::directory_lost(BatchId batch) {
  const auto found = directory_commits_.find(batch);
  if (found == directory_commits_.end()) return false;
  if (found->second.answer.lost) events.emplace_back(std::move(*found->second.answer.lost));
  directory_commits_.erase(found);
  directory_ = kept_directory_;
  for (auto& [_, waiting] : directory_commits_)
    directory_ = waiting.directory = directory_->with(waiting.rows);
  return true;
}

void ShardParts::handle(const Now&, DirectoryChanged& changed) {
  directory_ = kept_directory_ = std::move(changed.directory);
}

}  // namespace parley::platform
