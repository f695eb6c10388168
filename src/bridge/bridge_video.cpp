#include <algorithm>

#include "bridge/bridge.hpp"
#include "wire/h264_payload.hpp"

/// Who sees whom. A source is told apart by its port and section; the slots that show it get its
/// packets as they come.
namespace parley::bridge {
namespace {

PortVideo* find_section(Port& port, std::size_t section) {
  const auto found = std::ranges::find(port.video, section, &PortVideo::section);
  return found == port.video.end() ? nullptr : &*found;
}

}  // namespace

// A section that stays keeps its slot, and the numbers in it.
void Bridge::agree_on_video(Port& port) {
  const auto& tracks = port.leg->video();
  std::erase_if(port.video, [&](const PortVideo& video) {
    return std::ranges::find(tracks, video.section, &edge::VideoTrack::section) == tracks.end();
  });
  for (const edge::VideoTrack& track : tracks)
    if (!find_section(port, track.section))
      port.video.push_back({.section = track.section, .slot = media::VideoSlot(context_.random)});
}

// Connected again, the leg has another peer, whose decoder and rollover counters know nothing.
void Bridge::begin_slots(Port& port) {
  for (PortVideo& video : port.video) video.slot = media::VideoSlot(context_.random);
}

bool Bridge::show(const Now& now, PortId viewer, std::size_t slot,
                  std::optional<VideoSource> source) {
  Port* port = find_port(viewer);
  PortVideo* video = port ? find_section(*port, slot) : nullptr;
  if (!video) return false;
  if (video->shows == source) return true;
  video->shows = source;
  video->slot.switch_source();
  // Too early it would be wasted: a slot that waits asks at the source's next packet.
  if (source && open_ && port->is_connected) want_key_frame(now, *source);
  schedule(now);
  return true;
}

void Bridge::follow_key_frame_wanted(const Now& now, Port& viewer, std::size_t section) {
  const PortVideo* video = find_section(viewer, section);
  if (!video || !video->shows) return;
  ++key_frames_wanted_;
  want_key_frame(now, *video->shows);
}

void Bridge::want_key_frame(const Now& now, const VideoSource& source) {
  Port* from = find_port(source.port);
  PortVideo* video = from && from->has_live_leg() ? find_section(*from, source.section) : nullptr;
  if (!video) return;
  video->requests.want();
  ask_for_key_frame(now, *from, *video);
}

void Bridge::ask_for_key_frame(const Now& now, Port& from, PortVideo& video) {
  if (!from.is_connected || !from.leg->receives_video(video.section)) return;
  if (!video.requests.due(now)) return;
  ++key_frames_requested_;
  from.leg->request_key_frame(video.section);
}

void Bridge::forward_video(const Now& now, Port& from, const edge::ReceivedRtp& packet) {
  PortVideo* source = find_section(from, *packet.video);
  if (!source) return;
  if (wire::begins_key_frame(packet.payload)) source->requests.key_frame_began();
  for (Port& to : ports_) {
    if (!to.has_live_leg() || !to.is_connected) continue;
    for (PortVideo& slot : to.video) {
      if (slot.shows != VideoSource{from.id, source->section}) continue;
      send_path(now, to, slot, packet);
      if (slot.slot.waits_for_key_frame()) source->requests.want();
    }
  }
  ask_for_key_frame(now, from, *source);
}

}  // namespace parley::bridge
