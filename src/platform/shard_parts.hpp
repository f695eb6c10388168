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
#include "platform/shard.hpp"

namespace parley::platform {

/// The parts of a shard and how they are wired: every input goes to one part, what comes out of it
/// is drained into the others or out of the shard. shard.cpp routes inputs, conversations.cpp runs
/// calls and media, user_calls.cpp serves clients, webhooks.cpp runs the outbox.
class ShardParts {
 public:
  ShardParts(ShardOptions options, ShardContext context,
             std::shared_ptr<const identity::Directory> directory);

  // ---- shard.cpp ----
  void handle(const Now& now, ApiRequest& request);
  void handle(const Now& now, TokenHttpRequest& request);
  void handle(const Now& now, PasswordChecked& checked);
  void handle(const Now& now, DirectoryHttpRequest& request);
  void handle(const Now& now, PasswordHashed& hashed);
  void handle(const Now& now, ClientOpened& opened);
  void handle(const Now& now, ClientMessageReceived& received);
  void handle(const Now& now, ClientClosed& closed);
  void handle(const Now& now, Committed& committed);
  void handle(const Now& now, WebhookAnswered& answered);
  void handle(const Now& now, PromptFetched& fetched);
  void handle(const Now& now, PromptEncoded& encoded);
  void handle(const Now& now, PromptWanted& wanted);
  void handle(const Now& now, PromptReady& ready);
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
  void keep_recording(const Now& now, LiveConversation& live, const model::BridgeEvent& event,
                      calling::Batch& batch);
  void end_recordings(const Now& now, LiveConversation& live, calling::Batch& batch);
  void commit_rows(BatchId batch, std::vector<model::RowChange> rows);
  void commit_ungated(std::vector<model::RowChange> rows);
  /// To the log, and into the rows that the next commit takes along.
  void note(const Now& now, const std::vector<calling::TimelineEntry>& entries,
            const std::string& request, std::vector<model::RowChange>& rows);
  void remove_if_over(ConversationId id);

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

  // ---- webhooks.cpp ----
  void drain_outbox(const Now& now);
  /// A notification that is not worth telling any more.
  static void set_aside(const Now& now, model::NotificationRecord record,
                        std::vector<model::RowChange>& rows);

  HttpAnswer api_answer(const Now& now, const ApiRequest& request,
                        Result<operations::Reply, operations::ApiError> reply,
                        std::string_view scenario_id) const;
  void answer_token(const TokenHttpRequest& request, const identity::TokenAnswer& answer);
  void run_on_directory(const Now& now, DirectoryHttpRequest& request);
  /// Answers when these rows of the directory are kept.
  void change_directory(HttpAnswer answer, const model::RowChanges& rows);

  ShardOptions options_;
  ShardContext context_;
  PacketPool pool_;
  std::shared_ptr<const identity::Directory> directory_;
  Conversations conversations_;
  std::map<CallId, ConversationId> calls_;
  std::map<BatchId, ConversationId> commits_;
  /// Answers that wait for a commit, with the directory that it makes.
  struct DirectoryCommit {
    HttpAnswer answer;
    std::shared_ptr<const identity::Directory> directory;
  };
  std::map<BatchId, DirectoryCommit> directory_commits_;
  std::map<JobId, ConversationId> prompt_jobs_;
  /// What `recover` tells, until its rows are kept.
  Gate recovery_gate_;
  std::map<JobId, std::pair<TokenHttpRequest, identity::PasswordCheck>> password_checks_;
  std::map<JobId, DirectoryHttpRequest> password_hashes_;
  DeadlineQueue<ConversationId> conversation_deadlines_;
  MediaDemux demux_;
  ClientSessions sessions_;
  notify::Outbox outbox_;
  identity::WebhookTokens webhook_tokens_;
  identity::TokenService tokens_;
  PromptCache prompts_;
  std::uint64_t next_batch_ = 1;
  std::uint64_t next_job_ = 1;
};

}  // namespace parley::platform
