#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>

#include "bridge/bridge.hpp"
#include "bridge/port_listener.hpp"
#include "codec/g711.hpp"
#include "codec/opus_encoder.hpp"
#include "dsp/convert.hpp"
#include "dsp/level.hpp"
#include "dsp/resampler.hpp"
#include "dsp/sound_match.hpp"
#include "dsp/sound_test_support.hpp"
#include "dsp/tone.hpp"
#include "edge/leg_test_support.hpp"
#include "media/beep.hpp"
#include "media/prompt_encoder.hpp"
#include "proto/rtp/telephone_event_sender.hpp"

/// A bridge, callers with real client legs, and a seeded lossy network between them, in virtual
/// time.
namespace parley::bridge::testing {

using namespace std::chrono_literals;
using edge::address;

inline constexpr PortId kBot{1};
inline constexpr std::uint32_t kSpeechRate = 48'000;

inline OperationId operation(std::uint8_t number) {
  Uuid uuid;
  uuid.bytes[15] = number;
  return {uuid};
}

inline const media::PromptEncoding kEveryCodec{
    .codecs = {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}};

inline media::SharedPrompt test_beep() {
  static const auto beep = media::make_beep(kEveryCodec);
  return beep;
}

inline media::SharedPrompt prompt_of(dsp::SampleView samples, std::uint32_t rate = kSpeechRate) {
  return media::encode_prompt(samples, rate, kEveryCodec).value();
}

/// A user's end: sends a frame every 20 ms as a browser does, silence included, and keeps all that
/// it hears as 16 kHz sound.
class Caller {
 public:
  struct Packet {
    Instant at;
    wire::RtpHeader header;
    Bytes payload;
    std::optional<std::uint8_t> level;
    bool is_telephone_event;
  };
  struct Picture {
    Instant at;
    wire::RtpHeader header;
    Bytes payload;
    std::size_t section;
  };

  Caller(PortId port, std::string_view local, edge::OfferOptions offer, edge::LegContext context)
      : id(port),
        leg(edge::WebrtcLeg::offer(std::move(offer), edge::LegLink::options(local), context)) {}

  void say(dsp::SampleView speech) { speech_.insert(speech_.end(), speech.begin(), speech.end()); }
  void press(char key, std::chrono::milliseconds length = 100ms) {
    ASSERT_TRUE(keys_.press(*wire::event_of(key), length));
  }

  void tick(const Now& now) {
    if (leg->connected() && microphone_on) send(now);
    if (!listener_ && leg->connected()) listener_.emplace(leg->audio().codec);
    if (!listener_) return;
    const auto frame = listener_->next_frame(now);
    heard.insert(heard.end(), frame.begin(), frame.end());
  }

  void receive(const Now& now, const SocketAddress& local, const SocketAddress& remote,
               MutableByteView datagram) {
    const auto rtp = leg->receive(now, local, remote, datagram);
    if (!rtp) return;
    if (rtp->video) {
      seen.push_back({now.monotonic, rtp->header, to_bytes(rtp->payload), *rtp->video});
      return;
    }
    packets.push_back(
        {now.monotonic, rtp->header, to_bytes(rtp->payload), rtp->level, rtp->is_telephone_event});
    if (listener_ && !rtp->is_telephone_event)
      listener_->insert(now, rtp->header, rtp->payload, rtp->level);
  }

  PortId id;
  std::unique_ptr<edge::WebrtcLeg> leg;
  bool microphone_on = true;
  dsp::Samples heard;  ///< at PortListener::kRate, from the moment it was connected
  std::vector<Packet> packets;
  std::vector<Picture> seen;
  std::vector<Instant> key_frames_wanted;  ///< of this caller

 private:
  void send(const Now& now) {
    const codec::Codec codec = leg->audio().codec;
    const wire::RtpTimestamp timestamp{ticks_++ * codec::frame_ticks(codec)};
    if (const auto key = keys_.tick(timestamp)) {
      leg->send(now, {.payload_type = *leg->audio().telephone_event,
                      .marker = key->marker,
                      .timestamp = key->timestamp,
                      .payload = key->payload});
      return;
    }
    const std::size_t waiting = speech_.size() - said_;
    dsp::Samples frame(960);
    std::copy_n(speech_.begin() + static_cast<std::ptrdiff_t>(said_),
                std::min<std::size_t>(waiting, 960), frame.begin());
    said_ += std::min<std::size_t>(waiting, 960);
    leg->send(now, {.payload_type = leg->audio().payload_type,
                    .timestamp = timestamp,
                    .payload = encode(codec, frame),
                    .level = dsp::audio_level(dsp::SampleView(frame))});
  }

