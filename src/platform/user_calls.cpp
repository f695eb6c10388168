#include <utility>
#include <vector>

#include "base/text.hpp"
#include "platform/shard_parts.hpp"

namespace parley::platform {

using calling::Conversation;
using model::ClientErrorCode;

void ShardParts::drain_sessions(const Now& now) {
  while (const auto event = sessions_.poll_event()) {
    if (const auto* request = std::get_if<ClientRequest>(&*event)) on_request(now, *request);
    if (const auto* lost = std::get_if<SessionLost>(&*event)) on_lost(now, *lost);
  }
  while (auto output = sessions_.poll_output()) events.push_back(std::move(*output));
}

void ShardParts::on_request(const Now& now, const ClientRequest& request) {
  ClientSessions::Session* session = sessions_.find(request.session);
  if (!session) return;
  std::visit([&](const auto& message) { on(now, *session, message); }, request.message);
}

void ShardParts::on_lost(const Now& now, const SessionLost& lost) {
  ClientSessions::Session* session = sessions_.find(lost.session);
  if (session && session->call) {
    const ConversationId id = session->call->conversation;
    if (const auto found = conversations_.find(id); found != conversations_.end()) {
      LiveConversation& live = *found->second;
      step(now, live, [&](calling::Step& step, auto&) { live.calling->user_lost(step); });
      drain(now, id, live);
    }
  }
  sessions_.forget(lost.session);
}

Result<const model::ApplicationRecord*, std::string> ShardParts::find_target(
    const ClientSessions::Session& session, const std::string& to) const {
  std::vector<const model::ApplicationRecord*> found;
  if (const auto uuid = Uuid::parse(to)) {
    if (const auto* named = directory_->application(ApplicationId{*uuid})) found = {named};
  } else {
    found = directory_->applications_of(session.user.tenant);
    std::erase_if(found, [&to](const auto* application) {
      return !equal_ignoring_case(application->display_name, to);
    });
  }
  std::erase_if(found, [&](const auto* application) {
    return !directory_->is_known_in(session.user.tenant, *application);
  });
  if (found.empty())
    return Failure{"There is no bot \"" + to +
                   "\" in this tenant. `contacts` lists who can be called."};
  if (found.size() > 1)
    return Failure{"Several bots are named \"" + to +
                   "\". Call the one you mean by its id, which `contacts` tells."};
  const model::ApplicationRecord& target = *found.front();
  if (!target.callback_uri)
    return Failure{target.display_name +
                   " has no calling webhook. Its owner registers one with: parley app webhook " +
                   to_text(target.application_id) + " URL"};
  return &target;
}

void ShardParts::on(const Now& now, ClientSessions::Session& session,
                    const model::InviteMessage& invite) {
  const auto refuse = [&](ClientErrorCode code, std::string why) {
    sessions_.refuse(session.id, invite.id, code, std::move(why));
  };
  if (session.call)
    return refuse(ClientErrorCode::too_many_calls,
                  "This session has a call already; end it with bye first.");
  if (conversations_.size() >= options_.max_calls)
    return refuse(ClientErrorCode::unavailable, "The server is full. Try again in a minute.");
  if (is_overloaded_) {
    ++context_.counters.counter("overload_refusals_total");
    return refuse(ClientErrorCode::unavailable,
                  "The server is overloaded. Try again in a few seconds.");
  }
  const auto found = find_target(session, invite.to);
  if (!found) return refuse(ClientErrorCode::unknown_target, found.error());
  const model::ApplicationRecord* const target = *found;

  const ConversationId id{Uuid::random(context_.random)};
  auto live = std::make_unique<LiveConversation>(
      now, options_.bridge,
      bridge::BridgeContext{pool_, context_.random, context_.counters, context_.log},
      target->application_id);
  auto sdp = live->bridge.add_leg(now, Conversation::kUserPort, invite.sdp);
  if (!sdp) return refuse(ClientErrorCode::bad_sdp, sdp.error());
  live->bridge.add_hosted_port(Conversation::kBotPort);
  demux_.set_ufrags(id, live->bridge.ufrags());

  session.call = {invite.call, id};
  model::OkMessage ok;
  ok.id = invite.id;
  ok.sdp = std::move(*sdp);
  sessions_.send(session.id, ok);

  const bool hide = directory_->roles(session.user.tenant, target->application_id).empty();
  const calling::UserInvite caller{
      {session.id, invite.call}, session.user.tenant, session.user.user, session.user.display_name};
  const calling::CalledApplication called{target->application_id, target->display_name,
                                          *target->callback_uri, target->dialect, hide};
  LiveConversation& kept = *conversations_.emplace(id, std::move(live)).first->second;
  step(now, kept,
       [&](calling::Step& step, auto&) { kept.calling.emplace(step, id, caller, called); });
  const CallId call = kept.calling->call().id();
  calls_.emplace(call, id);
  events.emplace_back(CallLocated{call, options_.index});
  drain(now, id, kept);
}

LiveConversation* ShardParts::call_of(ClientSessions::Session& session, const std::string& request,
                                      const std::string& call) {
  const auto found = session.call && session.call->call == call
                         ? conversations_.find(session.call->conversation)
                         : conversations_.end();
  if (found != conversations_.end() && !found->second->calling->is_over())
    return found->second.get();
  sessions_.refuse(session.id, request, ClientErrorCode::no_such_call,
                   "This session has no call \"" + call + "\"; it may have ended.");
  return nullptr;
}

void ShardParts::on(const Now& now, ClientSessions::Session& session,
                    const model::ReofferMessage& reoffer) {
  LiveConversation* live = call_of(session, reoffer.id, reoffer.call);
  if (!live) return;
  auto sdp = live->bridge.reoffer(now, live->calling->user().port, reoffer.sdp);
  if (!sdp) return sessions_.refuse(session.id, reoffer.id, ClientErrorCode::bad_sdp, sdp.error());
  const ConversationId id = live->calling->id();
  demux_.set_ufrags(id, live->bridge.ufrags());
  model::OkMessage ok;
  ok.id = reoffer.id;
  ok.sdp = std::move(*sdp);
  sessions_.send(session.id, ok);
  drain(now, id, *live);
}

void ShardParts::on(const Now& now, ClientSessions::Session& session,
                    const model::ByeMessage& bye) {
  LiveConversation* live = call_of(session, bye.id, bye.call);
  if (!live) return;
  sessions_.send(session.id, model::OkMessage{.id = bye.id, .sdp = {}, .contacts = {}});
  step(now, *live, [&](calling::Step& step, auto&) { live->calling->user_hung_up(step); });
  drain(now, live->calling->id(), *live);
}

void ShardParts::on(const Now& now, ClientSessions::Session& session,
                    const model::MuteMessage& mute) {
  LiveConversation* live = call_of(session, mute.id, mute.call);
  if (!live) return;
  sessions_.send(session.id, model::OkMessage{.id = mute.id, .sdp = {}, .contacts = {}});
  step(now, *live,
       [&](calling::Step& step, auto&) { live->calling->user_muted(step, mute.muted); });
  sessions_.send(session.id, model::MutedMessage{mute.call, mute.muted, model::MutedBy::self});
  drain(now, live->calling->id(), *live);
}

void ShardParts::on(const Now&, ClientSessions::Session& session,
                    const model::ContactsMessage& request) {
  model::OkMessage ok;
  ok.id = request.id;
  auto& contacts = ok.contacts.emplace();
  for (const auto* application : directory_->applications_of(session.user.tenant))
    contacts.push_back({to_text(application->application_id),
                        model::PartyKind::application,
                        application->display_name,
                        {},
                        application->callback_uri.has_value()});
  sessions_.send(session.id, ok);
}

void ShardParts::on(const Now&, ClientSessions::Session& session, const model::PingMessage& ping) {
  sessions_.send(session.id, model::OkMessage{.id = ping.id, .sdp = {}, .contacts = {}});
}

/// hello again, and what is about calls that ring here: none does yet.
template <class Message>
void ShardParts::on(const Now&, ClientSessions::Session& session, const Message& message) {
  if constexpr (requires { message.id; }) {
    sessions_.refuse(session.id, message.id, ClientErrorCode::wrong_state,
                     "This session has no call that allows this.");
  } else {
    sessions_.refuse(session.id, std::nullopt, ClientErrorCode::wrong_state,
                     "This connection said hello already.");
  }
}

void ShardParts::tell(const calling::TellEndpoint& told) {
  ClientSessions::Session* session = sessions_.find(told.endpoint.session);
  if (!session) return;
  const std::string& call = told.endpoint.call;
  if (std::holds_alternative<model::EndpointRinging>(told.command)) {
    sessions_.send(session->id, model::ProgressMessage{call, model::ProgressState::ringing});
  } else if (std::holds_alternative<model::EndpointConnecting>(told.command)) {
    sessions_.send(session->id, model::ProgressMessage{call, model::ProgressState::connecting});
  } else if (std::holds_alternative<model::EndpointAnswered>(told.command)) {
    sessions_.send(session->id, model::AnsweredMessage{call});
  } else {
    const auto& ended = std::get<model::EndpointEnded>(told.command);
    session->call.reset();
    sessions_.send(session->id, model::EndedMessage{call, ended.outcome.code, ended.outcome.subcode,
                                                    ended.reason, ended.outcome.message});
  }
}

}  // namespace parley::platform
