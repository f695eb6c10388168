#include "edge/webrtc_leg.hpp"

#include <algorithm>
#include <cassert>

#include "wire/rtp_extension.hpp"

namespace parley::edge {
namespace {

/// RFC 3711 §3.3.1 has a receiver guess the rollover counter: it starts at 0, which is wrong for
/// whoever loses the packets around an early wrap. A start in the lower half leaves 11 minutes of
/// sound.
constexpr std::uint16_t kFirstSequenceMask = 0x7FFF;

Failure<OfferRefusal> refuse(RefusalReason reason, std::string text) {
  return Failure{OfferRefusal{reason, std::move(text)}};
}

Result<wire::SdpSession, OfferRefusal> parse(std::string_view sdp) {
  auto session = wire::parse_sdp(sdp);
  if (!session) return refuse(RefusalReason::bad_sdp, wire::to_text(session.error()));
  return std::move(*session);
}

bool same(const ice::Credentials& a, const ice::Credentials& b) {
  return a.ufrag == b.ufrag && a.password == b.password;
}

}  // namespace

WebrtcLeg::WebrtcLeg(LegOptions options, LegContext context)
    : options_(std::move(options)), pool_(&context.pool), random_(&context.random) {
  assert(options_.certificate && !options_.local_addresses.empty() && !options_.cname.empty());
  if (options_.advertised.empty()) options_.advertised = options_.local_addresses;
  local_ = {.session_id = random_->u64() >> 1,
            .version = 1,
            .ice = ice::make_credentials(*random_),
            .fingerprint = options_.certificate->sha256_fingerprint(),
            .candidates = options_.advertised,
            .ssrc = {std::max(1u, random_->u32())},
            .cname = options_.cname};
  newest_sequence_ = {static_cast<std::uint16_t>(random_->u32() & kFirstSequenceMask)};
}

// The server's side.

Result<WebrtcLeg::Accepted, OfferRefusal> WebrtcLeg::accept(const Now& now, std::string_view offer,
                                                            LegOptions options,
                                                            LegContext context) {
  const auto session = parse(offer);
  if (!session) return Failure{session.error()};
  const auto remote = read_offer(*session, options.most_video);
  if (!remote) return Failure{remote.error()};
  std::unique_ptr<WebrtcLeg> leg(new WebrtcLeg(std::move(options), context));
  leg->start_transport(*remote, crypto::DtlsRole::server);
  leg->transport_->start_lite(now, leg->local_.ice, remote->ice.ufrag);
  leg->agree(*remote);
  std::string answer = write_answer(*session, *remote, leg->local_);
  return Accepted{std::move(leg), std::move(answer)};
}

Result<std::string, OfferRefusal> WebrtcLeg::reoffer(const Now& now, std::string_view offer) {
  if (role_ != Role::server || transport_->over())
    return refuse(RefusalReason::wrong_state, "the connection is over");
  const auto session = parse(offer);
  if (!session) return Failure{session.error()};
  const auto remote = read_offer(*session, most_video());
  if (!remote) return Failure{remote.error()};
  const bool same_peer = remote->fingerprint == remote_->fingerprint;
  const bool same_path = same(remote->ice, remote_->ice);
  if (same_path && !same_peer)
    return refuse(RefusalReason::wrong_state, "another fingerprint needs other ICE credentials");
  if (!same_path) restart_as_server(now, *remote, same_peer);
  agree(*remote);
  ++local_.version;
  return write_answer(*session, *remote, local_);
}

void WebrtcLeg::restart_as_server(const Now& now, const RemoteDescription& remote, bool same_peer) {
  if (!same_peer) {
    transport_->restart_dtls(remote.fingerprint);
    rtcp_.reset();
    newest_sequence_.value &= kFirstSequenceMask;
  }
  local_.ice = ice::make_credentials(*random_);
  transport_->start_lite(now, local_.ice, remote.ice.ufrag,
                         same_peer ? IcePath::Restart::keep_path : IcePath::Restart::drop_path);
}

void WebrtcLeg::move_to(LegContext context) {
  assert(role_ == Role::server);
  pool_ = &context.pool;
  random_ = &context.random;
  transport_->use_pool(context.pool);
  if (rtcp_) rtcp_->use_random(context.random);
}

// The client's side.

std::unique_ptr<WebrtcLeg> WebrtcLeg::offer(OfferOptions offer, LegOptions options,
                                            LegContext context) {
  std::unique_ptr<WebrtcLeg> leg(new WebrtcLeg(std::move(options), context));
  leg->role_ = Role::client;
  leg->change_offer(std::move(offer), false);
  leg->local_.version = 1;
  return leg;
}

std::string WebrtcLeg::offer_sdp() const {
  return write_offer(offer_, local_);
}

void WebrtcLeg::change_offer(OfferOptions offer, bool restart_ice) {
  offer_ = std::move(offer);
  for (std::size_t i = 0; i < offer_.video.size(); ++i) video_ssrc(i + 1);
  ++local_.version;
  if (restart_ice) local_.ice = ice::make_credentials(*random_);
}

Result<void, OfferRefusal> WebrtcLeg::set_answer(const Now& now, std::string_view answer) {
  if (role_ != Role::client || closed_ || (transport_ && transport_->over()))
    return refuse(RefusalReason::wrong_state, "no answer is awaited");
  const auto session = parse(answer);
  if (!session) return Failure{session.error()};
  const auto remote = read_answer(*session, most_video());
  if (!remote) return Failure{remote.error()};
  if (remote_ && remote->fingerprint != remote_->fingerprint)
    return refuse(RefusalReason::wrong_state, "the fingerprint of a running connection changed");
  const bool new_path = !remote_ || !same(remote->ice, remote_->ice);
  if (new_path && !reaches(*remote))
    return refuse(RefusalReason::no_candidate, "no candidate of a family that we have");
  if (!transport_) start_transport(*remote, crypto::DtlsRole::client);
  agree(*remote);
  if (!new_path) return {};
  transport_->start_controlling(now,
                                {.local = local_.ice,
                                 .remote = remote->ice,
                                 .local_addresses = options_.local_addresses,
                                 .remote_candidates = remote->candidates},
                                *random_);
  follow_transport(now);
  return {};
}

bool WebrtcLeg::reaches(const RemoteDescription& remote) const {
  return std::any_of(
      remote.candidates.begin(), remote.candidates.end(), [this](const auto& candidate) {
        return std::any_of(options_.local_addresses.begin(), options_.local_addresses.end(),
                           [&](const SocketAddress& local) {
                             return local.ip.family == candidate.address.ip.family;
                           });
      });
}

// Both.

void WebrtcLeg::start_transport(const RemoteDescription& remote, crypto::DtlsRole role) {
  transport_.emplace(TransportOptions{.role = role,
                                      .certificate = options_.certificate,
                                      .profiles = options_.srtp_profiles,
                                      .remote_fingerprint = remote.fingerprint,
                                      .timers = options_.timers},
                     *pool_);
}

void WebrtcLeg::agree(const RemoteDescription& remote) {
  remote_ = remote;
  audio_ = remote.audio;
  direction_ = mirrored(remote.direction);
  agree_on_video(remote);
}

std::optional<ReceivedRtp> WebrtcLeg::receive(const Now& now, const SocketAddress& local,
                                              const SocketAddress& remote,
                                              MutableByteView datagram) {
  if (!transport_) {
    ++stats_.received_too_early;
    return std::nullopt;
  }
  const auto opened = transport_->receive(now, local, remote, datagram);
  follow_transport(now);
  if (!opened) return std::nullopt;
  if (opened->is_rtcp) {
    receive_rtcp(now, opened->plain);
    return std::nullopt;
  }
  return receive_rtp(now, opened->plain);
}

std::optional<ReceivedRtp> WebrtcLeg::receive_rtp(const Now& now, ByteView plain) {
  const auto packet = wire::parse_rtp(plain);
  if (!packet) {
    ++stats_.malformed;
    return std::nullopt;
  }
  const wire::PayloadType type = packet->header.payload_type;
  const bool is_event = type == audio_.telephone_event;
  if (!is_event && type != audio_.payload_type) return receive_video(now, *packet);
  rtcp_->packet_received(now, packet->header, audio_.clock_rate);
  if (packet->payload.empty()) {
    ++stats_.empty;
    return std::nullopt;
  }
  ++stats_.rtp_received;
  return ReceivedRtp{packet->header, packet->payload, level_of(*packet), is_event};
}

std::optional<std::uint8_t> WebrtcLeg::level_of(const wire::RtpPacket& packet) const {
  if (!audio_.level_extension_id) return std::nullopt;
  const auto data = wire::find_extension(packet.extension, *audio_.level_extension_id);
  const auto level = data ? wire::read_audio_level(*data) : std::nullopt;
  if (!level) return std::nullopt;
  return level->level;
}

void WebrtcLeg::receive_rtcp(const Now& now, ByteView plain) {
  rtcp_->handle_input(now, plain);
  follow_rtcp();
}

void WebrtcLeg::send(const Now& now, const RtpToSend& rtp) {
  if (!may_send(direction_, rtp.payload.size())) return;
  const wire::SequenceNumber sequence{
      static_cast<std::uint16_t>(newest_sequence_.value + rtp.sequence_step)};
  if (rtp.sequence_step > 0) newest_sequence_ = sequence;
  wire::ExtensionWriter extensions;
  if (rtp.level && audio_.level_extension_id)
    extensions.add(*audio_.level_extension_id, wire::write_audio_level({.level = *rtp.level}));
  send_packet(now,
              {.marker = rtp.marker,
               .payload_type = rtp.payload_type,
               .sequence = sequence,
               .timestamp = rtp.timestamp,
               .ssrc = local_.ssrc},
              rtp.payload, extensions.block(), audio_.clock_rate);
}

bool WebrtcLeg::may_send(wire::SdpDirection direction, std::size_t payload_size) {
  if (!connected())
    ++stats_.sent_too_early;
  else if (!sends(direction))
    ++stats_.sent_on_hold;
  else if (payload_size > options_.max_payload)
    ++stats_.sent_too_large;
  else
    return true;
  return false;
}

void WebrtcLeg::send_packet(const Now& now, const wire::RtpHeader& header, ByteView payload,
                            const std::optional<wire::RtpExtensionBlock>& extension,
                            std::uint32_t clock_rate) {
  Packet packet = pool_->allocate();
  const std::size_t size = wire::write_rtp_header(packet.buffer(), header, extension);
  std::copy(payload.begin(), payload.end(), packet.buffer().subspan(size).begin());
  packet.resize(size + payload.size());
  if (!transport_->send_rtp(std::move(packet))) return;
  ++stats_.rtp_sent;
  rtcp_->packet_sent(now, header, payload.size(), clock_rate);
}

void WebrtcLeg::handle_timeout(const Now& now) {
  if (!transport_) return;
  transport_->handle_timeout(now);
  follow_transport(now);
  if (!connected()) return;
  rtcp_->handle_timeout(now);
  follow_rtcp();
}

void WebrtcLeg::follow_transport(const Now& now) {
  while (auto event = transport_->poll_event()) {
    if (std::holds_alternative<TransportConnected>(*event)) {
      rtcp_.emplace(now, rtp::RtcpOptions{.local = local_.ssrc, .cname = options_.cname}, *random_);
      events_.push_back(LegConnected{});
    } else if (auto* failed = std::get_if<TransportFailed>(&*event)) {
      events_.push_back(LegFailed{failed->reason, std::move(failed->text)});
    } else {
      events_.push_back(LegClosed{});
    }
  }
}

void WebrtcLeg::follow_rtcp() {
  while (const auto datagram = rtcp_->poll_transmit()) transport_->send_rtcp(*datagram);
  while (const auto event = rtcp_->poll_event()) {
    if (const auto* report = std::get_if<rtp::ReportReceived>(&*event))
      note_report(*report);
    else if (const auto* picture = std::get_if<rtp::PictureRequested>(&*event))
      note_picture_request(picture->media);
  }
}

void WebrtcLeg::note_report(const rtp::ReportReceived& report) {
  if (report.block.source != local_.ssrc) return;
  stats_.fraction_lost = report.block.fraction_lost;
  if (report.round_trip) stats_.round_trip = report.round_trip;
}

void WebrtcLeg::close(const Now& now) {
  closed_ = true;
  if (!transport_) return;
  if (connected()) {
    rtcp_->close(now, "");
    follow_rtcp();
  }
  transport_->close();
}

std::optional<Transmit> WebrtcLeg::poll_transmit() {
  if (!transport_) return std::nullopt;
  return transport_->poll_transmit();
}

std::optional<LegEvent> WebrtcLeg::poll_event() {
  if (events_.empty()) return std::nullopt;
  LegEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Deadline<LegDeadline>> WebrtcLeg::next_deadline() const {
  if (!transport_) return std::nullopt;
  std::optional<Deadline<LegDeadline>> next;
  if (const auto deadline = transport_->next_deadline()) {
    next = Deadline{deadline->at, deadline->reason == TransportDeadline::path
                                      ? LegDeadline::path
                                      : LegDeadline::handshake};
  }
  if (!connected()) return next;
  if (const auto report = rtcp_->next_deadline())
    next = soonest(next, std::optional(Deadline{report->at, LegDeadline::report}));
  return next;
}

LegStats WebrtcLeg::stats() const {
  LegStats stats = stats_;
  if (transport_) stats.transport = transport_->stats();
  return stats;
}

}  // namespace parley::edge
