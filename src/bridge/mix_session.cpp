#include "bridge/mix_session.hpp"

#include <algorithm>
#include <cassert>

#include "dsp/level.hpp"

namespace parley::bridge {
namespace {

// Who has said nothing yet waits in silence, however many packets of his were lost.
constexpr std::uint64_t kSaidNothing = 1'000'000;
// The frame of this tick, and the one before, whose end the codec still holds.
constexpr std::uint32_t kQuietFrames = 2;

}  // namespace

MixSession::Seat* MixSession::find(PortId leg) const {
  const auto found = std::ranges::find_if(
      seats_, [leg](const auto& seat) { return seat->leg == leg && !seat->leaves; });
  return found == seats_.end() ? nullptr : found->get();
}

MixSession::Seat& MixSession::seat(PortId leg) const {
  Seat* found = find(leg);
  assert(found);
  return *found;
}

MixSession::CommonEncoder& MixSession::common(codec::Codec codec) const {
  return *common_[static_cast<std::size_t>(codec)];
}

void MixSession::join(PortId leg, codec::Codec codec, Feed feed) {
  leave(leg);
  auto& shared = common_[static_cast<std::size_t>(codec)];
  if (!shared) shared = std::make_unique<CommonEncoder>(codec);
  seats_.push_back(std::make_unique<Seat>(
      Seat{.leg = leg,
           .codec = codec,
           .feed = feed,
           .listener = PortListener(codec, media::AudioMixer::kRate, options_.delay),
           .own = MixEncoder(codec),
           .source = mixer_.add_source(),
           .quiet_packets = kSaidNothing,
           .only_mixed = feed != Feed::forwarded}));
}

void MixSession::leave(PortId leg) {
  if (Seat* left = find(leg)) left->leaves = true;
}

void MixSession::insert(const Now& now, PortId leg, const wire::RtpHeader& header, ByteView payload,
                        std::optional<std::uint8_t> level) {
  Seat& said = seat(leg);
  said.listener.insert(now, header, payload, level);
  const bool quiet = level && *level >= PortListener::kQuietLevel;
  said.quiet_packets = quiet ? said.quiet_packets + 1 : 0;
}

void MixSession::handle_tick(const Now& now) {
  ++tick_;
  for (const auto& seat : seats_) {
    mixer_.set_frame(seat->source, seat->listener.next_frame(now));
    if (seat->leaves) mixer_.fade_out(seat->source);
  }
  mixer_.mix();
  dismiss_leaving();
  for (const auto& seat : seats_) choose_feed(*seat);
}

void MixSession::dismiss_leaving() {
  std::erase_if(seats_, [this](const auto& seat) {
    if (seat->leaves) mixer_.remove_source(seat->source);
    return seat->leaves;
  });
}

// From the common encoder to the own one and back its state goes along, so that the listener's
// decoder finds what it expects. Where others hold the common one already, silence is waited for.
void MixSession::choose_feed(Seat& seat) {
  CommonEncoder& shared = common(seat.codec);
  const bool heard_all = seat.taken_at == tick_ - 1;
  if (seat.feed == Feed::common && (!heard_all || mixer_.is_in(seat.source))) {
    if (heard_all) seat.own.continue_from(shared.encoder);
    seat.feed = Feed::own;
  } else if (seat.feed == Feed::own && heard_all && !mixer_.is_in(seat.source)) {
    const bool is_free = shared.encoded_at != tick_ - 1;
    const bool silent = mixer_.common_level() >= options_.mixer.quiet_level;
    if (!is_free && !silent) return;
    if (is_free) shared.encoder.continue_from(seat.own);
    shared.encoded_at = tick_ - 1;  // taken, from here on
    seat.feed = Feed::common;
  }
}

MixedFrame MixSession::take_frame(PortId leg) {
  Seat& hearer = seat(leg);
  if (hearer.feed == Feed::common) {
    CommonEncoder& shared = common(hearer.codec);
    if (shared.encoded_at != tick_) shared.payload = shared.encoder.encode(mixer_.common());
    shared.encoded_at = hearer.taken_at = tick_;
    return {shared.payload, mixer_.common_level()};
  }
  if (hearer.taken_at != tick_ - 1) hearer.own.begin_anew();
  hearer.taken_at = tick_;
  const dsp::SampleView heard = mixer_.heard_by(hearer.source);
  return {hearer.own.encode(heard), dsp::audio_level(heard)};
}

bool MixSession::forwards_all() const {
  return std::ranges::all_of(
      seats_, [](const auto& seat) { return seat->leaves || seat->feed == Feed::forwarded; });
}

bool MixSession::waits_in_silence(PortId leg) const {
  return std::ranges::all_of(seats_, [this, leg](const auto& seat) {
    return seat->leg == leg || (mixer_.quiet_frames(seat->source) >= kQuietFrames &&
                                seat->quiet_packets >= seat->listener.waiting());
  });
}

bool MixSession::newcomer_speaks() const {
  return std::ranges::any_of(
      seats_, [this](const auto& seat) { return seat->only_mixed && mixer_.is_in(seat->source); });
}

void MixSession::splice_in(PortId leg) {
  Seat& spliced = seat(leg);
  spliced.feed = Feed::own;
  spliced.own.begin_anew();
}

void MixSession::forward_to(PortId leg) {
  seat(leg).feed = Feed::forwarded;
  for (const auto& seat : seats_) seat->only_mixed = false;
}

}  // namespace parley::bridge
