#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "base/deadline_queue.hpp"
#include "base/packet.hpp"
#include "notify/outbox.hpp"
#include "operations/api_error.hpp"
#include "operations/run.hpp"
#include "platform/api_gateway.hpp"
#include "platform/client_sessions.hpp"
#include "platform/live_conversation.hpp"
#include "platform/media_demux.hpp"
#include "platform/prompt_cache.hpp"
#include "platform/ride_along.hpp"
#include "platform/shard.hpp"

namespace parley::platform {

/// The parts of a shard and how they are wired: every input goes to one part, what comes out of it
/// is drained into the others or out of the shard. shard.cpp routes inputs, conversations.cpp runs
/// calls and media, user_calls.cpp serves clients, webhooks.cpp runs the outbox, commits.cpp keeps
/// rows, directory_changes.cpp is shard 0's own, recovery.cpp comes first.
class ShardParts {
 public:
  ShardParts(ShardOptions options, ShardContext context,
             std::shared_ptr<const identity::Directory> directory);

  // ---- inputs: each is handled in the file of its part ----
  void handle(const Now& now, ApiRequest& request);
  void handle(const Now& now, TokenHttpRequest& request);
  void handle(const Now& now, PasswordChecked& checked);
  void handle(const Now& now, DirectoryHttpRequest& request);
  void handle(const Now& now, PasswordHashed& hashed);
  void handle(const Now& now, SigningKeyMade& made);
  void handle(const Now& now, ClientOpened& opened);
  void handle(const Now& now, ClientMessageReceived& received);
  void handle(const Now& now, ClientClosed& closed);
  void handle(const Now& now, Committed& committed);
  void handle(const Now& now, CommitLost& lost);
  void handle(const Now& now, WebhookAnswered& answered);
  void handle(const Now& now, SettleNotification& settle);
  void handle(const Now& now, PromptFetched& fetched);
  void handle(const Now& now, PromptEncoded& encoded);
  void handle(const Now& now, RecordingBroken& broken);
  void handle(const Now& now, PromptWanted& wanted);
  void handle(const Now& now, PromptReady& ready);
  void handle(const Now& now, MoveLeg& move);
  void handle(const Now& now, LegMessage& message);
  void handle(const Now& now, EndCalls&);
  void handle(const Now& now, KeepRemainder&);
  void handle(const Now& now, ThreadLoad& load);
  void handle(const Now& now, DirectoryChanged& changed);
  void handle_datagram(const Now& now, const SocketAddress& local, const SocketAddress& remote,
                       MutableByteView datagram);
  void handle_timeout(const Now& now);
  std::optional<Deadline<ShardTimer>> next_deadline() const;
  void recover(const Now& now, model::RecoveryRecords records);

  /// After every input: what one part put out goes into the others or out.
  void drain_parts(const Now& now);

  std::deque<ShardEvent> events;
  std::deque<Transmit> transmits;
  std::size_t call_count() const { return conversations_.size(); }
  std::size_t session_count() const { return sessions_.size(); }
  std::size_t lane_count() const { return outbox_.lane_count(); }
  std::optional<UtcTime> oldest_notification() const { return outbox_.oldest_waiting(); }

 private:
  using Conversations = std::map<ConversationId, std::unique_ptr<LiveConversation>>;

  // ---- conversations.cpp ----
  /// What a transition gets: the step, and the effects that are told before its others.
  using Transition = std::function<void(calling::Step&, std::vector<HeldEffect>& first)>;
  /// Runs one transition of a conversation and lets out what follows: rows, held and immediate
  /// effects.
  void step(const Now& now, LiveConversation& live, const Transition& transition);
  void finish_batch(const Now& now, LiveConversation& live, calling::Batch batch,
                    std::vector<HeldEffect> held);
  void release(const Now& now, LiveConversation& live);
  void release_one(const Now& now, HeldEffect& effect, bool is_over = false);
  void drain(const Now& now, ConversationId id, LiveConversation& live);
  void handle_bridge_output(const Now& now, LiveConversation& live, bridge::BridgeOutput& output);
  void append_recording(LiveConversation& live, bridge::RecordingAppend& append);
  void keep_recording(const Now& now, LiveConversation& live, const model::BridgeEvent& event,
                      calling::Batch& batch);
  void end_recordings(const Now& now, LiveConversation& live, calling::Batch& batch);
  void remove_if_over(ConversationId id);
  /// An authentic check of the conversation came over the pair.
  void learn_pair(const SocketAddress& local, const SocketAddress& remote, ConversationId id);

  // ---- commits.cpp ----
  /// The rows, and those that waited for a ride.
  BatchId commit(model::RowChanges rows);
  void commit_riders_of(BatchId lost);
  /// When rows go that found no ride; nothing when none wait.
  std::optional<Instant> rides_due() const;
  /// To the log, and along with the next commit.
  void note(const Now& now, const std::vector<calling::TimelineEntry>& entries,
            const std::string& request);
  void lose_of_calls_gone(const Now& now, BatchId batch);
  /// The conversation whose effects wait for that batch.
  LiveConversation* take_waiting(BatchId batch);

