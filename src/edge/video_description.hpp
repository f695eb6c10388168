#pragma once

#include <vector>

#include "edge/description.hpp"
#include "edge/video_section.hpp"

/// The video of session descriptions: from a section to what the leg needs of it, and back.
namespace parley::edge {

/// The first `most` sections of video, in BUNDLE with the audio, that we can use.
std::vector<VideoSection> read_video(const wire::SdpSession& session, const wire::SdpMedia& audio,
                                     std::size_t most);

wire::SdpMedia offered_video(std::size_t section, wire::SdpDirection direction,
                             const LocalDescription& local);
/// `accepted` is what `read_video` made of `offered`.
wire::SdpMedia answered_video(const wire::SdpMedia& offered, const VideoSection& accepted,
                              const LocalDescription& local);

}  // namespace parley::edge
