#include "platform/shard.hpp"

#include <utility>

#include "operations/api_error.hpp"
#include "operations/directory/directory_gate.hpp"
#include "platform/shard_parts.hpp"

namespace parley::platform {
namespace {

HttpAnswer directory_answer(const Now& now, const DirectoryHttpRequest& request,
                            Result<operations::Reply, operations::ApiError> result) {
  return {request.id,
          finish_reply(now, request.id, request.client_request_id, "", std::move(result))};
}

}  // namespace

ShardParts::ShardParts(ShardOptions options, ShardContext context,
                       std::shared_ptr<const identity::Directory> directory)
    : options_(std::move(options)),
      context_(context),
      directory_(std::move(directory)),
      sessions_({.resume_window = options_.resume_window,
                 .max_requests_per_second = options_.max_client_requests_per_second,
                 .max_sessions_per_user = options_.max_sessions_per_user,
                 .ice_servers = options_.ice_servers},
                context.random),
      outbox_(options_.webhooks, context.random, context.counters),
      tokens_(options_.identity, context.random),
      prompts_(options_.resource_reuse, options_.max_prompt_cache_bytes) {}

void ShardParts::handle(const Now& now, ClientOpened& opened) {
  sessions_.handle_input(now, opened);
}
void ShardParts::handle(const Now& now, ClientMessageReceived& received) {
  sessions_.handle_input(now, received);
}
void ShardParts::handle(const Now& now, ClientClosed& closed) {
  sessions_.handle_input(now, closed);
}
void ShardParts::handle(const Now& now, PromptFetched& fetched) {
  prompts_.handle_input(now, std::move(fetched));
}
void ShardParts::handle(const Now& now, PromptEncoded& encoded) {
  prompts_.handle_input(now, std::move(encoded));
}
void ShardParts::handle(const Now& now, PromptWanted& wanted) {
  prompts_.handle_input(now, wanted);
}
void ShardParts::handle(const Now&, DirectoryChanged& changed) {
  directory_ = std::move(changed.directory);
}

void ShardParts::handle(const Now& now, TokenHttpRequest& request) {
  identity::TokenReply reply = tokens_.handle_token_request(now.utc, request.request, *directory_);
  if (auto* check = std::get_if<identity::PasswordCheck>(&reply)) {
    const JobId job{next_job_++};
    events.emplace_back(CheckPassword{job, *check});
    password_checks_.emplace(job, std::pair(std::move(request), std::move(*check)));
    return;
  }
  answer_token(request, std::get<identity::TokenAnswer>(reply));
}

void ShardParts::handle(const Now& now, PasswordChecked& checked) {
  const auto found = password_checks_.find(checked.job);
  if (found == password_checks_.end()) return;
  const auto [request, check] = std::move(found->second);
  password_checks_.erase(found);
  answer_token(request, tokens_.finish(now.utc, check, checked.matches, *directory_));
}

void ShardParts::answer_token(const TokenHttpRequest& request, const identity::TokenAnswer& token) {
  HttpAnswer answer;
  answer.request = request.id;
  answer.reply.status = token.status;
  answer.reply.body = model::write_json(token.body);
  answer.reply.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  if (token.status == 401)
    answer.reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"parley\"");
  add_common_headers(answer.reply, to_text(request.id), request.client_request_id, "");
  change_directory(std::move(answer), token.rows);
}

void ShardParts::handle(const Now& now, DirectoryHttpRequest& request) {
  run_on_directory(now, request);
}

void ShardParts::handle(const Now& now, PasswordHashed& hashed) {
  const auto found = password_hashes_.find(hashed.job);
  if (found == password_hashes_.end()) return;
  DirectoryHttpRequest request = std::move(found->second);
  password_hashes_.erase(found);
  if (hashed.hash.empty())
    return change_directory(
        directory_answer(now, request,
                         Failure{operations::unavailable("The server is overloaded", 2)}),
        {});
  request.request.password_hash = std::move(hashed.hash);
  run_on_directory(now, request);
}

