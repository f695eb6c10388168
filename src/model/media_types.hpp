#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/graph_enums.hpp"

namespace parley::model {

/// A WAV behind a URL: 16-bit PCM, mono, 8 to 48 kHz (api-contract §11).
struct MediaInfo {
  std::string uri{};
  std::optional<std::string> resource_id{};  ///< key of the prompt cache
};
BOOST_DESCRIBE_STRUCT(MediaInfo, (), (uri, resource_id))

/// The platform plays and records.
struct ServiceHostedMediaConfig {
  std::optional<bool> remove_from_default_audio_group{};  ///< beta, 2019
  std::vector<MediaInfo> pre_fetch_media{};
};
BOOST_DESCRIBE_STRUCT(ServiceHostedMediaConfig, (),
                      (remove_from_default_audio_group, pre_fetch_media))

/// The bot sends and receives the media itself. `blob` is JSON text; design.md §6 gives its forms.
struct AppHostedMediaConfig {
  std::optional<bool> remove_from_default_audio_group{};  ///< beta, 2019
  std::optional<std::string> blob{};
};
BOOST_DESCRIBE_STRUCT(AppHostedMediaConfig, (), (remove_from_default_audio_group, blob))

using MediaConfig = std::variant<ServiceHostedMediaConfig, AppHostedMediaConfig>;

struct MediaPrompt {
  MediaInfo media_info{};
  std::optional<std::int32_t> loop{};  ///< times, 0: for ever; beta, 2019
};
BOOST_DESCRIBE_STRUCT(MediaPrompt, (), (media_info, loop))

struct ToneInfo {
  std::int64_t sequence_id = 0;  ///< grows by one per tone
  Tone tone{};
};
BOOST_DESCRIBE_STRUCT(ToneInfo, (), (sequence_id, tone))

struct CallMediaState {
  std::optional<MediaState> audio{};
};
BOOST_DESCRIBE_STRUCT(CallMediaState, (), (audio))

/// One stream of a participant, seen from the participant.
struct MediaStream {
  Modality media_type{};
  std::optional<std::string> label{};  ///< main-audio, main-video, applicationsharing-video
  std::string source_id{};             ///< decimal
  MediaDirection direction{};
  bool server_muted = false;
};
BOOST_DESCRIBE_STRUCT(MediaStream, (), (media_type, label, source_id, direction, server_muted))

}  // namespace parley::model
