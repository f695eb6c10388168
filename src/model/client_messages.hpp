#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/call_values.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace parley::model {

// The messages of docs/client-protocol.md, in both directions. A message is one JSON object whose
// `type` is the struct's name without "Message". `{}` lets designated initializers leave members
// out.

inline constexpr std::int32_t kClientProtocol = 1;
inline constexpr std::size_t kMaxClientMessage = 64 * 1024;  ///< bytes
inline constexpr std::size_t kMaxRequestId = 64;             ///< characters; at least one
inline constexpr std::size_t kMaxClientCallId = 64;          ///< characters; at least one
inline constexpr std::size_t kMaxClientText = 256;           ///< characters of names and targets

BOOST_DEFINE_ENUM_CLASS(PartyKind, user, application)
BOOST_DEFINE_ENUM_CLASS(DeclineReason, busy, declined)
BOOST_DEFINE_ENUM_CLASS(ProgressState, ringing, connecting)
BOOST_DEFINE_ENUM_CLASS(MutedBy, self, server)
BOOST_DEFINE_ENUM_CLASS(ClientErrorCode, bad_message, protocol_version, unauthenticated,
                        hello_timeout, unknown_target, no_such_call, wrong_state, bad_sdp,
                        too_many_calls, too_fast, too_large, session_replaced, unavailable)

// From the client.

struct HelloMessage {
  std::int32_t protocol = 0;  ///< kClientProtocol
  std::string device{};       ///< shown to others
  std::string token{};        ///< a user's access token
  std::optional<SessionId> resume{};
  std::optional<std::uint32_t> received{};  ///< with `resume`: `seq` of the last message that came
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (protocol, device, token, resume, received))

struct InviteMessage {
  std::string id{};
  std::string call{};  ///< chosen by the client
  std::string to{};    ///< application id or display name
  std::string sdp{};   ///< offer
  std::optional<std::string> display{};
};
BOOST_DESCRIBE_STRUCT(InviteMessage, (), (id, call, to, sdp, display))

struct AcceptMessage {
  std::string id{};
  std::string call{};
  std::string sdp{};  ///< offer
};
BOOST_DESCRIBE_STRUCT(AcceptMessage, (), (id, call, sdp))

struct DeclineMessage {
  std::string id{};
  std::string call{};
  Defaulted<DeclineReason::declined> reason{};
};
BOOST_DESCRIBE_STRUCT(DeclineMessage, (), (id, call, reason))

struct ReofferMessage {
  std::string id{};
  std::string call{};
  std::string sdp{};
};
BOOST_DESCRIBE_STRUCT(ReofferMessage, (), (id, call, sdp))

struct ByeMessage {
  std::string id{};
  std::string call{};
};
BOOST_DESCRIBE_STRUCT(ByeMessage, (), (id, call))

struct MuteMessage {
  std::string id{};
  std::string call{};
  bool muted = false;
};
BOOST_DESCRIBE_STRUCT(MuteMessage, (), (id, call, muted))

struct HoldMessage {
  std::string id{};
  std::string call{};
  bool held = false;
};
BOOST_DESCRIBE_STRUCT(HoldMessage, (), (id, call, held))

struct ContactsMessage {
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(ContactsMessage, (), (id))

struct PingMessage {
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(PingMessage, (), (id))

using ClientMessage =
    std::variant<HelloMessage, InviteMessage, AcceptMessage, DeclineMessage, ReofferMessage,
                 ByeMessage, MuteMessage, HoldMessage, ContactsMessage, PingMessage>;

// From the server. `seq` numbers the messages of a session from 1, so that a resume can ask for
// those that a broken socket lost. `welcome` has none, nor has an error that is about the socket.

struct Contact {
  std::string id{};  ///< of the user or the application, a UUID
  PartyKind kind{};
  std::string display_name{};
  std::optional<std::string> user_name{};
  bool available = false;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (id, kind, display_name, user_name, available))

/// The answer to a request that was granted.
struct OkMessage {
  std::string id{};
  std::optional<std::string> sdp{};                ///< to invite, accept, reoffer
  std::optional<std::vector<Contact>> contacts{};  ///< to contacts, also when there are none
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(OkMessage, (), (id, sdp, contacts, seq))

struct ErrorMessage {
  std::optional<std::string> id{};  ///< of the request that failed
  ClientErrorCode code{};
  std::string message{};  ///< the cause and the remedy
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(ErrorMessage, (), (id, code, message, seq))

struct ClientUser {
  UserId id{};
  std::string display_name{};
  std::string user_name{};
};
BOOST_DESCRIBE_STRUCT(ClientUser, (), (id, display_name, user_name))

struct IceServer {
  std::vector<std::string> urls{};
  std::optional<std::string> username{};
  std::optional<std::string> credential{};
};
BOOST_DESCRIBE_STRUCT(IceServer, (), (urls, username, credential))

struct WelcomeMessage {
  std::int32_t protocol = kClientProtocol;
  SessionId session{};
  ClientUser user{};
  std::vector<IceServer> ice_servers{};
  std::int32_t resume_seconds = 0;  ///< how long the server keeps the calls of a lost socket
};
BOOST_DESCRIBE_STRUCT(WelcomeMessage, (), (protocol, session, user, ice_servers, resume_seconds))

struct Caller {
  std::string id{};
  PartyKind kind{};
  std::string display_name{};
};
BOOST_DESCRIBE_STRUCT(Caller, (), (id, kind, display_name))

struct IncomingMessage {
  std::string call{};  ///< chosen by the server
  Caller from{};
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(IncomingMessage, (), (call, from, seq))

struct ProgressMessage {
  std::string call{};
  ProgressState state{};
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(ProgressMessage, (), (call, state, seq))

struct AnsweredMessage {
  std::string call{};
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(AnsweredMessage, (), (call, seq))

struct EndedMessage {
  std::string call{};
  std::int32_t code = 0;  ///< this and subcode as the bot is told
  std::int32_t subcode = 0;
  EndReason reason{};
  std::string message{};
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(EndedMessage, (), (call, code, subcode, reason, message, seq))

struct MutedMessage {
  std::string call{};
  bool muted = false;
  MutedBy by{};
  std::optional<std::uint32_t> seq{};
};
BOOST_DESCRIBE_STRUCT(MutedMessage, (), (call, muted, by, seq))

using ServerMessage = std::variant<OkMessage, ErrorMessage, WelcomeMessage, IncomingMessage,
                                   ProgressMessage, AnsweredMessage, EndedMessage, MutedMessage>;

/// Why a message was refused: `badMessage`, with the id to answer to where it could be read.
struct MessageError : BodyError {
  std::optional<std::string> id{};
};

/// What a server reads, and a client writes.
Result<ClientMessage, MessageError> parse_client_message(std::string_view text);
std::string write(const ClientMessage& message);

/// What a client reads, and a server writes.
Result<ServerMessage, MessageError> parse_server_message(std::string_view text);
std::string write(const ServerMessage& message);

}  // namespace parley::model
