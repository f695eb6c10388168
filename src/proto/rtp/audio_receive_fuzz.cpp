#include <algorithm>
#include <cstdlib>
#include <deque>

#include "media/video_slot.hpp"
#include "proto/rtp/jitter_buffer.hpp"
#include "proto/rtp/rtcp_session.hpp"
#include "proto/rtp/telephone_event_receiver.hpp"

namespace parley::rtp {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

/// What one receiver makes of packets and of time that passes, whoever sends them.
class Receiver {
 public:
  explicit Receiver(ByteView script) : script_(script) {}

  void run() {
    while (script_.remaining() > 0) {
      switch (script_.u8() % 7) {
        case 0:
          insert();
          break;
        case 1:
          pop();
          break;
        case 2:
          press();
          break;
        case 3:
          report();
          break;
        case 4:
          wait(std::chrono::milliseconds(script_.u16()));
          break;
        case 5:
          show();
          break;
        case 6:
          slot_.switch_source();
          break;
      }
    }
  }

 private:
  wire::RtpHeader header() {
    return {.marker = false,
            .payload_type = {111},
            .sequence = {script_.u16()},
            .timestamp = {script_.u32()},
            .ssrc = {script_.u8() % 40u}};
  }

  void insert() {
    const wire::RtpHeader header = this->header();
    const std::uint8_t size = script_.u8();
    jitter_.insert(now_,
                   {.header = header,
                    .quiet = size % 2 == 0,
                    .payload = script_.bytes(std::min<std::size_t>(size, script_.remaining()))});
    require(jitter_.size() <= JitterBufferOptions{}.max_packets);
    const Duration target = jitter_.target_delay();
    require(target >= PlayoutDelayOptions{}.target && target <= PlayoutDelayOptions{}.max_target);
  }

  /// As a consumer does: 20 ms later each time.
  void pop() {
    jitter_.pop(now_, 960);
    now_.monotonic += std::chrono::milliseconds(20);
  }

  void press() {
    const wire::RtpHeader header = this->header();
    keys_.handle_input(now_, header, script_.bytes(std::min<std::size_t>(4, script_.remaining())));
    follow_keys();
  }

  /// A picture's packet is forwarded under a number that none of the last ones had.
  void show() {
    const wire::RtpHeader header = this->header();
    const auto place =
        slot_.place(now_, header, script_.bytes(std::min<std::size_t>(3, script_.remaining())));
    if (!place) return;
    require(!slot_.waits_for_key_frame());
    require(std::ranges::find(shown_, place->sequence) == shown_.end());
    shown_.push_back(place->sequence);
    if (shown_.size() > kShown) shown_.pop_front();
  }

  void report() {
    const std::size_t size = std::min<std::size_t>(script_.u8(), script_.remaining());
    rtcp_.handle_input(now_, script_.bytes(size));
    while (rtcp_.poll_event()) continue;
    while (const auto datagram = rtcp_.poll_transmit()) require(datagram->size() <= 1500);
  }

  void wait(Duration duration) {
    now_.monotonic += duration;
    now_.utc += std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    keys_.handle_timeout(now_);
    follow_keys();
    const auto key = keys_.next_deadline();
    require(!key || key->at > now_.monotonic);
    rtcp_.handle_timeout(now_);
    while (const auto datagram = rtcp_.poll_transmit()) require(datagram->size() <= 1500);
    const auto report = rtcp_.next_deadline();
    require(!report || report->at > now_.monotonic);
  }

  /// Every end has its start before it.
  void follow_keys() {
    while (const auto event = keys_.poll_event()) {
      down_ += std::holds_alternative<ToneStarted>(*event) ? 1 : -1;
      require(down_ >= 0);
    }
  }

  /// So many gaps of the largest size are fewer numbers than there are.
  static constexpr std::size_t kShown = 64;

  ByteReader script_;
  Now now_{Instant{std::chrono::seconds(100)}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random_{1};
  JitterBuffer jitter_;
  TelephoneEventReceiver keys_{{}};
  RtcpSession rtcp_{now_, {.local = {7}, .cname = "fuzz"}, random_};
  media::VideoSlot slot_{random_};
  std::deque<wire::SequenceNumber> shown_;
  int down_ = 0;
};

}  // namespace
}  // namespace parley::rtp

/// A script of packets and clock steps.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::rtp::Receiver({data, size}).run();
  return 0;
}
