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
    leave(running.mapped().application);
    running.mapped().cancel();
    ++counters_.counter("webhook_attempts_total{result=\"cancelled\"}");
  });
}

const char* WebhookSender::refusal(std::size_t in_flight) const {
  if (in_flight >= limits_.per_application)
    return "too many attempts of this application are under way";
  if (running_.size() >= limits_.in_all && in_flight >= limits_.always_free)
    return "too many attempts of all applications are under way";
  return nullptr;
}

void WebhookSender::start(Key key, platform::SendWebhook attempt) {
  std::size_t& in_flight = in_flight_of_[attempt.application];
  if (const char* const why = refusal(in_flight)) {
    const Answer refused = Failure{net::ClientFailure{net::ClientError::busy, why}};
    return post_(key.first, platform::WebhookAnswered{key.second, result_of("", refused)});
  }
  ++in_flight;
  net::HttpClientRequest request;
  request.method = "POST";
  request.url = attempt.request.url;
  for (auto& [name, value] : attempt.request.headers)
    request.headers.add(std::move(name), std::move(value));
  request.body = std::move(attempt.request.body);
  request.timeout = attempt.timeout;
  request.max_body = kMaxAnswer;
  request.take_2xx_at_headers = true;
  auto cancel = client_.request(
      std::move(request),
      [this, key, url = attempt.request.url](const Answer& answer) { finish(key, url, answer); });
  running_[key] = {attempt.application, std::move(cancel)};
}

void WebhookSender::finish(Key key, const std::string& url, const Answer& answer) {
  const auto running = running_.extract(key);
  if (!running.empty()) leave(running.mapped().application);
  post_(key.first, platform::WebhookAnswered{key.second, result_of(url, answer)});
}

void WebhookSender::leave(ApplicationId application) {
  const auto in_flight = in_flight_of_.find(application);
  if (--in_flight->second == 0) in_flight_of_.erase(in_flight);
}

notify::AttemptResult WebhookSender::result_of(const std::string& url, const Answer& answer) {
  notify::AttemptResult result;
  if (!answer) {
    result.error = answer.error().text;
    result.is_postponed = answer.error().error == net::ClientError::busy;
    ++counters_.counter(result.is_postponed ? "webhook_attempts_total{result=\"postponed\"}"
                                            : "webhook_attempts_total{result=\"failed\"}");
    log_.write(LogLevel::debug, result.is_postponed ? "webhook_postponed" : "webhook_failed",
               {{"reason", result.error}});
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
