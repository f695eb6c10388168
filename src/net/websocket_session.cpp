#include "net/websocket_session.hpp"

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <mutex>
#include <utility>

#include "net/beast_stream.hpp"
#include "net/http_strictness.hpp"

namespace parley::net {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::beast::role_type;
using Decorator = websocket::stream_base::decorator;

constexpr std::size_t kMaxReason = 123;  // RFC 6455 §5.5.1
constexpr std::size_t kReadPiece = 4096;

/// Why a WebSocket ended: the peer's code, or ours.
struct Outcome {
  std::uint16_t code = websocket_close::kAbnormal;
  std::string reason;
};

/// What Beast does one of at a time.
enum class Operation : std::uint8_t { read, write, ping, close };

/// A text or binary message on its way out.
struct Outgoing {
  bool binary;
  std::string payload;
};

/// Beast copies what it gets, line ends included; and what the handshake needs is its own.
void add_headers(http::fields& fields, const HttpHeaders& headers) {
  const http::fields own = fields;
  for (const auto& [name, value] : headers.fields())
    if (own.count(name) == 0 && is_field(name, value)) fields.insert(name, value);
}

/// The request that Beast answers. Ours has been checked (websocket_handshake.hpp) and answered by
/// the handler; only the key matters.
http::request<http::empty_body> request_with(const std::string& key) {
  http::request<http::empty_body> request(http::verb::get, "/", 11);
  request.set(http::field::host, "");
  request.set(http::field::connection, "upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_version, "13");
  request.set(http::field::sec_websocket_key, key);
  return request;
}

/// Cut at a character's border: no continuation byte (RFC 3629 §3) begins the part left out.
std::string_view cut_reason(std::string_view reason) {
  if (reason.size() <= kMaxReason) return reason;
  std::size_t size = kMaxReason;
  while (size > 0 && (static_cast<std::uint8_t>(reason[size]) & 0xC0) == 0x80) --size;
  return reason.substr(0, size);
}

/// The code of the close that Beast sent for a broken message; 1006 when the connection broke.
std::uint16_t close_code_of(error_code error) {
  if (error == websocket::error::message_too_big) return websocket_close::kTooBig;
  if (error == websocket::error::bad_frame_payload) return websocket_close::kInvalidPayload;
  if (error == websocket::condition::protocol_violation) return websocket_close::kProtocolError;
  return websocket_close::kAbnormal;
}

/// A reader coroutine takes messages; a writer coroutine runs while messages or a close wait.
/// Beast's own timers stay off: they know no limit for a close alone, and one for ping and pong
/// together.
class BeastSession final : public WebSocketSession,
                           public std::enable_shared_from_this<BeastSession> {
 public:
  BeastSession(EventLoop& loop, ByteStreamPtr stream, const WebSocketOptions& options,
               std::shared_ptr<void> owner)
      : loop_(loop),
        handle_(loop.handle()),
        owner_(std::move(owner)),
        stream_(std::move(stream)),
        options_(options),
        socket_(loop.context().get_executor(), *stream_, [this] { heard(); }),
        silence_(loop, [this] { on_silence(); }) {
    socket_.read_message_max(options.max_message);
    socket_.auto_fragment(false);
    socket_.control_callback([this](websocket::frame_type kind, std::string_view) {
      if (kind == websocket::frame_type::ping) count_ping();
    });
  }

  Task<bool> accept(WebSocketAcceptance acceptance) override;
  Task<std::optional<ClientFailure>> ask(const WebSocketRequest& request, const Url& url) override;
  void start() override;
  void abort() override;

  void on_message(std::function<void(std::string)> callback) override {
    on_text_ = std::move(callback);
  }
  void on_binary(std::function<void(std::string)> callback) override {
    on_binary_ = std::move(callback);
  }
  void on_close(std::function<void(std::uint16_t, std::string)> callback) override {
    on_close_ = std::move(callback);
  }
  bool send(std::string_view text) override { return queue(false, text); }
  bool send_binary(ByteView bytes) override { return queue(true, as_text(bytes)); }
  void close(std::uint16_t code, std::string_view reason) override;

 private:
  Task<void> read();
  Task<error_code> read_message();
  void deliver(std::function<void(std::string)>& callback, std::string message);
  bool queue(bool binary, std::string_view payload);
  void wake_writer();
  std::optional<Outgoing> next_message();
  Task<void> write();
  Task<void> say_close();
  Task<void> ping();
  void settle(error_code error);
  Outcome received_close() const;
  /// Awaitable, without exceptions, and ended by `abort` whatever it waits for.
  auto until_stopped(Operation operation) {
    return asio::bind_cancellation_slot(stops_[static_cast<std::size_t>(operation)].slot(),
                                        kAsTuple);
  }
  void heard();
  void count_ping();
  void on_silence();
  void end();
  Task<void> shut_down();

  EventLoop& loop_;
  LoopHandle handle_;
  std::shared_ptr<void> owner_;
  ByteStreamPtr stream_;
  WebSocketOptions options_;
  std::array<asio::cancellation_signal, 4> stops_;  ///< By Operation; outlive what they stop.
  websocket::stream<BeastStream, false> socket_;
  boost::beast::flat_buffer incoming_;
  Timer silence_;
  Instant second_began_{};
  std::uint32_t pings_this_second_ = 0;
  bool started_ = false;
  bool pinging_ = false;
  bool ping_sent_ = false;
  bool close_begun_ = false;
  bool ended_ = false;
  Outcome outcome_;
  std::function<void(std::string)> on_text_;
  std::function<void(std::string)> on_binary_;
  std::function<void(std::uint16_t, std::string)> on_close_;

  // Shared with the threads that send.
  std::mutex mutex_;
  std::deque<Outgoing> pending_;
  std::size_t pending_bytes_ = 0;
  bool writing_ = false;
  bool closing_ = false;
  websocket::close_reason close_;
};

Task<bool> BeastSession::accept(WebSocketAcceptance acceptance) {
  socket_.next_layer().give_back(std::move(acceptance.rest));
  socket_.set_option(Decorator([&acceptance](websocket::response_type& response) {
    add_headers(response, acceptance.headers);
    // Else Beast would tell its version.
    if (response.count(http::field::server) == 0) response.set(http::field::server, "parley");
  }));
  const auto request = request_with(acceptance.key);
  const auto [error] = co_await socket_.async_accept(request, kAsTuple);
  co_return !error;
}

Task<std::optional<ClientFailure>> BeastSession::ask(const WebSocketRequest& request,
                                                     const Url& url) {
  socket_.set_option(Decorator([&request](websocket::request_type& head) {
    if (!request.protocol.empty()) head.set(http::field::sec_websocket_protocol, request.protocol);
    add_headers(head, request.headers);
  }));
  websocket::response_type response;
  const std::string host = url.authority();
  const auto [error] = co_await socket_.async_handshake(response, host, url.target, kAsTuple);
  if (error && error != websocket::condition::handshake_failed)
    co_return ClientFailure{ClientError::broken, "no whole answer to the WebSocket handshake"};
  // RFC 6455 §4.1, what Beast doesn't look at: we offered no extension, and this protocol or none.
  const bool as_offered = response.count(http::field::sec_websocket_extensions) == 0 &&
                          response[http::field::sec_websocket_protocol] == request.protocol;
  if (!error && as_offered) co_return std::nullopt;
  co_return ClientFailure{ClientError::not_upgraded,
                          "the server answered " + std::to_string(response.result_int())};
}

/// Aborting the stream ends the operations that wait for it. Two of Beast may also wait for each
/// other: a peer's broken frame that crosses our close leaves async_read waiting for the write lock
/// (Boost 1.81, websocket/impl/read.hpp:631) that async_close holds while it waits for the read
/// lock (impl/close.hpp:145). Only cancelling ends those; not now, our caller may be one of them.
void BeastSession::abort() {
  stream_->abort();
  asio::post(loop_.context(), [self = shared_from_this()] {
    for (asio::cancellation_signal& stop : self->stops_)
      stop.emit(asio::cancellation_type::terminal);
  });
}

void BeastSession::start() {
  started_ = true;
  heard();
  spawn(loop_.context(), shared_from_this(), read());
}

Task<void> BeastSession::read() {
  while (true) {
    if (const error_code error = co_await read_message()) {
      settle(error);
      break;
    }
    std::string message = boost::beast::buffers_to_string(incoming_.data());
    incoming_.clear();
    deliver(socket_.got_text() ? on_text_ : on_binary_, std::move(message));
  }
  // A close of ours that is under way reads on in our place, and ends the session.
  if (!close_begun_) end();
}

/// Piece by piece: Beast's own loop for a whole message asserts that its last frame is not empty
/// (Boost 1.81, websocket/detail/impl_base.hpp:479), and any peer may send one that is. The limit
/// of a message holds here too.
Task<error_code> BeastSession::read_message() {
  do {
    const auto [error, size] = co_await socket_.async_read_some(incoming_.prepare(kReadPiece),
                                                                until_stopped(Operation::read));
    if (error) co_return error;
    incoming_.commit(size);
  } while (!socket_.is_message_done());
  co_return error_code{};
}

void BeastSession::settle(error_code error) {
  if (error == websocket::error::closed) {
    outcome_ = received_close();
  } else if (const std::uint16_t code = close_code_of(error); code != websocket_close::kAbnormal) {
    outcome_.code = code;
  }
}

void BeastSession::deliver(std::function<void(std::string)>& callback, std::string message) {
  {
    // Messages that cross our close are not delivered.
    const std::lock_guard lock(mutex_);
    if (closing_) return;
  }
  if (!callback) return close(websocket_close::kUnsupportedData, "");
  // A callback may set another in its own place.
  auto running = std::exchange(callback, nullptr);
  running(std::move(message));
  if (!callback) callback = std::move(running);
}

bool BeastSession::queue(bool binary, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  if (closing_ || pending_bytes_ + payload.size() > options_.max_queued) return false;
  pending_.push_back({binary, std::string(payload)});
  pending_bytes_ += payload.size() + sizeof(Outgoing);
  wake_writer();
  return true;
}

/// With `mutex_` held.
void BeastSession::wake_writer() {
  if (std::exchange(writing_, true)) return;
  handle_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) spawn(self->loop_.context(), self, self->write());
  });
}