  ByteView encode(codec::Codec codec, const dsp::Samples& frame) {
    if (codec == codec::Codec::opus) return encoder_.encode(frame, encoded_);
    dsp::Samples narrow(to_narrow_.capacity_for(frame.size()));
    narrow.resize(to_narrow_.process(frame, narrow));
    const auto out = MutableByteView(encoded_).first(narrow.size());
    codec == codec::Codec::pcmu ? codec::encode_pcmu(narrow, out) : codec::encode_pcma(narrow, out);
    return out;
  }

  codec::OpusFrameEncoder encoder_;
  dsp::Resampler to_narrow_{kSpeechRate, 8'000};
  std::array<std::uint8_t, codec::OpusFrameEncoder::kMaxFrameBytes> encoded_{};
  rtp::TelephoneEventSender keys_;
  dsp::Samples speech_;
  std::size_t said_ = 0;
  std::uint32_t ticks_ = 0;
  std::optional<PortListener> listener_;
};

struct World {
  struct Flying {
    Instant arrives;
    std::uint64_t order;
    bool to_bridge;
    SocketAddress local;
    SocketAddress remote;
    Bytes bytes;
    bool operator>(const Flying& o) const {
      return std::pair(arrives, order) > std::pair(o.arrives, o.order);
    }
  };
  struct Told {
    Instant at;
    model::BridgeEvent event;
  };
  struct File {
    Bytes bytes;
    bool complete = false;
    bool discarded = false;
  };

  explicit World(std::uint64_t seed, std::size_t max_legs = 2, std::size_t most_video = 0)
      : random(seed),
        bridge(now, {.leg = leg_options(most_video), .beep = test_beep(), .max_legs = max_legs},
               {pool, random, counters, log}) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  }

  static edge::LegOptions leg_options(std::size_t most_video) {
    edge::LegOptions options = edge::LegLink::options("192.0.2.1:40000");
    options.most_video = most_video;
    return options;
  }

  Caller& call(PortId port, edge::OfferOptions offer = {}) {
    const std::string local = "192.0.2." + std::to_string(9 + port.value) + ":6000";
    Caller& caller = *callers.emplace_back(
        std::make_unique<Caller>(port, local, std::move(offer), edge::LegContext{pool, random}));
    const auto answer = bridge.add_leg(now, port, caller.leg->offer_sdp());
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error());
    EXPECT_TRUE(caller.leg->set_answer(now, *answer).ok());
    drain();
    return caller;
  }

  /// A caller and a hosted bot, connected and answered.
  Caller& ivr(edge::OfferOptions offer = {}) {
    bridge.add_hosted_port(kBot);
    Caller& caller = call(PortId{2}, std::move(offer));
    run_for(300ms);
    EXPECT_TRUE(told<model::PortConnected>());
    open();
    return caller;
  }
  void open() {
    bridge.open(now);
    drain();
  }
  void play(std::uint8_t op, std::vector<ReadyPrompt> prompts, bool for_ever = false) {
    bridge.play(now, operation(op), kBot, prompts, for_ever);
    drain();
  }
  void record(std::uint8_t op, std::vector<ReadyPrompt> prompts, model::RecordOptions options) {
    bridge.record(now, operation(op), kBot, prompts, options);
    drain();
  }
  void stop(std::uint8_t op, bool keep = false) {
    bridge.stop(now, operation(op), keep);
    drain();
  }

  void drain() {
    while (auto transmit = bridge.poll_transmit()) {
      ++bridge_sent;
      fly(false, *transmit);
    }
    while (auto output = bridge.poll_event()) take(std::move(*output));
    for (const auto& caller : callers) {
      while (auto transmit = caller->leg->poll_transmit()) fly(true, *transmit);
      while (const auto event = caller->leg->poll_event())
        if (std::holds_alternative<edge::KeyFrameWanted>(*event))
          caller->key_frames_wanted.push_back(now.monotonic);
    }
  }

  void take(BridgeOutput output) {
    if (auto* event = std::get_if<model::BridgeEvent>(&output)) {
      events.push_back({now.monotonic, std::move(*event)});
    } else if (auto* append = std::get_if<RecordingAppend>(&output)) {
      File& file = files[append->operation];
      EXPECT_FALSE(file.complete);
      file.bytes.insert(file.bytes.end(), append->bytes.begin(), append->bytes.end());
    } else if (auto* header = std::get_if<RecordingHeader>(&output)) {
      File& file = files[header->operation];
      ASSERT_GE(file.bytes.size(), header->bytes.size());
      std::ranges::copy(header->bytes, file.bytes.begin());
      file.complete = true;
    } else {
      files[std::get<RecordingDiscarded>(output).operation].discarded = true;
    }
  }