  // ---- user_calls.cpp ----
  void drain_sessions(const Now& now);
  void on_request(const Now& now, const ClientRequest& request);
  void on_lost(const Now& now, const SessionLost& lost);
  void on(const Now& now, ClientSessions::Session& session, const model::InviteMessage& invite);
  void on(const Now& now, ClientSessions::Session& session, const model::ReofferMessage& reoffer);
  void on(const Now& now, ClientSessions::Session& session, const model::ByeMessage& bye);
  void on(const Now& now, ClientSessions::Session& session, const model::MuteMessage& mute);
  void on(const Now& now, ClientSessions::Session& session, const model::ContactsMessage& contacts);
  void on(const Now& now, ClientSessions::Session& session, const model::PingMessage& ping);
  template <class Message>
  void on(const Now& now, ClientSessions::Session& session, const Message& unsupported);
  /// The application that an invite names, or why it cannot be called.
  Result<const model::ApplicationRecord*, std::string> find_target(
      const ClientSessions::Session& session, const std::string& to) const;
  LiveConversation* call_of(ClientSessions::Session& session, const std::string& request,
                            const std::string& call);
  void tell(const calling::TellEndpoint& told);

  // ---- leg_moves.cpp ----
  void on(const Now& now, TakeLeg& take);
  void on(const Now& now, RelayedDatagram& relayed);
  void on(const Now& now, PairChecked& checked);
  void on(const Now& now, RelayedTransmit& relayed);
  void on(const Now& now, RelayOver& over);
  void give_up(const Now& now, TakeLeg& take);
  /// A datagram for a leg that lives on another shard.
  void relay(ConversationId id, const SocketAddress& local, const SocketAddress& remote,
             ByteView datagram);
  /// To the socket, or to the shard that has it.
  void send_out(Transmit transmit);
  void end_relays(LiveConversation& live);
  void tell_shard(ShardIndex shard, LegMessage message);

  // ---- webhooks.cpp ----
  void drain_outbox(const Now& now);
  /// What a replay tells again, nothing when it is discarded, or why it cannot be settled.
  Result<std::optional<calling::NotifyBot>, operations::ApiError> check_settling(
      const SettleNotification& settle) const;
  /// A notification that cannot be told, or is not worth it any more.
  void set_aside(const Now& now, model::NotificationRecord record, std::string why,
                 model::RowChanges& rows);

  HttpAnswer api_answer(const Now& now, const ApiRequest& request,
                        Result<operations::Reply, operations::ApiError> reply,
                        std::string_view scenario_id) const;

  // ---- directory_changes.cpp ----
  /// What is answered when the rows are kept, and when they will never be.
  struct PromisedAnswer {
    std::optional<HttpAnswer> kept{};
    std::optional<HttpAnswer> lost{};
  };
  void answer_token(const Now& now, const TokenHttpRequest& request,
                    const identity::TokenAnswer& answer);
  /// `rows` are not empty.
  void change_directory(PromisedAnswer answer, const model::RowChanges& rows);
  /// False when the batch was no change of the directory.
  bool directory_committed(BatchId batch);
  bool directory_lost(BatchId batch);
  void check_signing_keys(const Now& now);

  ShardOptions options_;
  ShardContext context_;
  PacketPool pool_;
  std::shared_ptr<const identity::Directory> directory_;
  /// Without the changes that wait for their commits.
  std::shared_ptr<const identity::Directory> kept_directory_;
  Conversations conversations_;
  std::map<CallId, ConversationId> calls_;
  std::map<BatchId, ConversationId> commits_;
  /// A change of the directory that waits for its commit, and the directory that it makes.
  struct DirectoryCommit {
    PromisedAnswer answer;
    model::RowChanges rows;
    std::shared_ptr<const identity::Directory> directory;
  };
  std::map<BatchId, DirectoryCommit> directory_commits_;
  std::map<JobId, ConversationId> prompt_jobs_;
  /// What is told of calls that do not live here (after a restart, of a replay), until its rows are
  /// kept.
  Gate calls_gone_gate_;
  /// What an administrator replays or discards, until its row is kept.
  std::map<BatchId, NotificationId> settling_;
  std::map<JobId, std::pair<TokenHttpRequest, identity::PasswordCheck>> password_checks_;
  std::map<JobId, DirectoryHttpRequest> password_hashes_;
  DeadlineQueue<ConversationId> conversation_deadlines_;
  bool is_overloaded_ = false;
  MediaDemux demux_;
  std::map<ConversationId, ShardIndex> relayed_;          ///< our sockets, other shards' legs
  std::map<ConversationId, ConversationId> relays_here_;  ///< our legs, other shards' sockets
  /// By family and port, which no two shards share.
  std::map<std::pair<IpFamily, std::uint16_t>, ShardIndex> foreign_sockets_;
  ClientSessions sessions_;
  notify::Outbox outbox_;
  identity::WebhookTokens webhook_tokens_;
  identity::TokenService tokens_;
  PromptCache prompts_;
  /// Notifications taken or set aside. Those whose row is lost are told once more, by the same id.
  RideAlong<model::RowChange> settled_{std::chrono::milliseconds(100), 1'000};
  std::map<BatchId, model::RowChanges> riders_;  ///< of the commits under way
  /// Further lines are dropped: the timeline is the first to go.
  RideAlong<model::TimelineRecord> timeline_{std::chrono::seconds(1), 10'000};
  std::optional<Instant> next_key_check_;
  std::uint64_t next_batch_ = 1;
  std::uint64_t next_job_ = 1;
};

}  // namespace parley::platform