void ShardParts::run_on_directory(const Now& now, DirectoryHttpRequest& request) {
  auto result = operations::directory::run_directory_request(
      {*directory_, now.utc, context_.random, options_.api}, request.request);
  if (!result) return change_directory(directory_answer(now, request, Failure{result.error()}), {});
  if (!result->password_to_hash.empty()) {
    const JobId job{next_job_++};
    events.emplace_back(HashPassword{job, std::move(result->password_to_hash)});
    password_hashes_.emplace(job, std::move(request));
    return;
  }
  change_directory(directory_answer(now, request, std::move(result->reply)), result->rows);
}

void ShardParts::change_directory(HttpAnswer answer, const model::RowChanges& rows) {
  if (rows.empty()) {
    events.emplace_back(std::move(answer));
    return;
  }
  // The next request must see the change (a used refresh token), the world hears of it when it is
  // kept.
  directory_ = directory_->with(rows);
  const BatchId batch{next_batch_++};
  directory_commits_.emplace(batch, DirectoryCommit{std::move(answer), directory_});
  commit_rows(batch, rows);
}

void ShardParts::handle_timeout(const Now& now) {
  while (const auto id = conversation_deadlines_.due(now.monotonic)) {
    LiveConversation& live = *conversations_.at(*id);
    live.bridge.handle_timeout(now);
    const auto deadline = live.calling->next_deadline();
    if (deadline && deadline->at <= now.monotonic)
      step(now, live, [&](calling::Step& step, auto&) { live.calling->handle_timeout(step); });
    drain(now, *id, live);
  }
  outbox_.handle_timeout(now);
  sessions_.handle_timeout(now);
}

std::optional<Deadline<ShardTimer>> ShardParts::next_deadline() const {
  std::optional<Deadline<ShardTimer>> next;
  const auto consider = [&](std::optional<Instant> at, ShardTimer timer) {
    if (at) next = soonest(next, std::optional(Deadline{*at, timer}));
  };
  consider(conversation_deadlines_.next(), ShardTimer::conversation);
  if (const auto outbox = outbox_.next_deadline()) consider(outbox->at, ShardTimer::outbox);
  consider(sessions_.next_deadline(), ShardTimer::session);
  return next;
}

void ShardParts::drain_parts(const Now& now) {
  drain_sessions(now);
  drain_outbox(now);
  while (auto event = prompts_.poll_event()) events.push_back(std::move(*event));
}

Shard::Shard(ShardOptions options, ShardContext context,
             std::shared_ptr<const identity::Directory> directory)
    : parts_(std::make_unique<ShardParts>(std::move(options), context, std::move(directory))) {}
Shard::~Shard() = default;

void Shard::recover(const Now& now, model::RecoveryRecords records) {
  parts_->recover(now, std::move(records));
  parts_->drain_parts(now);
}

void Shard::handle_input(const Now& now, ShardInput input) {
  std::visit([&](auto& value) { parts_->handle(now, value); }, input);
  parts_->drain_parts(now);
}

void Shard::handle_datagram(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                            MutableByteView datagram) {
  parts_->handle_datagram(now, local, remote, datagram);
  parts_->drain_parts(now);
}

void Shard::handle_timeout(const Now& now) {
  parts_->handle_timeout(now);
  parts_->drain_parts(now);
}

std::optional<Transmit> Shard::poll_transmit() {
  if (parts_->transmits.empty()) return std::nullopt;
  Transmit transmit = std::move(parts_->transmits.front());
  parts_->transmits.pop_front();
  return transmit;
}

std::optional<ShardEvent> Shard::poll_event() {
  if (parts_->events.empty()) return std::nullopt;
  ShardEvent event = std::move(parts_->events.front());
  parts_->events.pop_front();
  return event;
}

std::optional<Deadline<ShardTimer>> Shard::next_deadline() const {
  return parts_->next_deadline();
}
std::size_t Shard::call_count() const {
  return parts_->call_count();
}
std::size_t Shard::session_count() const {
  return parts_->session_count();
}

}  // namespace parley::platform
