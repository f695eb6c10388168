#include "net/http_client.hpp"

#include <list>
#include <utility>

#include "net/event_loop.hpp"
#include "net/http_exchange.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {

struct HttpClient::State : std::enable_shared_from_this<HttpClient::State> {
  State(EventLoop& event_loop, HttpClientOptions client_options)
      : loop(event_loop),
        options(std::move(client_options)),
        pool(std::make_shared<ConnectionPool>(loop, options.max_idle_per_origin, options.max_idle,
                                              options.idle_time)) {}

  void start(Url url, HttpClientRequest request, Done done);
  void fail(Done done, ClientError error, std::string text);

  EventLoop& loop;
  HttpClientOptions options;
  std::shared_ptr<ConnectionPool> pool;
  std::list<std::shared_ptr<HttpExchange>> running;
};

HttpClient::HttpClient(EventLoop& loop, HttpClientOptions options)
    : state_(std::make_shared<State>(loop, std::move(options))) {}

HttpClient::~HttpClient() {
  for (const auto& exchange : std::exchange(state_->running, {})) exchange->abandon();
}

void HttpClient::request(HttpClientRequest request, Done done) {
  const auto url = Url::parse(request.url);
  if (!url || url->websocket() || !is_token(request.method))
    return state_->fail(std::move(done), ClientError::bad_url, "not an http or https URL");
  if (state_->running.size() >= state_->options.max_in_flight)
    return state_->fail(std::move(done), ClientError::busy, "too many requests are under way");
  state_->start(*url, std::move(request), std::move(done));
}

/// Later, as every other outcome, so that callers see one order of events.
void HttpClient::State::fail(Done done, ClientError error, std::string text) {
  loop.post([weak = weak_from_this(), done, failure = ClientFailure{error, std::move(text)}] {
    if (weak.lock()) done(Failure{failure});
  });
}

void HttpClient::State::start(Url url, HttpClientRequest request, Done done) {
  const auto place = running.emplace(running.end());
  // The list is emptied when the client goes, and its places with it: only then is `done` not
  // called.
  auto finished = [this, place,
                   done = std::move(done)](Result<HttpClientResponse, ClientFailure> outcome) {
    const auto call = done;
    running.erase(place);
    call(std::move(outcome));
  };
  *place = std::make_shared<HttpExchange>(loop, options.connect, pool, std::move(request),
                                          std::move(finished));
  spawn(loop.context(), *place, (*place)->run(std::move(url)));
}

std::size_t HttpClient::in_flight() const {
  return state_->running.size();
}

std::size_t HttpClient::idle_connections() const {
  return state_->pool->size();
}

}  // namespace parley::net
