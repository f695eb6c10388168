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

  void start(const Url& url, HttpClientRequest request, Done done);
  void fail(Done done, ClientError error, std::string text);
  bool is_busy(const std::string& origin) const;
  void remove(std::uint64_t id, const std::string& origin);

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

void HttpClient::request(HttpClientRequest request, Done done) {
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
void HttpClient::State::fail(Done done, ClientError error, std::string text) {
  loop.post([weak = weak_from_this(), done, failure = ClientFailure{error, std::move(text)}] {
    if (weak.lock()) done(Failure{failure});
  });
}

void HttpClient::State::start(const Url& url, HttpClientRequest request, Done done) {
  const std::uint64_t id = next_id++;
  // All are abandoned when the client goes: only then is `done` not called.
  auto finished = [this, id, origin = url.origin(),
                   done = std::move(done)](Result<HttpClientResponse, ClientFailure> outcome) {
    remove(id, origin);
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
}

bool HttpClient::State::is_busy(const std::string& origin) const {
  const auto found = per_origin.find(origin);
  return found != per_origin.end() && found->second >= options.max_in_flight_per_origin;
}

void HttpClient::State::remove(std::uint64_t id, const std::string& origin) {
  running.erase(id);
  const auto count = per_origin.find(origin);
  if (--count->second == 0) per_origin.erase(count);
}

std::size_t HttpClient::in_flight() const {
  return state_->running.size();
}

std::size_t HttpClient::idle_connections() const {
  return state_->pool->size();
}

}  // namespace parley::net
