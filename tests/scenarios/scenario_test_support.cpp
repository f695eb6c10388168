#include "scenario_test_support.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "dsp/sound_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::scenarios {

sim::WorldOptions options(std::uint64_t seed) {
  sim::WorldOptions world;
  world.seed = seed;
  if (const char* path = std::getenv("PARLEY_EXCHANGE_LOG"))
    world.exchange_sink = [path](const std::string& line) {
      std::ofstream(path, std::ios::app) << line + '\n';
    };
  return world;
}

dsp::Samples voice(std::uint64_t seed, double length) {
  return dsp::testing::babble(static_cast<std::uint32_t>(length * 1000), 16'000, seed);
}

Bytes wav(const dsp::Samples& samples, std::uint32_t rate) {
  const auto header = wire::wav_header(rate, samples.size());
  Bytes bytes(header.begin(), header.end());
  wire::append_wav_samples(bytes, samples);
  return bytes;
}

std::string call_path(const std::string& call, const std::string& action) {
  return "/v1.0/communications/calls/" + call + (action.empty() ? "" : "/" + action);
}

std::string answer_body() {
  return R"({"callbackUri":"https://ivr.test/calls","acceptedModalities":["audio"],)"
         R"("mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"}})";
}

std::string prompts_body(const std::vector<std::string>& urls, const std::string& more) {
  std::string prompts;
  for (const std::string& url : urls) {
    if (!prompts.empty()) prompts += ',';
    prompts +=
        R"({"@odata.type":"#microsoft.graph.mediaPrompt","mediaInfo":{"uri":")" + url + R"("}})";
  }
  return R"({"prompts":[)" + prompts + "]" + (more.empty() ? "" : "," + more) + "}";
}

const std::vector<std::pair<std::string, std::string>>& forbidden_urls() {
  static const std::vector<std::pair<std::string, std::string>> urls = {
      {"http://bot.example.com/calls", "plain http"},
      {"https://10.0.0.1/calls", "not public"},
      {"https://[fd00::1]/calls", "not public"},
      {"https://me:secret@bot.example.com/calls", "password"},
      {"ftp://bot.example.com/calls", "https"},
      {"https://bot.example.com/" + std::string(2048, 'x'), "2048 characters"},
      {"https://bot.example.com:0/calls", "port"},
      {"https://%62ot.example.com/calls", "host"},
      {"https://bot.example.com:80calls", "absolute"},
      {"/calls", "absolute"}};
  return urls;
}

std::string refusal(const sim::ApiAnswer& answer) {
  const auto* body = answer.body.if_object();
  const auto* error = body ? body->if_contains("error") : nullptr;
  return error ? text(*error, "message") : "";
}

std::string text(const model::Json& object, std::string_view member) {
  const auto* fields = object.if_object();
  const auto* value = fields ? fields->if_contains(member) : nullptr;
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number(const model::Json& object, std::string_view member) {
  const auto* fields = object.if_object();
  const auto* value = fields ? fields->if_contains(member) : nullptr;
  return value && value->is_int64() ? value->get_int64() : -1;
}

CallScene::CallScene(sim::WorldOptions world_options, sim::CallerOptions caller_options,
                     model::Dialect dialect)
    : world(std::move(world_options)),
      root(model::path_root(dialect)),
      bot(world.add_bot("ivr", {"Calls.AccessMedia.All"}, dialect)),
      caller(world.add_caller("alice", std::move(caller_options))) {}

std::string CallScene::path(const std::string& action) const {
  return root + "/calls/" + call + (action.empty() ? "" : "/" + action);
}

bool CallScene::ring() {
  caller.invite("ivr");
  if (!world.run_until([&] { return !bot.deliveries.empty(); }, seconds(5))) return false;
  call = bot.last_call();
  return true;
}

bool CallScene::establish() {
  if (!ring() || world.call_api(bot, "POST", path("answer"), answer_body()).status != 202)
    return false;
  return world.run_until(
      [&] { return caller.is_answered() && bot.states().find("established") != std::string::npos; },
      seconds(10));
}

sim::ApiAnswer CallScene::get(const std::string& resource) {
  return world.call_api(bot, "GET", path(resource));
}

sim::ApiAnswer CallScene::post(const std::string& action, const std::string& body) {
  return world.call_api(bot, "POST", path(action), body);
}

void CallScene::answer_and(std::function<void()> then) {
  bot.on_delivery = [this, then = std::move(then)](const sim::Delivery& delivery) mutable {
    call = delivery.call_id();
    if (delivery.change_type == "created") ask("answer", answer_body());
    if (then && delivery.state() == "established") std::exchange(then, {})();
    return sim::WebhookReply{};
  };
}

void CallScene::ask(const std::string& action, const std::string& body) {
  world.request(bot, "POST", path(action), body);
}

void CallScene::ask_to_delete() {
  world.request(bot, "DELETE", path(), "");
}

const sim::Delivery* CallScene::ended_operation(const std::string& operation) const {
  for (const sim::Delivery& delivery : bot.deliveries)
    if (delivery.change_type == "deleted" &&
        delivery.resource.ends_with("/operations/" + operation))
      return &delivery;
  return nullptr;
}

bool CallScene::wait_for_operation(const std::string& operation, Duration limit) {
  return world.run_until([&] { return ended_operation(operation) != nullptr; }, limit);
}

std::string missing_in(dsp::SampleView heard, const dsp::Samples& reference) {
  return dsp::unmet(dsp::match_sound({heard, 16'000}, {reference, 16'000}), {});
}

dsp::Samples recorded(const sim::World& world, const std::string& operation) {
  const auto file = world.files().find(operation + ".wav");
  if (file == world.files().end()) return {};
  const auto audio = wire::read_wav(file->second);
  return audio ? dsp::Samples(audio->samples.begin(), audio->samples.end()) : dsp::Samples{};
}

void expect_told_in_order(const sim::Bot& bot) {
  std::map<std::string, std::int64_t> next;
  std::map<std::string, std::string> last;
  std::set<std::string> seen;
  for (const sim::Delivery& delivery : bot.deliveries) {
    if (delivery.sequence.empty() || !seen.insert(delivery.message_id).second) continue;
    // The first one, `created`, is not told when the call was over before; then its end comes next.
    const auto first = delivery.sequence == "2" && delivery.change_type == "deleted" ? 2 : 1;
    auto& expected = next.emplace(delivery.call_id(), first).first->second;
    EXPECT_EQ(std::stoll(delivery.sequence), expected++) << delivery.resource;
    last[delivery.call_id()] = delivery.change_type + " " + delivery.state();
  }
  // A rejected call is deleted without a state.
  for (const auto& [call, told] : last)
    EXPECT_TRUE(told == "deleted terminated" || told == "deleted ") << call << " " << told;
}

namespace {

/// What plays or records is told to its end.
void check_operations_told(const CallScene& scene) {
  for (const auto& [id, operation] : scene.world.store().operations()) {
    if (operation.kind != model::OperationKind::play_prompt &&
        operation.kind != model::OperationKind::record)
      continue;
    const sim::Delivery* told = scene.ended_operation(to_text(id));
    ASSERT_NE(told, nullptr) << model::enum_name(operation.kind);
    EXPECT_EQ(text(told->data, "status"), model::enum_name(operation.status));
  }
}

/// A recording that is told is there, and none is there without its sound.
void check_recordings(const CallScene& scene) {
  for (const auto& [id, recording] : scene.world.store().recordings()) {
    EXPECT_TRUE(recording.complete);
    EXPECT_TRUE(recording.expires);
    EXPECT_FALSE(recorded(scene.world, to_text(id)).empty());
  }
  for (const sim::Delivery& delivery : scene.bot.deliveries) {
    // What only began may have died with the process before its first bytes.
    if (delivery.change_type != "deleted") continue;
    if (text(delivery.data, "recordingLocation").empty() &&
        text(delivery.data, "recordResourceLocation").empty())
      continue;
    const std::string operation = delivery.resource.substr(delivery.resource.rfind('/') + 1);
    EXPECT_FALSE(recorded(scene.world, operation).empty()) << operation;
  }
}

/// What the store says was taken was told.
void check_taken(const CallScene& scene) {
  std::set<std::string> told;
  for (const sim::Delivery& delivery : scene.bot.deliveries) told.insert(delivery.message_id);
  for (const auto& [id, notification] : scene.world.store().notifications())
    EXPECT_TRUE(notification.status != model::NotificationStatus::taken ||
                told.contains(to_text(id)))
        << notification.sequence;
}

void check_end(CallScene& scene) {
  scene.world.run_for(seconds(120));
  EXPECT_EQ(scene.world.live_calls(), 0u);
  for (const auto& [id, call] : scene.world.store().calls()) EXPECT_TRUE(call.ended);
  for (const auto& [id, operation] : scene.world.store().operations())
    EXPECT_TRUE(operation.completed) << model::enum_name(operation.kind);
  for (const auto& [id, notification] : scene.world.store().notifications())
    EXPECT_NE(notification.status, model::NotificationStatus::pending) << notification.payload;
  check_recordings(scene);
  check_taken(scene);
  expect_told_in_order(scene.bot);
  check_operations_told(scene);
}

/// Each so manieth crash is followed by a second one in another run.
constexpr std::uint64_t kSecondCrashStride = 2;

/// @return  how often the process died
std::uint64_t play_with_crashes(const std::function<void(CallScene&)>& play,
                                const SceneOptions& scene_options, std::uint64_t crash,
                                std::uint64_t again) {
  SCOPED_TRACE("crash after commit " + std::to_string(crash) +
               (again == 0 ? "" : ", and " + std::to_string(again) + " later"));
  auto world = scene_options.world;
  world.crash_after_commit = crash;
  world.crash_again_after = again;
  CallScene scene(std::move(world), scene_options.caller, scene_options.dialect);
  play(scene);
  check_end(scene);
  return scene.world.crashes();
}

}  // namespace

void repeat_with_crashes(const std::function<void(CallScene&)>& play,
                         const SceneOptions& scene_options) {
  std::uint64_t commits = 0;
  std::uint64_t first = 0;
  {
    CallScene scene(scene_options.world, scene_options.caller, scene_options.dialect);
    first = scene.world.store().commits() + 1;
    play(scene);
    check_end(scene);
    commits = scene.world.store().commits();
  }
  ASSERT_GE(commits, first + 2) << "a scenario that commits nothing proves nothing";
  std::uint64_t died_again = 0;
  for (std::uint64_t crash = first; crash <= commits; ++crash) {
    EXPECT_EQ(play_with_crashes(play, scene_options, crash, 0), 1u);
    const std::uint64_t turn = crash - first;
    if (turn % kSecondCrashStride == 0) {
      // At the commit of the recovery, or at the next one; at the end of a scene there is none.
      const std::uint64_t again = 1 + turn / kSecondCrashStride % 2;
      died_again += play_with_crashes(play, scene_options, crash, again) - 1;
    }
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GE(died_again, 1u) << "no second crash came about";
}

}  // namespace parley::scenarios
