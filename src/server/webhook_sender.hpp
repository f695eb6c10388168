#pragma once

#include <map>
#include <utility>

#include "base/counters.hpp"
#include "base/log.hpp"
#include "net/event_loop.hpp"
#include "server/guarded_client.hpp"
#include "server/mailbox.hpp"

namespace parley::server {

/// Attempts that may be under way at once. A bot may name another origin for each call, so a limit
/// of origins alone would let one whose webhooks never answer take all the places; and many such
/// bots leave every other its few.
struct WebhookLimits {
  std::size_t in_all = 1024;
  std::size_t per_application = 256;
  std::size_t always_free = 8;  ///< of an application, though the others take all places
};

/// Makes the attempts that the outboxes want: a POST within its time, 64 KiB of the answer, a 2xx
/// taken when its headers are in. Redirects are answers; the outbox decides. An attempt beyond
/// those that all, its origin or its application may have at once is postponed: the outbox asks
/// again when one of the application ends, and it is no failure of the bot's.
/// `send` and `cancel` are thread-safe; a cancelled attempt is cut.
///
/// Counters: `webhook_attempts_total{result=…}` with taken, redirected, refused, failed,
/// cancelled, postponed.
class WebhookSender {
 public:
  static constexpr std::size_t kMaxAnswer = 64u << 10;

  WebhookSender(net::EventLoop& loop, const OutboundOptions& options, PostToShard post,
                LogSink& log, WebhookLimits limits = {})
      : loop_(loop), limits_(limits), client_(loop, options), post_(std::move(post)), log_(log) {}

  void send(platform::ShardIndex shard, platform::SendWebhook attempt);
  void cancel(platform::ShardIndex shard, platform::CancelWebhook cancellation);

  // On the loop's thread.
  const Counters& counters() const { return counters_; }
  std::size_t in_flight() const { return running_.size(); }

 private:
  using Key = std::pair<platform::ShardIndex, notify::AttemptId>;
  using Answer = Result<net::HttpClientResponse, net::ClientFailure>;

  /// Why an application with so many attempts under way has no place for another; or nothing.
  const char* refusal(std::size_t in_flight) const;
  void start(Key key, platform::SendWebhook attempt);
  void finish(Key key, const std::string& url, const Answer& answer);
  void leave(ApplicationId application);
  notify::AttemptResult result_of(const std::string& url, const Answer& answer);

  net::EventLoop& loop_;
  const WebhookLimits limits_;
  GuardedClient client_;
  PostToShard post_;
  LogSink& log_;
  Counters counters_;
  struct Running {
    ApplicationId application;
    net::HttpClient::Cancel cancel;
  };
  std::map<Key, Running> running_;
  std::map<ApplicationId, std::size_t> in_flight_of_;
};

}  // namespace parley::server
