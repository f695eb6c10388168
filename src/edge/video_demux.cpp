#include "edge/video_demux.hpp"

#include <algorithm>
#include <utility>

#include "edge/description.hpp"
#include "wire/rtp_extension.hpp"

namespace parley::edge {

void VideoDemux::configure(const std::vector<VideoSection>& sections) {
  std::vector<Entry> old = std::exchange(entries_, {});
  for (const VideoSection& section : sections) {
    const auto same = std::find_if(old.begin(), old.end(), [&](const Entry& entry) {
      return entry.video.section == section.section && entry.video.mid == section.mid;
    });
    entries_.push_back({section, same == old.end() ? std::nullopt : same->heard});
  }
  std::erase_if(sources_, [this](const Source& source) { return !find(source.section); });
  for (const VideoSection& section : sections)
    for (const wire::Ssrc ssrc : section.ssrcs) learn(ssrc, section.section);
}

std::optional<std::size_t> VideoDemux::section_of(const wire::RtpPacket& packet) {
  Entry* entry = find_by_mid(packet);
  if (!entry) entry = find_by_source(packet.header.ssrc);
  if (!entry) entry = find_only(packet.header.payload_type);
  if (!entry || entry->video.payload_type != packet.header.payload_type ||
      !sends(entry->video.direction))
    return std::nullopt;
  if (entry->heard != packet.header.ssrc) learn(packet.header.ssrc, entry->video.section);
  entry->heard = packet.header.ssrc;
  return entry->video.section;
}

std::optional<wire::Ssrc> VideoDemux::source_of(std::size_t section) const {
  for (const Entry& entry : entries_)
    if (entry.video.section == section) return entry.heard;
  return std::nullopt;
}

VideoDemux::Entry* VideoDemux::find(std::size_t section) {
  for (Entry& entry : entries_)
    if (entry.video.section == section) return &entry;
  return nullptr;
}

VideoDemux::Entry* VideoDemux::find_by_mid(const wire::RtpPacket& packet) {
  if (!packet.extension) return nullptr;
  for (Entry& entry : entries_) {
    if (!entry.video.mid_extension_id) continue;
    const auto data = wire::find_extension(packet.extension, *entry.video.mid_extension_id);
    if (data && wire::read_mid(*data) == entry.video.mid) return &entry;
  }
  return nullptr;
}

VideoDemux::Entry* VideoDemux::find_by_source(wire::Ssrc ssrc) {
  for (const Source& source : sources_)
    if (source.ssrc == ssrc) return find(source.section);
  return nullptr;
}

VideoDemux::Entry* VideoDemux::find_only(wire::PayloadType payload_type) {
  Entry* only = nullptr;
  for (Entry& entry : entries_) {
    if (entry.video.payload_type != payload_type || !sends(entry.video.direction)) continue;
    if (std::exchange(only, &entry)) return nullptr;
  }
  return only;
}

void VideoDemux::learn(wire::Ssrc ssrc, std::size_t section) {
  for (Source& source : sources_)
    if (source.ssrc == ssrc) {
      source.section = section;
      return;
    }
  if (sources_.size() < kMaxSources) sources_.push_back({ssrc, section});
}

}  // namespace parley::edge
