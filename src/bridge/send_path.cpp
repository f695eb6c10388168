#include "bridge/bridge.hpp"

/// The way of a packet out, a prompt's frame and a forwarded one alike; and of a picture's.
namespace parley::bridge {

void Bridge::send_path(const Now& now, Port& to, const OutgoingAudio& audio) {
  OutgoingStream& stream = to.media->stream;
  const std::optional<StreamPlace> place = audio.source
                                               ? stream.place_forwarded(audio.clock, *audio.source)
                                               : stream.place_own(audio.clock);
  if (!place) {
    ++drops_.too_late;
    return;
  }
  const edge::AudioFormat& format = to.leg->audio();
  to.leg->send(now, {.payload_type =
                         audio.is_telephone_event ? *format.telephone_event : format.payload_type,
                     .marker = place->marker,
                     .timestamp = place->timestamp,
                     .payload = audio.payload,
                     .level = audio.level,
                     .sequence_step = place->sequence_step});
}

void Bridge::send_path(const Now& now, Port& to, PortVideo& slot, const edge::ReceivedRtp& video) {
  const auto place = slot.slot.place(now, video.header, video.payload);
  if (!place) {
    if (!video.payload.empty())
      ++(slot.slot.waits_for_key_frame() ? drops_.before_key_frame : drops_.too_late);
    return;
  }
  to.leg->send_video(now, {.section = slot.section,
                           .marker = video.header.marker,
                           .sequence = place->sequence,
                           .timestamp = place->timestamp,
                           .payload = video.payload});
}

}  // namespace parley::bridge
