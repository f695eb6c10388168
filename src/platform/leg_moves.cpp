#include <algorithm>
#include <utility>

#include "platform/shard_parts.hpp"

/// Legs whose conversation lives on another shard than their socket: handed over whole, then
/// relayed both ways.
namespace parley::platform {

void ShardParts::handle(const Now& now, MoveLeg& move) {
  const auto call = calls_.find(move.from);
  if (call == calls_.end()) return;
  const ConversationId from = call->second;
  LiveConversation& live = *conversations_.at(from);
  auto moved = live.bridge.release_port(now, live.calling->user().port);
  if (!moved) return;
  const ConversationId relay{Uuid::random(context_.random)};
  const edge::WebrtcLeg& leg = *moved->port.leg;
  demux_.move_leg(from, relay, leg.local_ufrag(),
                  [&leg](const SocketAddress& local, const SocketAddress& remote) {
                    return leg.listens_to(local, remote);
                  });
  TakeLeg take{move.to, std::make_shared<bridge::MovedPort>(std::move(*moved)), options_.index,
               options_.bridge.leg.local_addresses, relay};
  if (move.shard == options_.index) {
    on(now, take);
  } else {
    relayed_.emplace(relay, move.shard);
    tell_shard(move.shard, std::move(take));
  }
  drain(now, from, live);
}

void ShardParts::handle(const Now& now, LegMessage& message) {
  std::visit([&](auto& one) { on(now, one); }, message);
}

void ShardParts::on(const Now& now, TakeLeg& take) {
  const bool is_foreign = take.socket_shard != options_.index;
  if (is_foreign)
    for (const SocketAddress& socket : take.sockets)
      foreign_sockets_[{socket.ip.family, socket.port}] = take.socket_shard;
  const auto call = calls_.find(take.to);
  if (call == calls_.end()) return give_up(now, take);
  const ConversationId id = call->second;
  LiveConversation& live = *conversations_.at(id);
  const PortId port = live.next_port();
  if (is_foreign) {
    relays_here_.emplace(take.relay, id);
    live.relays.push_back({take.relay, take.socket_shard, port});
  } else {
    const std::string ufrag(take.moved->port.leg->local_ufrag());
    demux_.move_leg(take.relay, id, ufrag, [](const auto&, const auto&) { return true; });
    demux_.remove(take.relay);
  }
  live.bridge.take_port(now, port, std::move(*take.moved));
  drain(now, id, live);
}

// The conversation ended while the leg was on its way.
void ShardParts::give_up(const Now& now, TakeLeg& take) {
  edge::WebrtcLeg& leg = *take.moved->port.leg;
  leg.move_to({.pool = pool_, .random = context_.random});
  leg.close(now);
  while (auto goodbye = leg.poll_transmit()) send_out(std::move(*goodbye));
  tell_shard(take.socket_shard, RelayOver{take.relay});
}

void ShardParts::on(const Now& now, RelayedDatagram& relayed) {
  const auto home = relays_here_.find(relayed.relay);
  if (home == relays_here_.end()) return;
  const ConversationId id = home->second;
  LiveConversation& live = *conversations_.at(id);
  const auto relay = std::ranges::find(live.relays, relayed.relay, &LiveConversation::Relay::id);
  const bool was_checked = live.bridge.listens_to(relayed.local, relayed.remote);
  live.bridge.receive(now, relayed.local, relayed.remote, relayed.bytes);
  if (!was_checked && live.bridge.listens_to(relayed.local, relayed.remote))
    tell_shard(relay->socket_shard, PairChecked{relayed.relay, relayed.local, relayed.remote});
  drain(now, id, live);
}

void ShardParts::on(const Now&, PairChecked& checked) {
  if (relayed_.contains(checked.relay)) learn_pair(checked.local, checked.remote, checked.relay);
}

void ShardParts::on(const Now&, RelayedTransmit& relayed) {
  transmits.push_back(
      {Transport::udp, relayed.local, relayed.remote, pool_.copy_of(relayed.bytes)});
}

void ShardParts::on(const Now&, RelayOver& over) {
  demux_.remove(over.relay);
  relayed_.erase(over.relay);
}

void ShardParts::relay(ConversationId id, const SocketAddress& local, const SocketAddress& remote,
                       ByteView datagram) {
  tell_shard(relayed_.at(id), RelayedDatagram{id, local, remote, to_bytes(datagram)});
}

// A socket bound to a wildcard has addresses that nobody listed, but one port.
void ShardParts::send_out(Transmit transmit) {
  const auto owner = foreign_sockets_.empty()
                         ? foreign_sockets_.end()
                         : foreign_sockets_.find({transmit.local.ip.family, transmit.local.port});
  if (owner == foreign_sockets_.end()) return transmits.push_back(std::move(transmit));
  tell_shard(owner->second,
             RelayedTransmit{transmit.local, transmit.remote, to_bytes(transmit.packet.view())});
}

// Of the legs that are over: their goodbyes are under way.
void ShardParts::end_relays(LiveConversation& live) {
  std::erase_if(live.relays, [&](const LiveConversation::Relay& relay) {
    if (live.bridge.has_live_leg(relay.port)) return false;
    relays_here_.erase(relay.id);
    tell_shard(relay.socket_shard, RelayOver{relay.id});
    return true;
  });
}

void ShardParts::tell_shard(ShardIndex shard, LegMessage message) {
  events.emplace_back(ToShard{shard, std::move(message)});
}

}  // namespace parley::platform
