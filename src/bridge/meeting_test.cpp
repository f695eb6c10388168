#include "bridge/meeting_test_support.hpp"

/// A third leg joins two that speak with one another: the probe of the mixer. Each test prints what
/// it measured.
namespace parley::bridge {
namespace {

using namespace testing;

void expect_spectra(const Meeting& meeting, double level_error_db) {
  for (std::size_t hearer = 0; hearer < 3; ++hearer) {
    const auto heard = meeting.last(*meeting.callers()[hearer], 1'000);
    const double said = dsp::power_dbov(kAmplitude * kAmplitude / 2);
    for (std::size_t voice = 0; voice < 3; ++voice) {
      for (const double frequency : {kVoices[voice].low, kVoices[voice].high}) {
        const double found = level(heard, frequency);
        std::printf("%zu hears %zu's %.0f Hz at %+.1f dB\n", hearer, voice, frequency,
                    found - said);
        if (voice == hearer)
          EXPECT_LT(found, said - 30);
        else
          EXPECT_NEAR(found, said, level_error_db);
      }
    }
  }
}

TEST(Meeting, EachHearsTheTwoOthersAndNotItself) {
  Meeting meeting(1);
  meeting.join();
  meeting.world.run_for(300ms);
  for (std::size_t i = 0; i < 3; ++i) meeting.callers()[i]->say(pair_of(kVoices[i], 4'000));
  meeting.world.run_for(3'000ms);
  expect_spectra(meeting, 4.0);
}

TEST(Meeting, ALegOfG711IsOneOfThem) {
  Meeting meeting(2);
  meeting.join({.codecs = {codec::Codec::pcmu}});
  meeting.world.run_for(300ms);
  for (std::size_t i = 0; i < 3; ++i) meeting.callers()[i]->say(pair_of(kVoices[i], 4'000));
  meeting.world.run_for(3'000ms);
  expect_spectra(meeting, 1.5);
}

/// From its first packet on, each follows the one before in number and time.
void expect_contiguous(const Caller& hearer) {
  for (std::size_t i = 1; i < hearer.packets.size(); ++i) {
    const auto& before = hearer.packets[i - 1];
    const auto& packet = hearer.packets[i];
    EXPECT_EQ(distance(before.header.sequence, packet.header.sequence), 1) << "packet " << i;
    EXPECT_EQ(distance(before.header.timestamp, packet.header.timestamp), 960) << "packet " << i;
    EXPECT_LE(packet.at - before.at, 40ms) << "packet " << i;
  }
}

/// The packet that is the first of the mix, marked as the first of all is.
std::size_t splice_of(const Caller& hearer) {
  for (std::size_t i = 1; i < hearer.packets.size(); ++i)
    if (hearer.packets[i].header.marker) return i;
  ADD_FAILURE() << "no splice";
  return 1;
}

TEST(Meeting, TheTwoHearNoGapWhenAThirdJoins) {
  Meeting meeting(3);
  const auto from_a = sentence(6'000, 31);
  const auto from_b = sentence(6'000, 32);
  meeting.a->say(from_a);
  meeting.b->say(from_b);
  meeting.world.run_for(2s);
  EXPECT_FALSE(meeting.ticks()) << "two are forwarded";
  meeting.join();
  EXPECT_TRUE(meeting.ticks());
  meeting.world.run_for(5s);
  for (const auto& [hearer, said] : {std::pair(meeting.b, from_a), {meeting.a, from_b}}) {
    expect_contiguous(*hearer);
    const std::size_t splice = splice_of(*hearer);
    for (std::size_t i = splice - 2; i < splice + 2; ++i)
      EXPECT_GE(hearer->packets[i].level, PortListener::kQuietLevel) << "not in a pause";
    const auto found = match_across(hearer->heard, said);
    std::printf("%s\n", found.text().c_str());
    EXPECT_EQ(dsp::unmet(found, {.longest_gap_ms = 20, .jumps = 2}), "") << "the lag, in two parts";
    EXPECT_LE(found.drift_ms, 80.0) << "the pause of the splice is so much longer";
    EXPECT_LT(largest_step(hearer->heard), 1.2 * largest_step(dsp::resample(said, 48'000, 16'000)));
  }
  EXPECT_NE(dsp::unmet(match_across(meeting.b->heard, from_b), {.jumps = 2}), "");
  EXPECT_NE(dsp::unmet(match_across(dsp::Samples(96'000), from_a), {.jumps = 2}), "");
}

/// Nobody pauses: the splice is made at the third's first word.
TEST(Meeting, ASpliceInTheMiddleOfASound) {
  Meeting meeting(4);
  meeting.a->say(pair_of(kVoices[0], 5'000));
  meeting.b->say(pair_of(kVoices[1], 5'000));
  meeting.world.run_for(2s);
  meeting.join();
  meeting.world.run_for(500ms);
  meeting.c->say(pair_of(kVoices[2], 1'500));
  meeting.world.run_for(1'500ms);
  for (std::size_t i = 0; i < 2; ++i) {
    expect_contiguous(*meeting.callers()[i]);
    const auto heard = meeting.last(*meeting.callers()[i], 2'500);
    const double step = largest_step_of({kVoices[1 - i], kVoices[2]});
    std::printf("%zu: largest step %d, the voices' own %.0f; longest hole %.0f ms\n", i,
                largest_step(heard), step, longest_hole_ms(heard));
    EXPECT_LT(largest_step(heard), 1.2 * step);
    EXPECT_LE(longest_hole_ms(heard), 10);
    EXPECT_GT(level(meeting.last(*meeting.callers()[i], 500), kVoices[2].low), -28);
  }
}

TEST(Meeting, TheThirdIsHeardFromItsFirstWordAndHearsTheOthers) {
  Meeting meeting(5);
  meeting.join();
  const auto from_c = sentence(3'000, 51);
  meeting.c->say(from_c);
  meeting.world.run_for(4s);
  for (const Caller* hearer : {meeting.a, meeting.b}) {
    const auto found = match(hearer->heard, from_c, true);
    std::printf("%s\n", found.text().c_str());
    EXPECT_EQ(dsp::unmet(found), "");
  }
  const auto from_a = sentence(3'000, 52);
  meeting.a->say(from_a);
  meeting.world.run_for(4s);
  EXPECT_EQ(dsp::unmet(match(meeting.c->heard, from_a, true)), "");
  EXPECT_NE(dsp::unmet(match(meeting.a->heard, from_a, true)), "") << "one hears oneself";
}

TEST(Meeting, OnALossyNetworkToo) {
  for (const std::uint64_t seed : {6u, 7u, 8u}) {
    Meeting meeting(seed);
    meeting.world.loss = 0.01;
    meeting.world.jitter = 15ms;
    const auto from_a = sentence(8'000, 61);
    const auto from_b = sentence(8'000, 62);
    meeting.world.run_for(2s);
    meeting.a->say(from_a);
    meeting.b->say(from_b);
    meeting.world.run_for(2s);
    meeting.join();
    meeting.world.run_for(8s);
    for (const auto& [hearer, said] : {std::pair(meeting.b, from_a), {meeting.a, from_b}}) {
      const auto found = match_across(hearer->heard, said, 25);
      std::printf("%s\n", found.text().c_str());
      dsp::SoundExpectation lossy = kLossy;
      lossy.jumps = 2;
      EXPECT_EQ(dsp::unmet(found, lossy), "");
    }
  }
}

}  // namespace
}  // namespace parley::bridge
