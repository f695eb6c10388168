#include "client/user_agent.hpp"

#include <gtest/gtest.h>

#include "client/client_test_support.hpp"
#include "client/expectation.hpp"
#include "dsp/sound_test_support.hpp"

namespace parley::client {
namespace {

using namespace std::chrono_literals;
using dsp::testing::babble;

constexpr std::uint32_t kRate = 16'000;

/// A call that was invited and answered, its media connected.
void call_bot(AgentWorld& world) {
  world.connect();
  ASSERT_TRUE(world.agent->invite(world.clock(), "bot"));
  world.drain();
  world.run_for(300ms);
  world.say(model::ProgressMessage{world.call, model::ProgressState::ringing});
  world.say(model::ProgressMessage{world.call, model::ProgressState::connecting});
  world.answer();
}

dsp::SoundMatch match(dsp::SampleView heard, const dsp::Samples& reference) {
  return dsp::match_sound({heard, kRate}, {reference, kRate});
}

TEST(UserAgent, PlacesACallAndHearsAndIsHeard) {
  for (const auto codec : {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}) {
    SCOPED_TRACE(codec::encoding_name(codec));
    AgentWorld world(1);
    const dsp::Samples greeting = babble(2'500, kRate, 1);
    const dsp::Samples question = babble(2'500, kRate, 2);
    world.options.media.offer.codecs = {codec};
    world.options.media.player.sound = *prepare_sound(question, kRate);
    world.server_sound = *prepare_sound(greeting, kRate);
    call_bot(world);
    world.run_for(4s);
    const dsp::SampleView heard = world.agent->media()->heard();
    EXPECT_EQ(dsp::unmet(match(heard, greeting)), "");
    EXPECT_EQ(dsp::unmet(match(world.recorder->samples(), question)), "");
    EXPECT_NE(dsp::unmet(match(heard, question)), "") << "the check can fail";
    EXPECT_EQ(heard.size(), 201 * MediaRecorder::kFrameSamples);
    EXPECT_TRUE(world.agent->media()->player()->finished());
    EXPECT_EQ(world.agent->media()->player()->skipped(), 0);
    world.say(model::EndedMessage{world.call, 200, 4521, model::EndReason::hangup, "bye"});
    world.drain();
    ASSERT_NE(world.last<Ended>(), nullptr);
    EXPECT_EQ(world.last<Ended>()->subcode, 4521);
    EXPECT_EQ(world.agent->call_state(), UserAgent::CallState::none);
    EXPECT_EQ(world.agent->media()->heard().size(), heard.size()) << "the recording stays";
  }
}

TEST(UserAgent, TellsTheStepsOfACallInOrder) {
  AgentWorld world(2);
  call_bot(world);
  world.run_for(100ms);
  ASSERT_TRUE(world.agent->bye(world.clock()));
  EXPECT_FALSE(world.agent->bye(world.clock()));
  world.drain();
  world.say(model::EndedMessage{world.call, 200, 0, model::EndReason::hangup, ""});
  world.drain();
  std::vector<std::size_t> kinds;
  for (const UserAgentEvent& event : world.events) kinds.push_back(event.index());
  const std::vector<std::size_t> expected{
      UserAgentEvent(Welcomed{}).index(), UserAgentEvent(MediaConnected{}).index(),
      UserAgentEvent(Ringing{}).index(),  UserAgentEvent(Connecting{}).index(),
      UserAgentEvent(Answered{}).index(), UserAgentEvent(Ended{}).index()};
  EXPECT_EQ(kinds, expected);
  EXPECT_EQ(world.count_received<model::ByeMessage>(), 1u);
}

TEST(UserAgent, SendsNothingBeforeTheAnswerAndFiftyFramesASecondAfter) {
  AgentWorld world(3);
  world.connect();
  ASSERT_TRUE(world.agent->invite(world.clock(), "bot"));
  world.drain();
  world.run_for(10s);
  EXPECT_EQ(world.leg->stats().rtp_received, 0u);
  world.answer();
  world.run_for(10s);
  EXPECT_NEAR(static_cast<double>(world.leg->stats().rtp_received), 500.0, 2.0);
}

TEST(UserAgent, PressesTheKeysOfItsScript) {
  AgentWorld world(4);
  world.options.media.player.digits = *parse_digit_script("w500 1w1000 2#");
  call_bot(world);
  const Duration answered = world.now;
  world.run_for(4s);
  ASSERT_EQ(world.pressed.size(), 3u);
  EXPECT_EQ(world.pressed[0].first, '1');
  EXPECT_EQ(world.pressed[1].first, '2');
  EXPECT_EQ(world.pressed[2].first, '#');
  EXPECT_EQ(world.pressed[0].second - answered, 520ms);
  const auto gap = world.pressed[1].second - world.pressed[0].second;
  EXPECT_GE(gap, 1'100ms) << "the press and the wait";
  EXPECT_LE(gap, 1'250ms);
  EXPECT_TRUE(world.agent->media()->player()->finished());
}

TEST(UserAgent, HearsAlongALossyLink) {
  AgentWorld world(5);
  world.loss = 0.02;
  world.jitter = 30ms;
  const dsp::Samples greeting = babble(4'000, kRate, 3);
  world.server_sound = *prepare_sound(greeting, kRate);
  call_bot(world);
  world.run_for(5s);
  dsp::SoundExpectation lossy;
  lossy.smallest_correlation = 0.35;
  lossy.matched_fraction = 0.8;
  EXPECT_EQ(dsp::unmet(match(world.agent->media()->heard(), greeting), lossy), "");
}

TEST(UserAgent, HearsSilenceWhereNothingIsSent) {
  AgentWorld world(6);
  call_bot(world);
  world.run_for(2s);
  const dsp::SampleView heard = world.agent->media()->heard();
  EXPECT_EQ(heard.size(), 101 * MediaRecorder::kFrameSamples);
  EXPECT_TRUE(std::all_of(heard.begin(), heard.end(), [](auto sample) { return sample == 0; }));
  EXPECT_TRUE(judge(SilenceExpectation{}, {.heard = {heard, kRate}}).met);
}

TEST(UserAgent, CatchesUpAtMostThreeFramesAndKeepsTheTimeline) {
  AgentWorld world(7);
  call_bot(world);
  world.run_for(1s);
  const std::uint64_t before = world.leg->stats().rtp_received;
  world.now += 500ms;  // nobody woke up
  world.run_for(100ms);
  const std::uint64_t sent = world.leg->stats().rtp_received - before;
  EXPECT_LE(sent, 10u);
  EXPECT_GE(world.agent->media()->player()->skipped(), 20);
  EXPECT_EQ(world.agent->media()->heard().size(), 81 * MediaRecorder::kFrameSamples);
}

TEST(UserAgent, AnswersOrDeclinesAnIncomingCall) {
  AgentWorld world(8);
  world.connect();
  world.say(model::IncomingMessage{"in1", {"bob", model::PartyKind::user, "Bob"}});
  world.drain();
  ASSERT_NE(world.last<Incoming>(), nullptr);
  EXPECT_EQ(world.last<Incoming>()->from.display_name, "Bob");
  EXPECT_FALSE(world.agent->invite(world.clock(), "bot")) << "one call at a time";
  ASSERT_TRUE(world.agent->decline(world.clock(), model::DeclineReason::busy));
  world.drain();
  EXPECT_EQ(world.count_received<model::DeclineMessage>(), 1u);
  world.say(model::EndedMessage{"in1", 486, 0, model::EndReason::declined, ""});
  world.say(model::IncomingMessage{"in2", {"bob", model::PartyKind::user, "Bob"}});
  world.drain();
  ASSERT_TRUE(world.agent->accept(world.clock()));
  world.drain();
  world.run_for(300ms);
  world.answer();
  world.run_for(1s);
  EXPECT_EQ(world.agent->call_state(), UserAgent::CallState::answered);
  EXPECT_GT(world.leg->stats().rtp_received, 40u);
}

TEST(UserAgent, KeepsItsCallThroughALostSocket) {
  AgentWorld world(9);
  const dsp::Samples greeting = babble(4'000, kRate, 4);
  world.server_sound = *prepare_sound(greeting, kRate);
  call_bot(world);
  world.run_for(1s);
  world.agent->socket_lost(world.clock(), "reset");
  world.drain();
  EXPECT_EQ(world.count<SocketWanted>(), 1u);
  ASSERT_TRUE(world.agent->mute(world.clock(), true)) << "waits for the new socket";
  world.run_for(500ms);
  world.agent->socket_lost(world.clock(), "refused");
  world.drain();
  EXPECT_EQ(world.count<SocketWanted>(), 1u);
  world.run_for(1'100ms);
  EXPECT_EQ(world.count<SocketWanted>(), 2u) << "a second try after a while";
  EXPECT_EQ(world.count_received<model::MuteMessage>(), 0u);
  world.agent->socket_opened(world.clock());
  world.drain();
  EXPECT_EQ(world.count<Welcomed>(), 2u);
  EXPECT_EQ(world.count_received<model::MuteMessage>(), 1u);
  world.run_for(3s);
  EXPECT_EQ(world.agent->call_state(), UserAgent::CallState::answered);
  EXPECT_EQ(dsp::unmet(match(world.agent->media()->heard(), greeting)), "") << "it never stopped";
}

/// The socket breaks, and another one is welcomed.
void resume(AgentWorld& world) {
  world.agent->socket_lost(world.clock(), "reset");
  world.agent->socket_opened(world.clock());
  world.drain();
}

TEST(UserAgent, EndsACallWhoseSessionTheServerForgot) {
  AgentWorld world(10);
  world.knows_session = false;
  call_bot(world);
  world.agent->socket_lost(world.clock(), "reset");
  ASSERT_TRUE(world.agent->mute(world.clock(), true));
  world.agent->socket_opened(world.clock());
  world.drain();
  ASSERT_EQ(world.count<Ended>(), 1u);
  EXPECT_EQ(world.last<Ended>()->reason, model::EndReason::resume_failed);
  EXPECT_EQ(world.count_received<model::MuteMessage>(), 0u) << "of a call that is over";
}

TEST(UserAgent, TellsTheTrueEndOfACallThatEndedWhileItWasAway) {
  AgentWorld world(18);
  call_bot(world);
  world.unsent = {model::write(model::ServerMessage(
      model::EndedMessage{world.call, 200, 7000, model::EndReason::hangup, "", 5}))};
  resume(world);
  ASSERT_EQ(world.count<Ended>(), 1u);
  EXPECT_EQ(world.last<Ended>()->reason, model::EndReason::hangup);
  EXPECT_EQ(world.last<Ended>()->subcode, 7000);
}

TEST(UserAgent, SaysWhatItHeardLastSoThatAnAnswerIsNotMissed) {
  AgentWorld world(19);
  world.connect();
  ASSERT_TRUE(world.agent->invite(world.clock(), "bot"));
  world.drain();
  world.run_for(300ms);
  world.say(model::ProgressMessage{world.call, model::ProgressState::ringing, 2});
  world.unsent = {model::write(model::ServerMessage(model::AnsweredMessage{world.call, 3}))};
  resume(world);
  EXPECT_EQ(world.resumed_from, 2u);
  EXPECT_EQ(world.agent->call_state(), UserAgent::CallState::answered);
  EXPECT_EQ(world.count<Answered>(), 1u);
  resume(world);
  EXPECT_EQ(world.resumed_from, 3u);
  world.knows_session = false;
  resume(world);
  world.knows_session = true;
  resume(world);
  EXPECT_EQ(world.resumed_from, 0u) << "another session counts from the beginning";
}

TEST(UserAgent, GivesUpWhenTheSessionCannotBeResumed) {
  AgentWorld world(11);
  call_bot(world);
  world.agent->socket_lost(world.clock(), "reset");
  world.drain();
  world.run_for(31s);
  ASSERT_NE(world.last<SessionFailed>(), nullptr);
  EXPECT_NE(world.last<CallFailed>(), nullptr);
  EXPECT_FALSE(world.agent->invite(world.clock(), "bot"));
}

TEST(UserAgent, FailsWhenTheServerCannotBeReachedOrThrowsItOut) {
  AgentWorld unreachable(12);
  unreachable.agent.emplace(unreachable.options,
                            edge::LegContext{unreachable.pool, unreachable.random});
  unreachable.agent->socket_lost(unreachable.clock(), "connection refused");
  unreachable.drain();
  ASSERT_NE(unreachable.last<SessionFailed>(), nullptr);
  EXPECT_NE(unreachable.last<SessionFailed>()->text.find("refused"), std::string::npos);

  AgentWorld refused(13);
  refused.connect();
  refused.say(model::ErrorMessage{{}, model::ClientErrorCode::unauthenticated, "token expired"});
  refused.drain();
  ASSERT_NE(refused.last<SessionFailed>(), nullptr);
  EXPECT_NE(refused.last<SessionFailed>()->text.find("token expired"), std::string::npos);
}

TEST(UserAgent, TellsARefusedInvite) {
  AgentWorld world(14);
  world.connect();
  world.mute_server = true;
  ASSERT_TRUE(world.agent->invite(world.clock(), "nobody"));
  world.drain();
  const auto& invite = std::get<model::InviteMessage>(world.received.back());
  world.say(model::ErrorMessage{invite.id, model::ClientErrorCode::unknown_target, "no such user"});
  world.drain();
  ASSERT_NE(world.last<CallFailed>(), nullptr);
  EXPECT_EQ(world.last<CallFailed>()->code, model::ClientErrorCode::unknown_target);
  // Nor does an answer that never comes leave it waiting for ever.
  ASSERT_TRUE(world.agent->invite(world.clock(), "slow"));
  world.drain();
  world.run_for(11s);
  EXPECT_EQ(world.count<CallFailed>(), 2u);
  EXPECT_EQ(world.last<CallFailed>()->code, model::ClientErrorCode::unavailable);
  EXPECT_EQ(world.count_received<model::ByeMessage>(), 1u) << "it may ring all the same";
}

TEST(UserAgent, FindsADeadSocketByItsPings) {
  AgentWorld world(15);
  world.connect();
  world.run_for(65s);
  EXPECT_EQ(world.count_received<model::PingMessage>(), 6u);
  EXPECT_EQ(world.count<SocketWanted>(), 0u);
  world.mute_server = true;
  world.run_for(16s);
  EXPECT_EQ(world.count<SocketWanted>(), 1u);
}

TEST(UserAgent, SaysByeWhenItsMediaFails) {
  AgentWorld world(16);
  call_bot(world);
  world.run_for(1s);
  world.loss = 1;
  world.run_for(40s);
  ASSERT_NE(world.last<CallFailed>(), nullptr);
  EXPECT_NE(world.last<CallFailed>()->text.find("consent"), std::string::npos);
  EXPECT_EQ(world.count_received<model::ByeMessage>(), 1u);
}

TEST(UserAgent, IgnoresWhatMakesNoSense) {
  AgentWorld world(17);
  world.connect();
  for (const auto* text : {"", "{", "[]", R"({"type":"new"})", R"({"type":"ok"})"})
    world.agent->handle_message(world.clock(), text);
  world.say(model::OkMessage{.id = "99"});
  world.say(model::AnsweredMessage{"other"});
  world.say(model::EndedMessage{"other", 200, 0, model::EndReason::hangup, ""});
  world.drain();
  EXPECT_EQ(world.events.size(), 1u) << "the welcome";
  EXPECT_FALSE(world.agent->accept(world.clock()));
  EXPECT_FALSE(world.agent->decline(world.clock()));
  EXPECT_FALSE(world.agent->bye(world.clock()));
  EXPECT_FALSE(world.agent->mute(world.clock(), true));
}

}  // namespace
}  // namespace parley::client
