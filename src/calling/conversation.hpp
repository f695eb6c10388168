#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "calling/call.hpp"

namespace parley::calling {

/// A user who calls: who it is, and the device it calls from.
struct UserInvite {
  model::EndpointId endpoint;
  TenantId tenant;
  UserId user;
  std::string display_name;
};

/// The application it calls, as the directory knows it.
struct CalledApplication {
  ApplicationId application;
  std::string display_name;
  std::string callback_uri;
  model::Dialect dialect = model::Dialect::v1_0;
  /// It has no Calls.* role in this tenant, so it is not told who calls.
  bool hide_caller = false;
};

/// A user's end: its device and its place on the bridge.
struct UserEnd {
  model::EndpointId endpoint;
  UserId user;
  PortId port;
  bool is_connected = false;  ///< its DTLS is done
};

struct RejectCommand {
  model::RejectReason reason = model::RejectReason::none;
  std::optional<std::string> callback_uri;
};

/// What ends meet in. Today's kind is peerToPeer: a user's end and a bot's call; when one leaves,
/// the other's is over too.
class Conversation {
 public:
  /// The bridge's ports of the user and of the service-hosted bot; others come after them.
  static constexpr PortId kUserPort{1};
  static constexpr PortId kBotPort{2};

  /// A user rings an application: its call is `incoming`, and the user hears that it rings.
  Conversation(Step& step, ConversationId id, const UserInvite& invite,
               const CalledApplication& called);

  ConversationId id() const { return id_; }
  const UserEnd& user() const { return user_; }
  Call* find_call(CallId id) { return call_->id() == id ? call_.get() : nullptr; }
  const Call& call() const { return *call_; }
  bool is_over() const { return call_->is_over(); }
  std::optional<Deadline<CallTimer>> next_deadline() const { return call_->next_deadline(); }

  // ---- what a bot asks for and that changes more than its own call ----

  Result<void, Refusal> answer(Step& step, Call& call, AnswerCommand command);
  Result<void, Refusal> reject(Step& step, Call& call, const RejectCommand& command);
  void hang_up(Step& step, Call& call);

  // ---- what endpoints and the bridge tell ----

  void user_hung_up(Step& step);
  /// Its signaling was lost and not resumed in time.
  void user_lost(Step& step);
  void user_muted(Step& step, bool muted);
  /// The store will never keep a step of it.
  void not_kept(Step& step);
  /// The process ends, and does not wait for this call any longer.
  void platform_stopped(Step& step);
  void handle_bridge_event(Step& step, const model::BridgeEvent& event);
  void handle_timeout(Step& step);

 private:
  void establish_if_ready(Step& step);
  void finish(Step& step, model::EndReason reason, const model::Outcome& outcome);
  void end_all(Step& step, model::EndReason reason, const model::Outcome& outcome,
               std::string_view why);
  void on_timer(Step& step, CallTimer timer);

  ConversationId id_;
  UserEnd user_;
  std::unique_ptr<Call> call_;
};

/// What a crash left of a call, told and kept as if it had ended now: its open operations first,
/// then its end, 500/9998. `recorded` holds the record operations whose file has audio.
void end_after_restart(Step& step, model::CallRecord call,
                       const std::vector<model::OperationRecord>& open,
                       const std::vector<OperationId>& recorded);

}  // namespace parley::calling
