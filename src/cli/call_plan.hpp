#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/sound_file.hpp"
#include "cli/user_login.hpp"
#include "client/expectation.hpp"
#include "client/media_player.hpp"

namespace parley::cli {

/// A call as it was asked for, everything read and checked before anybody's phone rings.
struct CallPlan {
  UserLogin login;
  std::string to;  ///< a bot's name or id; empty: wait to be called
  client::MediaPlayerOptions player;
  std::vector<client::Expectation> expectations;
  std::map<std::string, wire::WavAudio> sounds;  ///< those of the expectations, by file
  Duration duration{};                           ///< from the answer to hanging up
};

/// The error says which argument is wrong, and how to mend it.
Result<CallPlan, std::string> plan_call(const CallArguments& arguments, const ServerPlace& place);

}  // namespace parley::cli
