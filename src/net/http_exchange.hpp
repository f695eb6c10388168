#pragma once

#include <array>
#include <memory>

#include "net/connection_pool.hpp"
#include "net/connector.hpp"
#include "net/http_client.hpp"
#include "net/http_response_reader.hpp"

namespace parley::net {

/// One request and its answer, from the pool and back to it.
class HttpExchange final : public std::enable_shared_from_this<HttpExchange> {
 public:
  HttpExchange(EventLoop& loop, const ConnectOptions& options, std::shared_ptr<ConnectionPool> pool,
               HttpClientRequest request, HttpClient::Done done);

  Task<void> run(Url url);
  /// Forgets the request: `done` is not called any more.
  void abandon();

 private:
  using Outcome = Result<HttpClientResponse, ClientFailure>;

  Task<Outcome> attempt(const Url& url, bool may_reuse);
  Task<Outcome> talk(const Url& url);
  Task<Outcome> read_response();
  Outcome stopped(ClientError error, std::string text);
  HttpClientResponse take_response(bool truncated);
  void on_deadline();
  void finish(Outcome outcome);
  bool is_idempotent() const;

  std::shared_ptr<ConnectionPool> pool_;
  HttpClientRequest request_;
  HttpClient::Done done_;
  Connector connector_;
  Timer deadline_;
  ByteStreamPtr stream_;
  HttpResponseReader reader_;
  bool reused_ = false;
  bool heard_ = false;
  std::array<std::uint8_t, 8192> in_;
};

}  // namespace parley::net
