#include "server/webhook_sender.hpp"

namespace parley::server {

void WebhookSender::send(platform::ShardIndex shard, platform::SendWebhook attempt) {
  loop_.post([this, shard, attempt = std::move(attempt)]() mutable {
    const Key key{shard, attempt.attempt};
    start(key, std::move(attempt));
  });
}

void WebhookSender::cancel(platform::ShardIndex shard, platform::CancelWebhook cancellation) {
  loop_.post([this, key = Key{shard, cancellation.attempt}] {
    const auto running = running_.extract(key);
    if (running.empty()) return;
    running.mapped()();
    ++counters_.counter("webhook_attempts_total{result=\"cancelled\"}");
  });
}

void WebhookSender::start(Key key, platform::SendWebhook attempt) {
  net::HttpClientRequest request;
  request.method = "POST";
  request.url = attempt.request.url;
  for (auto& [name, value] : attempt.request.headers)
    request.headers.add(std::move(name), std::move(value));
  request.body = std::move(attempt.request.body);
  request.timeout = attempt.timeout;
  request.max_body = kMaxAnswer;
  request.take_2xx_at_headers = true;
  running_[key] = client_.request(
      std::move(request),
      [this, key, url = attempt.request.url](const Answer& answer) { finish(key, url, answer); });
}

void WebhookSender::finish(Key key, const std::string& url, const Answer& answer) {
  running_.erase(key);
  post_(key.first, platform::WebhookAnswered{key.second, result_of(url, answer)});
}

notify::AttemptResult WebhookSender::result_of(const std::string& url, const Answer& answer) {
  notify::AttemptResult result;
  if (!answer) {
    result.error = answer.error().text;
    ++counters_.counter("webhook_attempts_total{result=\"failed\"}");
    log_.write(LogLevel::debug, "webhook_failed", {{"reason", result.error}});
    return result;
  }
  result.status = answer->status;
  if (answer->status == 302 || answer->status == 307) {
    const auto location = answer->headers.get("Location").value_or("");
    result.location = redirect_target(url, location).value_or("");
    ++counters_.counter("webhook_attempts_total{result=\"redirected\"}");
  } else if (answer->status / 100 == 2) {
    ++counters_.counter("webhook_attempts_total{result=\"taken\"}");
  } else {
    ++counters_.counter("webhook_attempts_total{result=\"refused\"}");
  }
  return result;
}

}  // namespace parley::server
