#include "net/connector.hpp"

#include <utility>

#include "net/name_lookups.hpp"
#include "net/tls_context.hpp"

namespace parley::net {

struct Connector::LookUp {
  explicit LookUp(EventLoop& loop) : answered(loop.context().get_executor()) {}

  AsioTimer answered;  ///< expires never; cancelled when the answer is there, or nobody wants it
  std::optional<NameLookups::Answer> answer;
};

Connector::Connector(EventLoop& loop, const ConnectOptions& options)
    : loop_(loop),
      options_(options),
      socket_(loop.context().get_executor()),
      deadline_(loop, [this] {
        error_code ignored;
        socket_.close(ignored);
      }) {}

void Connector::abort() {
  aborted_ = true;
  if (look_up_) look_up_->answered.cancel();
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
  look_up_ = std::make_shared<LookUp>(loop_);
  look_up_->answered.expires_at(std::chrono::steady_clock::time_point::max());
  loop_.lookups().look_up(url.host, [asked = look_up_](const NameLookups::Answer& answer) {
    asked->answer = answer;
    asked->answered.cancel();
  });
  co_await look_up_->answered.async_wait(kAsTuple);
  const auto& answer = look_up_->answer;
  if (!answer) co_return Failure{ClientFailure{ClientError::unresolved, url.host + ": given up"}};
  if (!*answer)
    co_return Failure{ClientFailure{ClientError::unresolved, url.host + ": " + answer->error()}};
  for (const IpAddress& ip : **answer) addresses.push_back({ip, url.port});
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
