#include "server/event_router.hpp"

namespace parley::server {

using namespace platform;

void EventRouter::route(ShardIndex from, ShardEvent event) {
  std::visit([&](auto& one) { carry_out(from, one); }, event);
}

void EventRouter::carry_out(ShardIndex from, Commit& event) {
  to_.writer.commit(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex, HttpAnswer& event) {
  to_.responders.answer(std::move(event));
}
void EventRouter::carry_out(ShardIndex, SendToClient& event) {
  to_.clients.send(event);
}
void EventRouter::carry_out(ShardIndex, CloseClient& event) {
  to_.clients.close(event);
}
void EventRouter::carry_out(ShardIndex from, SendWebhook& event) {
  to_.webhooks.send(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex from, CancelWebhook& event) {
  to_.webhooks.cancel(from, event);
}
void EventRouter::carry_out(ShardIndex from, FetchPrompt& event) {
  to_.prompts.fetch(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex from, EncodePrompt& event) {
  to_.jobs.encode(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex from, CheckPassword& event) {
  to_.jobs.check(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex from, HashPassword& event) {
  to_.jobs.hash(from, std::move(event));
}
void EventRouter::carry_out(ShardIndex from, MakeSigningKey& event) {
  to_.jobs.make_key(from, event);
}
void EventRouter::carry_out(ShardIndex, AppendRecording& event) {
  to_.recordings.append(std::move(event));
}
void EventRouter::carry_out(ShardIndex, FinishRecording& event) {
  to_.recordings.finish(std::move(event));
}
void EventRouter::carry_out(ShardIndex, DeleteRecording& event) {
  to_.recordings.remove(std::move(event));
}
void EventRouter::carry_out(ShardIndex, CallLocated& event) {
  to_.locator.put(event.call, event.shard);
}
void EventRouter::carry_out(ShardIndex, CallForgotten& event) {
  to_.locator.erase(event.call);
}

/// The publishing shard has it already, perhaps with later changes that are not kept yet: it must
/// not be told.
void EventRouter::carry_out(ShardIndex from, PublishDirectory& event) {
  to_.directory.publish(event.directory);
  for (ShardIndex shard = 0; shard < to_.shards; ++shard)
    if (shard != from) to_.post(shard, DirectoryChanged{event.directory});
}

void EventRouter::carry_out(ShardIndex, ToShard& event) {
  if (auto* about_legs = std::get_if<LegMessage>(&event.message);
      about_legs && is_media(*about_legs))
    static_cast<void>(to_.offer_media(event.shard, std::move(*about_legs)));
  else
    std::visit([&](auto& message) { to_.post(event.shard, std::move(message)); }, event.message);
}

}  // namespace parley::server
