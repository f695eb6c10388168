#include "bridge/meeting_test_support.hpp"
#include "wire/wav.hpp"

/// What goes on in a meeting: prompts, recordings, who talks and who only listens, and its end.
namespace parley::bridge {
namespace {

using namespace testing;

struct Hosted : Meeting {
  explicit Hosted(std::uint64_t seed) : Meeting(seed) {
    world.bridge.add_hosted_port(kBot);
    join();
    world.run_for(500ms);
  }
};

TEST(MeetingLife, WhoOnlyListensGetsOneCommonPayload) {
  Hosted meeting(21);
  meeting.c->say(sentence(4'000, 1));
  meeting.world.run_for(1s);
  for (Caller* caller : meeting.callers()) caller->packets.clear();
  meeting.world.run_for(2s);
  ASSERT_GT(meeting.a->packets.size(), 90u);
  ASSERT_EQ(meeting.a->packets.size(), meeting.b->packets.size());
  for (std::size_t i = 0; i < meeting.a->packets.size(); ++i)
    EXPECT_EQ(meeting.a->packets[i].payload, meeting.b->packets[i].payload) << i;
  EXPECT_NE(meeting.a->packets[50].payload, meeting.c->packets[50].payload);
}

TEST(MeetingLife, TurnsAreTakenWithoutAGapOrAClick) {
  Hosted meeting(22);
  std::array<dsp::Samples, 3> said;
  for (std::size_t turn = 0; turn < 6; ++turn) {
    const auto words = sentence(1'500, 70 + turn);
    said[turn % 3].insert(said[turn % 3].end(), words.begin(), words.end());
    meeting.callers()[turn % 3]->say(words);
    meeting.world.run_for(1'300ms);  // interrupted by the next
  }
  meeting.world.run_for(2s);
  for (const Caller* hearer : meeting.callers()) {
    const auto loudest = largest_step(dsp::resample(said[0], 48'000, kHeardRate));
    EXPECT_LT(largest_step(hearer->heard), 1.5 * loudest);
  }
  EXPECT_EQ(dsp::unmet(match(meeting.b->heard, sentence(1'500, 73), true)), "");
  EXPECT_EQ(dsp::unmet(match(meeting.c->heard, sentence(1'500, 74), true)), "");
}

TEST(MeetingLife, AllHearAPromptAndThenOneAnotherAgain) {
  Hosted meeting(23);
  const auto prompt = sentence(2'000, 2);
  meeting.world.play(1, {{prompt_of(prompt)}});
  meeting.world.run_for(2'500ms);
  const auto words = sentence(2'000, 3);
  meeting.c->say(words);
  meeting.world.run_for(2'500ms);
  EXPECT_EQ(meeting.world.told<model::PlayEnded>()->outcome.code, 200);
  for (const Caller* hearer : meeting.callers())
    EXPECT_EQ(dsp::unmet(match(hearer->heard, prompt, true)), "");
  EXPECT_EQ(dsp::unmet(match(meeting.a->heard, words, true)), "");
}

TEST(MeetingLife, ARecordingHoldsItsOwnLeg) {
  Hosted meeting(24);
  model::RecordOptions options;
  options.max_duration = 20s;
  options.play_beep = false;
  meeting.world.record(1, {}, options);
  const auto words = sentence(3'000, 4);
  meeting.a->say(words);
  meeting.b->say(sentence(3'000, 5));
  meeting.world.run_for(3'500ms);
  meeting.world.stop(1, true);
  const auto& file = meeting.world.files.at(operation(1));
  ASSERT_TRUE(file.complete);
  const auto wav = wire::read_wav(file.bytes);
  ASSERT_TRUE(wav);
  EXPECT_EQ(dsp::unmet(match(wav->samples, words, true)), "");
}

TEST(MeetingLife, TheTwoThatRemainAreForwardedAgain) {
  Hosted meeting(25);
  const auto words = sentence(5'000, 6);
  meeting.a->say(words);
  meeting.world.run_for(2s);
  meeting.c->leg->close(meeting.world.now);
  meeting.world.drain();
  meeting.world.run_for(4s);
  EXPECT_FALSE(meeting.ticks()) << "two are forwarded, and nobody needs a tick";
  const auto found = match_across(meeting.b->heard, words);
  std::printf("%s\n", found.text().c_str());
  EXPECT_EQ(dsp::unmet(found, {.longest_gap_ms = 100, .jumps = 1}), "")
      << "what a pause is shortened by counts as a gap";
}

TEST(MeetingLife, AThirdThatNeverConnectsChangesNothing) {
  Meeting meeting(26);
  World& world = meeting.world;
  const auto silent_peer = edge::WebrtcLeg::offer({}, edge::LegLink::options("192.0.2.99:6000"),
                                                  {world.pool, world.random});
  ASSERT_TRUE(world.bridge.add_leg(world.now, PortId{4}, silent_peer->offer_sdp()).ok());
  world.run_for(60s);
  EXPECT_TRUE(world.told<model::PortFailed>());
  EXPECT_FALSE(meeting.ticks());
  const auto words = sentence(2'000, 7);
  meeting.a->say(words);
  world.run_for(2'500ms);
  EXPECT_EQ(dsp::unmet(match(meeting.b->heard, words, true)), "");
}

TEST(MeetingLife, WhoIsMutedIsNotMixed) {
  Hosted meeting(27);
  meeting.world.bridge.mute(PortId{2}, true);
  for (std::size_t i = 0; i < 3; ++i) meeting.callers()[i]->say(pair_of(kVoices[i], 3'000));
  meeting.world.run_for(2'500ms);
  const auto heard = meeting.last(*meeting.c, 1'000);
  EXPECT_LT(level(heard, kVoices[0].low), -60);
  EXPECT_GT(level(heard, kVoices[1].low), -25);
}

}  // namespace
}  // namespace parley::bridge
