#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "base/counters.hpp"
#include "base/log.hpp"
#include "net/event_loop.hpp"
#include "server/guarded_client.hpp"
#include "server/mailbox.hpp"

namespace parley::server {

struct PromptFetcherOptions {
  OutboundOptions outbound;
  std::size_t max_body = 20u << 20;          ///< bytes; a larger prompt is refused
  Duration time = std::chrono::seconds(30);  ///< for everything, redirects included
  int max_redirects = 3;                     ///< each checked again by the guard
  /// Fetches at once, each of which may hold a whole prompt; further ones wait.
  std::size_t max_in_flight = 16;
  std::size_t max_waiting = 4096;  ///< a further one is answered with an error
  /// The same of one application, whose prompts may be on a dead server.
  std::size_t max_in_flight_per_application = 4;
  std::size_t max_waiting_per_application = 1024;
};

/// GETs prompts. What is told of an address that may not be asked is that alone: which one a name
/// has inside is the operator's. `fetch` is thread-safe; every fetch is answered by
/// `PromptFetched`.
///
/// Counters: `prompt_fetches_total{result=…}` with fetched, unchanged, refused, failed.
class PromptFetcher {
 public:
  PromptFetcher(net::EventLoop& loop, PromptFetcherOptions options, PostToShard post, LogSink& log)
      : loop_(loop),
        options_(std::move(options)),
        client_(loop, options_.outbound),
        post_(std::move(post)),
        log_(log) {}

  void fetch(platform::ShardIndex shard, platform::FetchPrompt wanted);

  // On the loop's thread.
  const Counters& counters() const { return counters_; }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Fetch {
    platform::ShardIndex shard = 0;
    platform::FetchPrompt wanted;
    Instant deadline{};
    int redirects = 0;
  };
  using FetchPtr = std::shared_ptr<Fetch>;
  /// One application's; kept while it has any.
  struct Load {
    std::size_t in_flight = 0;
    std::size_t waiting = 0;
  };

  void enqueue(FetchPtr fetch);
  void start_next();
  void start(const FetchPtr& fetch);
  void request(FetchPtr fetch);
  std::string told_of(const platform::FetchPrompt& wanted, const net::ClientFailure& failure);
  void on_answer(const FetchPtr& fetch, Result<net::HttpClientResponse, net::ClientFailure> answer);
  bool follow(const FetchPtr& fetch, const net::HttpClientResponse& answer);
  void finish(const Fetch& fetch, platform::PromptFetched fetched);

  net::EventLoop& loop_;
  PromptFetcherOptions options_;
  GuardedClient client_;
  PostToShard post_;
  LogSink& log_;
  Counters counters_;
  std::deque<FetchPtr> waiting_;  ///< the oldest first
  std::map<ApplicationId, Load> loads_;
  std::size_t in_flight_ = 0;
};

/// The `max-age` of a `Cache-Control` header (RFC 9111 §5.2.2.1); 0 when it may not be stored;
/// nullopt when it says neither.
std::optional<std::chrono::seconds> max_age_of(std::string_view cache_control);

}  // namespace parley::server
