#include "server/set_aside_door.hpp"

namespace parley::server {

namespace directory = operations::directory;

void SetAsideDoor::open(const RequestIds& ids, Instant now, const directory::SetAsideRequest& asked,
                        const net::Responder& responder) {
  const bool taken = parts_.workers.run([this, ids, now, asked, responder] {
    if (const auto* listing = std::get_if<directory::ListSetAside>(&asked))
      return responder.respond(reply_to(ids, list(ids.id, *listing)));
    if (auto refused = settle(ids, now, std::get<directory::SettleSetAside>(asked), responder))
      responder.respond(reply_to(ids, Failure{std::move(*refused)}));
  });
  if (!taken) responder.respond(reply_to(ids, Failure{operations::overloaded()}));
}

SetAsideDoor::Answer SetAsideDoor::list(RequestId request, const directory::ListSetAside& asked) {
  const auto rows = parts_.reader.with(request, [&](store::StoreReader& reader) {
    return reader.set_aside(asked.limit, asked.skip);
  });
  if (!rows) return Failure{operations::internal_error()};
  return directory::set_aside_reply(*rows);
}

std::optional<operations::ApiError> SetAsideDoor::settle(const RequestIds& ids, Instant now,
                                                         const directory::SettleSetAside& asked,
                                                         const net::Responder& responder) {
  auto row = parts_.reader.with(
      ids.id, [&](store::StoreReader& reader) { return reader.notification(asked.notification); });
  if (!row) return operations::internal_error();
  if (!*row || (*row)->status != model::NotificationStatus::set_aside)
    return directory::not_set_aside(asked.notification);
  const platform::ShardIndex shard = parts_.locator.find((*row)->call_id).value_or(0);
  const auto offer = [&] {
    return parts_.offer(shard, platform::SettleNotification{ids.id, ids.client_request_id,
                                                            asked.act, std::move(**row)});
  };
  const bool offered = parts_.responders.wait(ids.id, responder, now, offer);
  return offered ? std::nullopt : std::optional(operations::overloaded());
}

}  // namespace parley::server
