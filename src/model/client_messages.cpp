#include "model/client_messages.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "model/codec.hpp"

namespace parley::model {

PARLEY_GRAPH_ENUM(PartyKind)
PARLEY_GRAPH_ENUM(DeclineReason)
PARLEY_GRAPH_ENUM(ProgressState)
PARLEY_GRAPH_ENUM(MutedBy)
PARLEY_GRAPH_ENUM(EndReason)
PARLEY_GRAPH_ENUM(ClientErrorCode)

PARLEY_MODEL_TABLE(HelloMessage, Tag::none)
PARLEY_MODEL_TABLE(InviteMessage, Tag::none)
PARLEY_MODEL_TABLE(AcceptMessage, Tag::none)
PARLEY_MODEL_TABLE(DeclineMessage, Tag::none)
PARLEY_MODEL_TABLE(ReofferMessage, Tag::none)
PARLEY_MODEL_TABLE(ByeMessage, Tag::none)
PARLEY_MODEL_TABLE(MuteMessage, Tag::none)
PARLEY_MODEL_TABLE(HoldMessage, Tag::none)
PARLEY_MODEL_TABLE(ContactsMessage, Tag::none)
PARLEY_MODEL_TABLE(PingMessage, Tag::none)
PARLEY_MODEL_TABLE(Contact, Tag::none)
PARLEY_MODEL_TABLE(OkMessage, Tag::none)
PARLEY_MODEL_TABLE(ErrorMessage, Tag::none)
PARLEY_MODEL_TABLE(ClientUser, Tag::none)
PARLEY_MODEL_TABLE(IceServer, Tag::none)
PARLEY_MODEL_TABLE(WelcomeMessage, Tag::none)
PARLEY_MODEL_TABLE(Caller, Tag::none)
PARLEY_MODEL_TABLE(IncomingMessage, Tag::none)
PARLEY_MODEL_TABLE(ProgressMessage, Tag::none)
PARLEY_MODEL_TABLE(AnsweredMessage, Tag::none)
PARLEY_MODEL_TABLE(EndedMessage, Tag::none)
PARLEY_MODEL_TABLE(MutedMessage, Tag::none)

namespace {

// The client protocol has one form; its names are the same in every dialect.
constexpr Dialect kDialect = Dialect::v1_0;

/// "hello" for HelloMessage.
std::string_view message_type(const codec::Type& type) {
  std::string_view name = type.name;
  name.remove_suffix(std::string_view("Message").size());
  return name;
}

std::optional<std::string> text_of(const boost::json::object& object, std::string_view name) {
  const Json* value = codec::find_member(object, name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

struct TextLimit {
  std::string_view member;
  std::size_t least;
  std::size_t most;  ///< characters
};
constexpr TextLimit kTextLimits[] = {
    {"id", 1, kMaxRequestId},  {"call", 1, kMaxClientCallId},  {"device", 0, kMaxClientText},
    {"to", 1, kMaxClientText}, {"display", 0, kMaxClientText},
};

std::optional<BodyError> check_texts(const boost::json::object& object) {
  for (const TextLimit& limit : kTextLimits) {
    const auto text = text_of(object, limit.member);
    if (!text) continue;
    const std::size_t length = count_characters(*text);
    if (length >= limit.least && length <= limit.most) continue;
    return BodyError{"." + std::string(limit.member),
                     "a string of " + std::to_string(length) + " characters",
                     "a string of " + std::to_string(limit.least) + " to " +
                         std::to_string(limit.most) + " characters"};
  }
  return std::nullopt;
}

Failure<MessageError> refuse(BodyError error, std::optional<std::string> id) {
  // An id that breaks its own limit is not echoed.
  if (id && (id->empty() || count_characters(*id) > kMaxRequestId)) id.reset();
  return Failure{MessageError{std::move(error), std::move(id)}};
}

template <class... T>
Result<std::variant<T...>, MessageError> parse_message(std::string_view text,
                                                       const std::variant<T...>*) {
  if (text.size() > kMaxClientMessage)
    return refuse({"", std::to_string(text.size()) + " bytes",
                   "at most " + std::to_string(kMaxClientMessage) + " bytes"},
                  {});
  const auto json = parse_json(text);
  if (!json)
    return refuse({"", json.error().message + " at byte " + std::to_string(json.error().offset),
                   "a JSON object"},
                  {});
  const auto* object = json->if_object();
  if (!object) return refuse({"", describe_found(*json), "a JSON object"}, {});
  const auto id = text_of(*object, "id");
  if (auto error = check_texts(*object)) return refuse(std::move(*error), id);
  const auto type = text_of(*object, "type");
  std::optional<std::variant<T...>> message;
  codec::Reading reading{.dialect = kDialect, .error = {}};
  const bool read = ((type && *type == message_type(codec::type_of<T>()) &&
                      codec::read_value(*json, std::get<T>(message.emplace(T{})), reading)) ||
                     ...);
  if (read) return *std::move(message);
  if (message) return refuse(std::move(reading.error), id);
  std::string allowed = "one of";
  ((allowed += " " + std::string(message_type(codec::type_of<T>()))), ...);
  return refuse({".type", type ? describe_found(Json(*type)) : "nothing", allowed}, id);
}

template <class... T>
std::string write_message(const std::variant<T...>& message) {
  return std::visit(
      [](const auto& chosen) {
        const codec::Type& type = codec::type_of<std::remove_cvref_t<decltype(chosen)>>();
        boost::json::object out{{"type", message_type(type)}};
        const Json members = codec::write_object(type, &chosen, {.dialect = kDialect});
        for (const auto& member : members.get_object()) out.emplace(member.key(), member.value());
        return write_json(Json(std::move(out)));
      },
      message);
}

}  // namespace

Result<ClientMessage, MessageError> parse_client_message(std::string_view text) {
  return parse_message(text, static_cast<const ClientMessage*>(nullptr));
}

Result<ServerMessage, MessageError> parse_server_message(std::string_view text) {
  return parse_message(text, static_cast<const ServerMessage*>(nullptr));
}

std::string write(const ClientMessage& message) {
  return write_message(message);
}

std::string write(const ServerMessage& message) {
  return write_message(message);
}

}  // namespace parley::model
