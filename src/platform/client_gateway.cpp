#include "platform/client_gateway.hpp"

#include "model/client_messages.hpp"

namespace parley::platform {
namespace {

HelloRefused refuse(std::optional<std::string> id, model::ClientErrorCode code,
                    std::string message) {
  return {model::write(model::ServerMessage(
      model::ErrorMessage{.id = std::move(id), .code = code, .message = std::move(message)}))};
}

}  // namespace

std::variant<ClientOpened, HelloRefused> accept_hello(const Now& now, ConnectionId connection,
                                                      std::string_view text,
                                                      const identity::IdentityOptions& options,
                                                      const identity::Directory& directory) {
  using enum model::ClientErrorCode;
  auto message = model::parse_client_message(text);
  if (!message) return refuse(message.error().id, bad_message, message.error().message());
  const auto* hello = std::get_if<model::HelloMessage>(&*message);
  if (!hello)
    return refuse(std::nullopt, bad_message,
                  "The first message must be a hello with a user's token.");
  if (hello->protocol != model::kClientProtocol)
    return refuse(std::nullopt, protocol_version,
                  "This server speaks protocol " + std::to_string(model::kClientProtocol) +
                      ", the client " + std::to_string(hello->protocol) +
                      ". Reload or update the client.");
  auto user = identity::verify_user_token({options, directory, now.utc}, hello->token);
  if (!user) return refuse(std::nullopt, unauthenticated, user.error().text);
  return ClientOpened{connection, std::move(*user), hello->device, hello->resume,
                      hello->received.value_or(0)};
}

ShardIndex shard_of(UserId user, ShardIndex shard_count) {
  return static_cast<ShardIndex>(std::hash<UserId>{}(user) % shard_count);
}

}  // namespace parley::platform
