#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "net/http_message.hpp"
#include "net/loop_handle.hpp"

namespace parley::net {

class WebSocket;
using WebSocketPtr = std::shared_ptr<WebSocket>;

/// Turns the connection into a WebSocket. `on_open` runs on the loop's thread and sets the
/// callbacks before the first message is read. `protocol` is the chosen subprotocol, or empty.
struct WebSocketUpgrade {
  std::string protocol;
  std::function<void(WebSocketPtr)> on_open;
};

/// The answer slot of one request. Copyable, callable later and from any thread; the first answer
/// counts. When the last copy goes without one, the client gets a 500. It may outlive the
/// connection, the server and the loop; the answer is then forgotten.
class Responder {
 public:
  /// The last copy went unused.
  struct Dropped {};
  using Answer = std::variant<HttpResponse, WebSocketUpgrade, Dropped>;

  /// Where answers go; called on the loop's thread.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void answer(std::uint64_t request, Answer answer) = 0;
  };

  Responder(LoopHandle loop, std::weak_ptr<Sink> sink, std::uint64_t request);

  void respond(HttpResponse response) const;
  /// A request that is no WebSocket handshake (RFC 6455 §4.2.1) gets 400 or 426 instead.
  void upgrade(WebSocketUpgrade upgrade) const;

 private:
  struct Token;
  std::shared_ptr<Token> token_;
};

}  // namespace parley::net