  void fly(bool to_bridge, const Transmit& transmit) {
    if ((blocked && to_bridge) || chance() < loss) return;
    const auto extra = std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(jitter.count()) * chance()));
    const Instant readable = to_bridge ? bridge_busy_until : Instant{};
    flights.push({std::max(now.monotonic + delay + extra, readable), order++, to_bridge,
                  transmit.remote, transmit.local, to_bytes(transmit.packet.view())});
  }

  std::optional<Instant> next_wake() const {
    std::optional<Instant> next = next_caller_tick;
    if (!flights.empty()) next = soonest(next, std::optional(flights.top().arrives));
    if (const auto deadline = bridge.next_deadline())
      next = soonest(next, std::optional(std::max(deadline->at, bridge_busy_until)));
    for (const auto& caller : callers)
      if (const auto deadline = caller->leg->next_deadline())
        next = soonest(next, std::optional(deadline->at));
    return next;
  }

  void run_for(Duration duration) {
    const Instant end = now.monotonic + duration;
    while (true) {
      const auto next = next_wake();
      if (!next || *next > end) break;
      advance_to(std::max(*next, now.monotonic));
      if (!flights.empty() && flights.top().arrives <= now.monotonic)
        deliver();
      else if (next_caller_tick <= now.monotonic)
        tick_callers();
      else
        wake();
      drain();
    }
    advance_to(end);
  }

  void advance_to(Instant instant) {
    now.monotonic = instant;
    now.utc = UtcTime{std::chrono::days(20'000)} +
              std::chrono::duration_cast<std::chrono::milliseconds>(instant - Instant{});
  }

  void deliver() {
    Flying flying = flights.top();
    flights.pop();
    if (flying.to_bridge) return bridge.receive(now, flying.local, flying.remote, flying.bytes);
    for (const auto& caller : callers)
      if (address("192.0.2." + std::to_string(9 + caller->id.value) + ":6000") == flying.local)
        caller->receive(now, flying.local, flying.remote, flying.bytes);
  }

  void tick_callers() {
    for (const auto& caller : callers) caller->tick(now);
    next_caller_tick += 20ms;
  }

  void wake() {
    const auto deadline = bridge.next_deadline();
    if (deadline && deadline->at <= now.monotonic && bridge_busy_until <= now.monotonic)
      bridge.handle_timeout(now);
    for (const auto& caller : callers) caller->leg->handle_timeout(now);
  }

  template <class Event>
  std::vector<std::pair<Instant, Event>> all() const {
    std::vector<std::pair<Instant, Event>> found;
    for (const Told& told : events)
      if (const auto* event = std::get_if<Event>(&told.event)) found.emplace_back(told.at, *event);
    return found;
  }
  template <class Event>
  std::optional<Event> told() const {
    const auto found = all<Event>();
    return found.empty() ? std::nullopt : std::optional(found.back().second);
  }
  template <class Event>
  Instant told_at() const {
    const auto found = all<Event>();
    return found.empty() ? Instant{} : found.back().first;
  }
  std::uint64_t dropped(const std::string& reason) {
    return counters.counter("bridge_packets_dropped_total{reason=\"" + reason + "\"}");
  }
  double chance() { return static_cast<double>(random.u32()) / 4294967296.0; }

  Now now{Instant{100s}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random;
  PacketPool pool;
  Counters counters;
  NullLog log;
  Bridge bridge;
  std::vector<std::unique_ptr<Caller>> callers;
  std::vector<Told> events;
  std::map<OperationId, File> files;
  std::uint64_t bridge_sent = 0;

  Duration delay = 20ms;
  Duration jitter{};
  double loss = 0;
  bool blocked = false;         ///< the way to the bridge
  Instant bridge_busy_until{};  ///< it reads no packet and runs no tick before
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flights;
  std::uint64_t order = 0;
  Instant next_caller_tick{100s + 7ms};
};

/// `adapting`: a jitter buffer may have shortened or stretched a silence by a frame.
inline dsp::SoundMatch match(dsp::SampleView heard, dsp::SampleView reference,
                             bool adapting = false) {
  return dsp::match_sound({heard, PortListener::kRate}, {reference, kSpeechRate},
                          {.local_shift_ms = adapting ? 25u : 5u});
}

/// What a lossy network leaves of a sound.
inline constexpr dsp::SoundExpectation kLossy{
    .smallest_correlation = 0.35, .longest_gap_ms = 60, .matched_fraction = 0.8};

/// Two sentences that have nothing in common.
inline dsp::Samples sentence(std::uint32_t milliseconds, std::uint64_t seed) {
  return dsp::testing::babble(milliseconds, kSpeechRate, seed);
}

}  // namespace parley::bridge::testing
