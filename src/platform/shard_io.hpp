#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/packet.hpp"
#include "base/time.hpp"
#include "bridge/port.hpp"
#include "identity/directory.hpp"
#include "identity/token_service.hpp"
#include "media/encoded_prompt.hpp"
#include "model/records.hpp"
#include "notify/outbox.hpp"
#include "notify/render.hpp"
#include "operations/directory/directory_request.hpp"
#include "operations/directory/set_aside.hpp"
#include "operations/request.hpp"
#include "operations/table.hpp"

/// What goes into a shard and what comes out: plain values, so that a mailbox or a network can
/// carry them.
namespace parley::platform {

using ShardIndex = std::uint32_t;
/// A WebSocket of a client; numbered by whoever owns the sockets, unique in the process.
using ConnectionId = Strong<struct ConnectionTag, std::uint64_t>;
/// Names a commit; unique per shard.
using BatchId = Strong<struct BatchTag, std::uint64_t>;
/// Names work that somebody does for the shard (a fetch, an encoding, a password check).
using JobId = Strong<struct JobTag, std::uint64_t>;

// ---------------------------------------------------------------- inputs

/// An API request about one call, checked by `api_gateway`. Answered by one `HttpAnswer`.
struct ApiRequest {
  RequestId id;
  std::string client_request_id;
  std::string scenario_id;  ///< the client's; empty: the call's chain id is answered
  const operations::Row* row = nullptr;
  operations::Request request;
};

/// A request to the token endpoint. Answered by one `HttpAnswer`. Shard 0 only.
struct TokenHttpRequest {
  RequestId id;
  std::string client_request_id;
  identity::TokenRequest request;
};
/// The administrator's request about the directory, checked by `api_gateway`. Answered by one
/// `HttpAnswer`. Shard 0 only.
struct DirectoryHttpRequest {
  RequestId id;
  std::string client_request_id;
  operations::directory::DirectoryRequest request;
};
/// What a worker made of a `HashPassword`.
struct PasswordHashed {
  JobId job;
  std::string hash;  ///< empty: nobody had time for it
};
/// What a worker found of a `CheckPassword`.
struct PasswordChecked {
  JobId job;
  std::optional<bool> matches;  ///< absent: nobody had time for it
};
/// What a worker made of a `MakeSigningKey`.
struct SigningKeyMade {
  std::optional<model::SigningKeyRecord> key;  ///< absent: nobody had time for it
};

/// A client's `hello` was accepted by `client_gateway`; its later messages go to this shard.
struct ClientOpened {
  ConnectionId connection;
  identity::UserPrincipal user;
  std::string device;
  std::optional<SessionId> resume;
  std::uint32_t received = 0;  ///< the last message of the resumed session that the client got
};
struct ClientMessageReceived {
  ConnectionId connection;
  std::string text;
};
struct ClientClosed {
  ConnectionId connection;
};

/// The store kept the batch.
struct Committed {
  BatchId batch;
};
/// The store will never keep the batch: it could not be written, or too many waited.
struct CommitLost {
  BatchId batch;
};

/// What became of an attempt of `SendWebhook`.
struct WebhookAnswered {
  notify::AttemptId attempt;
  notify::AttemptResult result;
};

/// The administrator replays or discards a notification that was set aside; `record` is its row.
/// Answered by one `HttpAnswer`. For the shard of its call; when that is over, any one.
struct SettleNotification {
  RequestId id;
  std::string client_request_id;
  operations::directory::SettleSetAside::Act act;
  model::NotificationRecord record;
};

/// What a `FetchPrompt` brought. status 0: no answer, `error` says why; 304: what is cached is
/// still good.
struct PromptFetched {
  JobId job;
  int status = 0;
  std::string error;
  std::string body;
  std::string etag;
  std::string last_modified;
  std::optional<std::chrono::seconds> max_age;
};
/// What an `EncodePrompt` made; no prompt: `error` says why.
struct PromptEncoded {
  JobId job;
  media::SharedPrompt prompt;
  std::string error;
};

/// The disk did not take an `AppendRecording`, or may lose it; of the file so many bytes are there,
/// or still on their way where the disk hangs.
struct RecordingBroken {
  OperationId operation;
  std::string why;
  std::uint64_t bytes = 0;
};

/// Another shard's message.
struct PromptWanted {
  ShardIndex from = 0;
  JobId job;  ///< the asking shard's
  ApplicationId application;
  model::PromptRef prompt;
};
struct PromptReady {
  JobId job;
  media::SharedPrompt prompt;
  std::string error;
};
/// The leg of this call's user joins the other call's conversation, on whichever shard that is.
/// What its own conversation played to it ends.
struct MoveLeg {
  CallId from;
  CallId to;
  ShardIndex shard = 0;  ///< of `to`
};
/// A leg that was moved. Its socket stays where it was: that shard relays both ways. The receiver
/// takes the port out; nobody else holds it.
struct TakeLeg {
  CallId to;
  std::shared_ptr<bridge::MovedPort> moved;
  ShardIndex socket_shard = 0;
  std::vector<SocketAddress> sockets;
  ConversationId relay;  ///< by which the socket's shard knows it
};
/// A datagram for a leg that was moved, from the shard of its socket.
struct RelayedDatagram {
  ConversationId relay;
  SocketAddress local;
  SocketAddress remote;
  Bytes bytes;
};
/// An authentic check of a moved leg came over the pair.
struct PairChecked {
  ConversationId relay;
  SocketAddress local;
  SocketAddress remote;
};
/// A datagram of a moved leg, for the shard of its socket.
struct RelayedTransmit {
  SocketAddress local;
  SocketAddress remote;
  Bytes bytes;
};
/// The moved leg is over, or was not taken: nothing is relayed to it any more.
struct RelayOver {
  ConversationId relay;
};
/// What shards tell one another about moved legs.
using LegMessage = std::variant<TakeLeg, RelayedDatagram, PairChecked, RelayedTransmit, RelayOver>;
/// Whether it may be lost as a datagram may.
inline bool is_media(const LegMessage& message) {
  return std::holds_alternative<RelayedDatagram>(message) ||
         std::holds_alternative<RelayedTransmit>(message);
}
/// The process is about to end: every call is over, 500/9998.
struct EndCalls {};
/// No input follows: rows that wait for a ride go now.
struct KeepRemainder {};
/// How busy the shard's thread was since the last time, about a second ago.
struct ThreadLoad {
  std::uint32_t busy_percent = 0;  ///< of the time: it worked, or waited for a core
};
/// The directory after a committed change.
struct DirectoryChanged {
  std::shared_ptr<const identity::Directory> directory;
};

using ShardInput =
    std::variant<ApiRequest, TokenHttpRequest, PasswordChecked, DirectoryHttpRequest,
                 PasswordHashed, SigningKeyMade, ClientOpened, ClientMessageReceived, ClientClosed,
                 Committed, CommitLost, WebhookAnswered, SettleNotification, PromptFetched,
                 PromptEncoded, RecordingBroken, PromptWanted, PromptReady, MoveLeg, LegMessage,
                 EndCalls, KeepRemainder, ThreadLoad, DirectoryChanged>;

// ---------------------------------------------------------------- outputs

/// Rows to keep, all or none. Answered by `Committed`, in order, or by `CommitLost`. A shard's
/// commits are kept in their order.
struct Commit {
  BatchId batch;
  std::vector<model::RowChange> rows;
  /// Rides along; may be left out when the store falls behind.
  std::vector<model::TimelineRecord> timeline{};
  /// Of a request that can simply be sent again: where the store goes on failing it is lost, and
  /// the sender told, rather than kept later when nobody waits for it any more.
  bool is_repeatable = false;
};

struct HttpAnswer {
  RequestId request;
  operations::Reply reply;  ///< headers complete but for those of HTTP itself
};

struct SendToClient {
  ConnectionId connection;
  std::string text;
};
struct CloseClient {
  ConnectionId connection;
};

/// POST it, at most `timeout`; 64 KiB of the answer are read. Answered by `WebhookAnswered`.
struct SendWebhook {
  notify::AttemptId attempt;
  notify::WebhookRequest request;
  Duration timeout{};
  ApplicationId application{};  ///< whose bot it is for
};
/// Cut it: it is of no use any more. No answer must come.
struct CancelWebhook {
  notify::AttemptId attempt;
};

/// GET it through the address guard, within the limits of design §8. Answered by `PromptFetched`.
struct FetchPrompt {
  JobId job;
  ApplicationId application;  ///< on whose behalf; each has a limit
  std::string url;
  std::string etag;           ///< If-None-Match; may be empty
  std::string last_modified;  ///< If-Modified-Since; may be empty
};
/// Decode the WAV and encode it for every codec, on a worker. Answered by `PromptEncoded`.
struct EncodePrompt {
  JobId job;
  std::string wav;
};
/// `password_matches(check.password, check.stored_hash)`, on a worker. Answered by
/// `PasswordChecked`.
struct CheckPassword {
  JobId job;
  identity::PasswordCheck check;
};

/// `hash_password(password)`, on a worker. Answered by `PasswordHashed`.
struct HashPassword {
  JobId job;
  std::string password;
};

/// `make_signing_key`, on a worker. Answered by `SigningKeyMade`.
struct MakeSigningKey {
  crypto::SignatureAlgorithm algorithm{};
};

/// Append to the recording `name` in the recordings folder, creating it; sync at least each second.
/// Answered by `RecordingBroken` when that fails, once; then the file gets no more.
struct AppendRecording {
  std::string name;
  Bytes bytes;
  OperationId operation{};
  ShardIndex from = 0;
};
/// Overwrite its beginning; nothing more is appended. Sync.
struct FinishRecording {
  std::string name;
  Bytes header;
};
struct DeleteRecording {
  std::string name;
};

/// Requests about this call go to this shard from now on.
struct CallLocated {
  CallId call;
  ShardIndex shard = 0;
};
/// The call is over: nobody finds it any more.
struct CallForgotten {
  CallId call;
};
/// Tell every shard and HTTP thread.
struct PublishDirectory {
  std::shared_ptr<const identity::Directory> directory;
};

/// A message for another shard (or this one), in order.
struct ToShard {
  ShardIndex shard = 0;
  std::variant<PromptWanted, PromptReady, LegMessage> message;
};

using ShardEvent =
    std::variant<Commit, HttpAnswer, SendToClient, CloseClient, SendWebhook, CancelWebhook,
                 FetchPrompt, EncodePrompt, CheckPassword, HashPassword, MakeSigningKey,
                 AppendRecording, FinishRecording, DeleteRecording, CallLocated, CallForgotten,
                 PublishDirectory, ToShard>;

enum class ShardTimer { conversation, outbox, session, ride, signing_keys };

}  // namespace parley::platform
