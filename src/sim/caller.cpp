#include "sim/caller.hpp"

#include <boost/json/object.hpp>
#include <utility>

#include "model/json.hpp"
#include "sim/world.hpp"
#include "wire/demux.hpp"

namespace parley::sim {
namespace {

client::UserAgentOptions agent_options(const std::string& token, const SocketAddress& address,
                                       const CallerOptions& options) {
  client::UserAgentOptions agent;
  agent.session.token = token;
  agent.media.offer.codecs = options.codecs;
  agent.media.leg.local_addresses = {address};
  agent.media.leg.cname = "caller";
  // One certificate for all: making one costs more than a call.
  static const auto certificate =
      std::make_shared<const crypto::Certificate>(crypto::Certificate::generate_self_signed(
          Now{Instant{}, UtcTime(std::chrono::seconds(1'767'225'600))}));
  agent.media.leg.certificate = certificate;
  static const media::SharedPrompt silence = client::prepare_silence();
  agent.media.player.silence = silence;
  agent.media.player.loop = options.loop_sound;
  if (!options.sound.empty()) {
    auto sound = client::prepare_sound(options.sound, options.sound_rate);
    if (sound) agent.media.player.sound = *sound;
  }
  if (auto digits = client::parse_digit_script(options.digits)) agent.media.player.digits = *digits;
  return agent;
}

}  // namespace

Caller::Caller(World& world, UserId user, std::string name, std::string token,
               SocketAddress address, CallerOptions options)
    : world_(world),
      user_(user),
      name_(std::move(name)),
      token_(std::move(token)),
      address_(address),
      outside_(address),
      agent_(agent_options(token_, address_, options), {world.pool_, world.random_}) {}

void Caller::invite(std::string target) {
  if (!connection_) world_.open_socket(*this);
  agent_.invite(world_.now(), std::move(target));
  pump();
}

void Caller::hang_up() {
  agent_.bye(world_.now());
  pump();
}

void Caller::mute(bool muted) {
  agent_.mute(world_.now(), muted);
  pump();
}

void Caller::lose_socket() {
  if (!connection_) return;
  const auto closed = *connection_;
  connection_.reset();
  is_deaf_ = false;
  if (const auto found = world_.connections_.find(closed); found != world_.connections_.end()) {
    const auto shard = found->second.second;
    world_.connections_.erase(found);
    world_.input(shard, platform::ClientClosed{closed});
  }
  agent_.socket_lost(world_.now(), "the network is gone");
  pump();
}

void Caller::appear_as(const SocketAddress& outside) {
  if (world_.caller_addresses_[outside_] == this) world_.caller_addresses_.erase(outside_);
  outside_ = outside;
  world_.caller_addresses_[outside_] = this;
}

void Caller::go_online() {
  is_offline_ = false;
  if (!connection_) world_.open_socket(*this);
}

void Caller::send_raw(std::string text) {
  world_.from_client(*this, std::move(text));
}

void Caller::take_message(const std::string& text) {
  if (const auto message = model::parse_json(text)) {
    const auto& fields = message->as_object();
    std::string words(fields.at("type").as_string());
    if (const auto* code = fields.if_contains("code"); code && code->is_string())
      words += " " + std::string(code->get_string());
    told_.push_back(std::move(words));
  }
  agent_.handle_message(world_.now(), text);
  pump();
}

dsp::SampleView Caller::heard() const {
  return agent_.media() ? agent_.media()->heard() : dsp::SampleView{};
}

std::uint64_t Caller::packets_received() const {
  return agent_.media() ? agent_.media()->leg().stats().rtp_received : 0;
}

void Caller::pump() {
  while (auto message = agent_.poll_message()) world_.from_client(*this, std::move(*message));
  while (auto transmit = agent_.poll_transmit()) {
    const bool is_media = wire::demux(transmit->packet.view()) == wire::DatagramKind::rtp;
    transmit->local = outside_;
    if (sends_media_ || !is_media) world_.send_datagram(*transmit);
  }
  while (const auto event = agent_.poll_event()) {
    if (std::holds_alternative<client::Ringing>(*event)) rang_ = true;
    if (std::holds_alternative<client::Answered>(*event)) answered_ = true;
    if (const auto* ended = std::get_if<client::Ended>(&*event)) ended_ = *ended;
    if (const auto* failed = std::get_if<client::CallFailed>(&*event)) failed_ = *failed;
    if (std::holds_alternative<client::SocketWanted>(*event) && !is_offline_)
      world_.open_socket(*this);
  }
  arm_timer();
}

void Caller::arm_timer() {
  const auto deadline = agent_.next_deadline();
  const std::uint64_t mine = ++timer_;
  if (!deadline) return;
  world_.scheduler_.at(deadline->at, [this, mine] {
    if (mine != timer_) return;
    agent_.handle_timeout(world_.now());
    pump();
  });
}

}  // namespace parley::sim
