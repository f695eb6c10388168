#include "net/responder.hpp"

#include <atomic>
#include <utility>

namespace parley::net {

struct Responder::Token {
  Token(LoopHandle handle, std::weak_ptr<Sink> to, std::uint64_t serial)
      : loop(std::move(handle)), sink(std::move(to)), request(serial) {}
  ~Token() { deliver(Dropped{}); }

  void deliver(Answer answer) {
    if (used.exchange(true)) return;
    loop.dispatch([to = sink, serial = request, given = std::move(answer)]() mutable {
      if (const auto live = to.lock()) live->answer(serial, std::move(given));
    });
  }

  LoopHandle loop;
  std::weak_ptr<Sink> sink;
  std::uint64_t request;
  std::atomic<bool> used = false;
};

Responder::Responder(LoopHandle loop, std::weak_ptr<Sink> sink, std::uint64_t request)
    : token_(std::make_shared<Token>(std::move(loop), std::move(sink), request)) {}

void Responder::respond(HttpResponse response) const {
  token_->deliver(std::move(response));
}

void Responder::upgrade(WebSocketUpgrade upgrade) const {
  token_->deliver(std::move(upgrade));
}

}  // namespace parley::net