/// nullopt: the writer may rest.
std::optional<Outgoing> BeastSession::next_message() {
  const std::lock_guard lock(mutex_);
  if (pending_.empty()) {
    writing_ = false;
    return std::nullopt;
  }
  Outgoing next = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= next.payload.size() + sizeof(Outgoing);
  return next;
}

Task<void> BeastSession::write() {
  while (const auto next = next_message()) {
    socket_.binary(next->binary);
    const auto [error, size] =
        co_await socket_.async_write(asio::buffer(next->payload), until_stopped(Operation::write));
    if (!error) continue;
    // The reader meets the same error and ends the session, unless it has in good order.
    // `writing_` stays: nothing more goes out.
    if (!ended_) abort();
    co_return;
  }
  co_await say_close();
}

Task<void> BeastSession::say_close() {
  {
    const std::lock_guard lock(mutex_);
    if (!closing_ || ended_ || close_begun_) co_return;
  }
  close_begun_ = true;
  const auto [error] = co_await socket_.async_close(close_, until_stopped(Operation::close));
  if (!error) outcome_ = received_close();
  end();
}

/// Beast answers each.
void BeastSession::count_ping() {
  const Instant now = loop_.now().monotonic;
  if (now - second_began_ >= std::chrono::seconds(1)) {
    second_began_ = now;
    pings_this_second_ = 0;
  }
  if (++pings_this_second_ > options_.max_pings_per_second)
    close(websocket_close::kPolicyViolation, "too many pings in a second");
}

