#include "cli/call_plan.hpp"

#include <iostream>

namespace parley::cli {
namespace {

Result<UserLogin, std::string> find_login(const CallArguments& arguments,
                                          const ServerPlace& place) {
  if (!arguments.password_from_stdin) return find_demo_user(place, arguments.from);
  UserLogin login{.user_name = arguments.from, .password = {}};
  std::getline(std::cin, login.password);
  return login;
}

Result<void, std::string> plan_sounds(const CallArguments& arguments, CallPlan& plan) {
  if (!arguments.play.empty()) {
    auto sound = read_sound(arguments.play);
    if (!sound) return Failure{"--play: " + sound.error()};
    const auto pause = static_cast<std::size_t>(arguments.play_after_s * sound->sample_rate);
    sound->samples.insert(sound->samples.begin(), pause, std::int16_t{0});
    const auto prepared = client::prepare_sound(sound->samples, sound->sample_rate);
    if (!prepared) return Failure{"--play: " + arguments.play + " cannot be encoded."};
    plan.player.sound = *prepared;
  }
  plan.player.loop = arguments.loop;
  const auto digits = client::parse_digit_script(arguments.dtmf);
  if (!digits) return Failure{"--dtmf: " + digits.error()};
  plan.player.digits = *digits;
  return {};
}

Result<void, std::string> plan_expectations(const CallArguments& arguments, CallPlan& plan) {
  for (const std::string& text : arguments.expects) {
    const auto expectation = client::parse_expectation(text);
    if (!expectation) return Failure{"--expect: " + expectation.error()};
    plan.expectations.push_back(*expectation);
    const auto* const heard = std::get_if<client::HeardExpectation>(&*expectation);
    if (!heard) continue;
    auto sound = read_sound(heard->file);
    if (!sound) return Failure{"--expect: " + sound.error()};
    plan.sounds[heard->file] = std::move(*sound);
  }
  if (plan.expectations.empty()) plan.expectations.push_back(client::AnsweredExpectation{});
  return {};
}

}  // namespace

Result<CallPlan, std::string> plan_call(const CallArguments& arguments, const ServerPlace& place) {
  CallPlan plan;
  plan.duration =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(arguments.duration_s));
  if (const auto sounds = plan_sounds(arguments, plan); !sounds) return Failure{sounds.error()};
  if (const auto expected = plan_expectations(arguments, plan); !expected) {
    return Failure{expected.error()};
  }
  auto login = find_login(arguments, place);
  if (!login) return Failure{login.error()};
  plan.login = std::move(*login);
  plan.to = arguments.to;
  return plan;
}

}  // namespace parley::cli
