#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dsp/sound_match.hpp"
#include "sim/world.hpp"

/// What the scenarios share: worlds that log their exchanges, sounds, and a bot that answers.
namespace parley::scenarios {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Options with the exchange log that PARLEY_EXCHANGE_LOG names, for the contract checker.
sim::WorldOptions options(std::uint64_t seed = 1);

/// A voice-like sound of that many seconds at 16 kHz, different for each seed; and the same as a
/// WAV.
dsp::Samples voice(std::uint64_t seed, double length);
Bytes wav(const dsp::Samples& samples, std::uint32_t rate = 16'000);

/// The path of a call or one of its actions in v1.0.
std::string call_path(const std::string& call, const std::string& action = "");
/// The body of answer.
std::string answer_body();
/// `{"prompts":[…]}` with these URLs, and further members, e.g. `"clientContext":"x"`.
std::string prompts_body(const std::vector<std::string>& urls, const std::string& more = "");

/// URLs that the platform may not call back, each with a word of the rule that its refusal names.
const std::vector<std::pair<std::string, std::string>>& forbidden_urls();

/// The message of a refusal in Graph's envelope.
std::string refusal(const sim::ApiAnswer& answer);

/// A member of an answer's or a delivery's body as text; "" when it is absent, null or no text.
std::string text(const model::Json& object, std::string_view member);
std::int64_t number(const model::Json& object, std::string_view member);

/// A call between one caller and one bot, with the usual steps.
struct CallScene {
  /// A bot is told, and asks, under the root of its dialect.
  explicit CallScene(sim::WorldOptions world_options = options(),
                     sim::CallerOptions caller_options = {},
                     model::Dialect dialect = model::Dialect::v1_0);

  /// The caller rings; true when the bot was told.
  bool ring();
  /// Rings, answers, and runs until both sides are established.
  bool establish();
  /// GET of the call, or of a resource below it.
  sim::ApiAnswer get(const std::string& resource = "");
  sim::ApiAnswer post(const std::string& action, const std::string& body = "{}");

  // A bot that acts on what it hears: what it asks may be lost with the process.
  /// It answers each call that it is told of, and does `then` the first time one is established.
  void answer_and(std::function<void()> then = {});
  void ask(const std::string& action, const std::string& body = "{}");
  void ask_to_delete();

  /// The newest `deleted` notification of an operation; nullptr if there is none.
  const sim::Delivery* ended_operation(const std::string& operation) const;
  bool wait_for_operation(const std::string& operation, Duration limit = seconds(60));

  /// The path of the call or one of its actions.
  std::string path(const std::string& action = "") const;

  sim::World world;
  std::string root;
  sim::Bot& bot;
  sim::Caller& caller;
  std::string call;
};

/// Whether `heard` holds `reference`, by the oracle of dsp/sound_match; "" or why not.
std::string missing_in(dsp::SampleView heard, const dsp::Samples& reference);

/// The sound of an operation's recording so far, 16 kHz.
dsp::Samples recorded(const sim::World& world, const std::string& operation);

/// Per call: sequences of first deliveries count up from 1 without a gap, repeats carry the same
/// message id, the last one ends the call.
void expect_told_in_order(const sim::Bot& bot);

/// How the scenes of `repeat_with_crashes` are made.
struct SceneOptions {
  sim::CallerOptions caller{};
  model::Dialect dialect = model::Dialect::v1_0;
  sim::WorldOptions world = options();
};

/// Runs `play` once to count the commits, then once for each of them with a crash right after it,
/// for some of them with a second crash in the midst of the recovery, too, and checks what must
/// hold in the end, whenever the process died: every call ended and was told to its bot in order
/// and without a gap, repeats carry the same message id, nothing is left undone.
void repeat_with_crashes(const std::function<void(CallScene&)>& play,
                         const SceneOptions& scene_options = {});

}  // namespace parley::scenarios
