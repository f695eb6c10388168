#pragma once

#include <optional>
#include <vector>

#include "edge/video_section.hpp"
#include "wire/rtp.hpp"

namespace parley::edge {

/// Which video section a packet of the bundle belongs to (RFC 9143 §9.2): the one that its MID
/// names, else the one that its SSRC was known for, else the only one of its payload type.
class VideoDemux {
 public:
  /// As many streams as SRTP takes of a leg; further announced ones are found by their MID only.
  static constexpr std::size_t kMaxSources = 32;

  /// After each description. What was learned of sections that stay is kept.
  void configure(const std::vector<VideoSection>& sections);
  /// nullopt when none fits, or the peer does not send in it.
  std::optional<std::size_t> section_of(const wire::RtpPacket& packet);
  /// The SSRC that the section's newest packet had.
  std::optional<wire::Ssrc> source_of(std::size_t section) const;

 private:
  struct Entry {
    VideoSection video;
    std::optional<wire::Ssrc> heard{};
  };
  struct Source {
    wire::Ssrc ssrc;
    std::size_t section;
  };

  Entry* find(std::size_t section);
  Entry* find_by_mid(const wire::RtpPacket& packet);
  Entry* find_by_source(wire::Ssrc ssrc);
  Entry* find_only(wire::PayloadType payload_type);
  void learn(wire::Ssrc ssrc, std::size_t section);

  std::vector<Entry> entries_;
  std::vector<Source> sources_;
};

}  // namespace parley::edge
