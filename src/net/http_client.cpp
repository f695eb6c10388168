#include "net/http_client.hpp"

#include <map>
#include <utility>

#include "net/event_loop.hpp"
#include "net/http_exchange.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {

struct HttpClient::State : std::enable_shared_from_this<HttpClient::State> {
  using Exchange = std::shared_ptr<HttpExchange>;

  State(EventLoop& event_loop, HttpClientOptions client_options)
      : loop(event_loop),
        options(std::move(client_options)),
        pool(std::make_shared<ConnectionPool>(loop, options.max_idle_per_origin, options.max_idle,
                                              options.idle_time)) {}

  Cancel start(const Url& url, HttpClientRequest request, Done done);
  Cancel fail(Done done, ClientError error, std::string text);
  bool is_busy(const std::string& origin) const;
  /// Takes it out; null when it was over already.
  Exchange take(std::uint64_t id, const std::string& origin);

  EventLoop& loop;
  HttpClientOptions options;
  std::shared_ptr<ConnectionPool> pool;
  std::uint64_t next_id = 1;
  std::map<std::uint64_t, Exchange> running;
  std::map<std::string, std::size_t> per_origin;  ///< of those running
};

HttpClient::HttpClient(EventLoop& loop, HttpClientOptions options)
    : state_(std::make_shared<State>(loop, std::move(options))) {}

HttpClient::~HttpClient() {
  for (const auto& [id, exchange] : std::exchange(state_->running, {})) exchange->abandon();
}

HttpClient::Cancel HttpClient::request(HttpClientRequest request, Done done) {
  const auto url = Url::parse(request.url);
  if (!url || url->websocket() || !is_token(request.method))
    return state_->fail(std::move(done), ClientError::bad_url, "not an http or https URL");
  if (state_->running.size() >= state_->options.max_in_flight)
    return state_->fail(std::move(done), ClientError::busy, "too many requests are under way");
  if (state_->is_busy(url->origin()))
    return state_->fail(std::move(done), ClientError::busy,
                        "too many requests to " + url->origin() + " are under way");
  return state_->start(*url, std::move(request), std::move(done));
}

/// Later, as every other outcome, so that callers see one order of events.
HttpClient::Cancel HttpClient::State::fail(Done done, ClientError error, std::string text) {
  const auto later = std::make_shared<Done>(std::move(done));
  loop.post([weak = weak_from_this(), later, failure = ClientFailure{error, std::move(text)}] {
    if (weak.lock() && *later) (*later)(Failure{failure});
  });
  return [later] {
    *later = nullptr;
  };
}

HttpClient::Cancel HttpClient::State::start(const Url& url, HttpClientRequest request, Done done) {
  const std::uint64_t id = next_id++;
  // All are abandoned when the client goes: only then, or when cancelled, is `done` not called.
  auto finished = [this, id, origin = url.origin(),
                   done = std::move(done)](Result<HttpClientResponse, ClientFailure> outcome) {
    take(id, origin);
    done(std::move(outcome));
  };
  running.emplace(id, std::make_shared<HttpExchange>(loop, options.connect, pool,
                                                     std::move(request), std::move(finished)));
  ++per_origin[url.origin()];
  // Posted: begun here, on the loop's thread, it might end here too, and `done` is to come later.
  loop.post([this, weak = weak_from_this(), id, url] {
    if (!weak.lock()) return;
    if (const auto found = running.find(id); found != running.end())
      spawn(loop.context(), found->second, found->second->run(url));
  });
  return [weak = weak_from_this(), id, origin = url.origin()] {
    const auto state = weak.lock();
    if (const auto cut = state ? state->take(id, origin) : nullptr) cut->abandon();
  };
}

bool HttpClient::State::is_busy(const std::string& origin) const {
  const auto found = per_origin.find(origin);
  return found != per_origin.end() && found->second >= options.max_in_flight_per_origin;
}

HttpClient::State::Exchange HttpClient::State::take(std::uint64_t id, const std::string& origin) {
  const auto found = running.find(id);
  if (found == running.end()) return nullptr;
  Exchange exchange = std::move(found->second);
  running.erase(found);
  const auto count = per_origin.find(origin);
  if (--count->second == 0) per_origin.erase(count);
  return exchange;
}

std::size_t HttpClient::in_flight() const {
  return state_->running.size();
}

std::size_t HttpClient::idle_connections() const {
  return state_->pool->size();
}

}  // namespace parley::net
