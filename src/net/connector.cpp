#include "net/connector.hpp"

#include <utility>

#include "net/tls_context.hpp"

namespace parley::net {

Connector::Connector(EventLoop& loop, const ConnectOptions& options)
    : loop_(loop),
      options_(options),
      resolver_(loop.context().get_executor()),
      socket_(loop.context().get_executor()),
      deadline_(loop, [this] {
        error_code ignored;
        socket_.close(ignored);
      }) {}

void Connector::abort() {
  aborted_ = true;
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
  if (stream_) stream_->abort();
}

Task<Result<std::vector<SocketAddress>, ClientFailure>> Connector::resolve(const Url& url) {
  std::vector<SocketAddress> addresses;
  if (const auto literal = IpAddress::parse(url.host)) {
    addresses.push_back({*literal, url.port});
    co_return addresses;
  }
  const std::string service = std::to_string(url.port);
  const auto [error, found] = co_await resolver_.async_resolve(
      url.host, service, asio::ip::resolver_base::numeric_service, kAsTuple);
  if (error)
    co_return Failure{ClientFailure{ClientError::unresolved, url.host + ": " + error.message()}};
  for (const auto& entry : found) addresses.push_back(from_asio(entry.endpoint()));
  co_return addresses;
}

Task<error_code> Connector::connect_to(const SocketAddress& address) {
  error_code failed;
  socket_.close(failed);
  deadline_.set(loop_.now() + options_.connect_time);
  const auto [error] = co_await socket_.async_connect(to_asio(address), kAsTuple);
  deadline_.clear();
  co_return error;
}

Task<Result<ByteStreamPtr, ClientFailure>> Connector::connect(const Url& url) {
  if (url.secure() && !options_.tls)
    co_return Failure{ClientFailure{ClientError::bad_url, "TLS is not configured here"}};
  const auto addresses = co_await resolve(url);
  if (!addresses) co_return Failure{addresses.error()};
  ClientFailure failure{ClientError::unresolved, url.host + " has no address"};
  for (const SocketAddress& address : *addresses) {
    if (aborted_) break;
    if (options_.guard && !options_.guard(address.ip)) {
      failure = {ClientError::address_refused,
                 url.host + " is " + address.ip.text() + ", not allowed"};
      continue;
    }
    const error_code error = co_await connect_to(address);
    if (error) {
      failure = {ClientError::unreachable, address.text() + ": " + error.message()};
      continue;
    }
    stream_ = url.secure() ? make_tls_stream(std::move(socket_), address, *options_.tls, url.host)
                           : make_plain_stream(std::move(socket_), address);
    const IoResult greeted = co_await stream_->handshake();
    if (greeted) co_return std::move(stream_);
    const bool refused = greeted.error() == IoError::refused;
    co_return Failure{ClientFailure{refused ? ClientError::tls_refused : ClientError::broken,
                                    "TLS with " + url.host + " at " + address.text() + " failed"}};
  }
  co_return Failure{failure};
}

}  // namespace parley::net
