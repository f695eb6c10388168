#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "dsp/sound_match.hpp"
#include "model/client_messages.hpp"

/// What a caller expects of a call, written as text, judged when it is over. Pure: the files' sound
/// is the caller's to load.
namespace parley::client {

/// How far a sound may jump where it does: a busy machine stalls a sender, which then goes on where
/// it stopped.
inline constexpr std::uint32_t kJumpMs = 500;

/// The file was heard, as `dsp::SoundExpectation` judges; with `negated` it was not.
struct HeardExpectation {
  std::string file;
  dsp::SoundExpectation sound{.jumps = 3};
  std::optional<double> after_ms{};   ///< its start, since the call was answered
  std::optional<double> before_ms{};  ///< likewise
  bool negated = false;
};
/// Nothing louder than `kSilenceDbov` was heard.
struct SilenceExpectation {};
struct AnsweredExpectation {};
/// The call ended, with these where they are told.
struct EndedExpectation {
  std::optional<std::int32_t> code{};
  std::optional<std::int32_t> subcode{};
  std::optional<model::EndReason> reason{};
};

using Expectation =
    std::variant<HeardExpectation, SilenceExpectation, AnsweredExpectation, EndedExpectation>;

/// RMS of the loudest 20 ms that still counts as silence.
inline constexpr double kSilenceDbov = -60.0;

/// `heard:FILE`, `unheard:FILE`, either with `:min=0.9` (correlation, above 0 to 1), `:gap=40`
/// (longest gap, ms), `:gain=3` (largest gain error, dB), `:jumps=3` (most places where it goes on
/// earlier or later, by up to `kJumpMs`), `:after=0`, `:before=2000` (ms);
/// `silence`; `answered`; `ended`, `ended:200`, `ended:200/4521`, `ended:busy`. The error says what
/// is allowed.
Result<Expectation, std::string> parse_expectation(std::string_view text);

struct CallEnd {
  std::int32_t code = 0;
  std::int32_t subcode = 0;
  model::EndReason reason{};
};

/// What happened.
struct Evidence {
  bool answered = false;
  std::optional<CallEnd> ended{};
  dsp::SoundView heard{};                         ///< from the answer on
  std::map<std::string, dsp::SoundView> files{};  ///< by the name in the expectation
};

struct Verdict {
  bool met = false;
  std::string text;  ///< one line with the figures: `heard:a.wav: …`
};

Verdict judge(const Expectation& expectation, const Evidence& evidence);

}  // namespace parley::client