void BeastSession::close(std::uint16_t code, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closing_, true)) return;
    const std::string_view cut = cut_reason(reason);
    close_.code = code;
    close_.reason.assign(cut.data(), cut.size());
    wake_writer();
  }
  // A closing peer has `close_time` in all, however much it still says.
  handle_.dispatch([weak = weak_from_this(), at = read_clocks() + options_.close_time] {
    if (const auto self = weak.lock()) self->silence_.set(at);
  });
}

Outcome BeastSession::received_close() const {
  const websocket::close_reason& given = socket_.reason();
  if (given.code == websocket::close_code::none) return {websocket_close::kNoStatus, ""};
  return {given.code, std::string(given.reason.data(), given.reason.size())};
}

void BeastSession::heard() {
  ping_sent_ = false;
  const std::lock_guard lock(mutex_);
  if (started_ && !closing_) silence_.set(loop_.now() + options_.ping_interval);
}

void BeastSession::on_silence() {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || ping_sent_) return abort();
  }
  ping_sent_ = true;
  silence_.set(loop_.now() + options_.pong_time);
  // An older ping may still wait for a peer that talks and doesn't read.
  if (!pinging_) spawn(loop_.context(), shared_from_this(), ping());
}

Task<void> BeastSession::ping() {
  pinging_ = true;
  co_await socket_.async_ping({}, until_stopped(Operation::ping));
  pinging_ = false;
}

/// Nothing more comes: tell the owner, and close the connection.
void BeastSession::end() {
  ended_ = true;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  silence_.set(loop_.now() + options_.close_time);
  spawn(loop_.context(), shared_from_this(), shut_down());
  const auto tell = std::exchange(on_close_, nullptr);
  on_text_ = nullptr;
  on_binary_ = nullptr;
  if (tell) tell(outcome_.code, std::move(outcome_.reason));
}

Task<void> BeastSession::shut_down() {
  // After a close in order Beast has no operation left on the stream; a broken one is cut.
  if (outcome_.code == websocket_close::kAbnormal) stream_->abort();
  co_await stream_->close();
  silence_.clear();
}

}  // namespace

std::shared_ptr<WebSocketSession> WebSocketSession::make(EventLoop& loop, ByteStreamPtr stream,
                                                         const WebSocketOptions& options,
                                                         std::shared_ptr<void> owner) {
  return std::make_shared<BeastSession>(loop, std::move(stream), options, std::move(owner));
}

}  // namespace parley::net
