#include "client/expectation.hpp"

#include <gtest/gtest.h>

#include "dsp/sound_test_support.hpp"

namespace parley::client {
namespace {

using dsp::testing::babble;
using dsp::testing::placed;

Expectation parsed(std::string_view text) {
  auto expectation = parse_expectation(text);
  if (expectation.ok()) return *expectation;
  ADD_FAILURE() << expectation.error();
  return AnsweredExpectation{};
}

Verdict judged(std::string_view text, const Evidence& evidence) {
  return judge(parsed(text), evidence);
}

TEST(Expectation, SaysWhatIsAllowed) {
  for (const std::string_view text :
       {"", "herd:a.wav", "heard", "heard:", "heard:a.wav:min", "heard:a.wav:min=0",
        "heard:a.wav:min=1.1", "heard:a.wav:min=x", "heard:a.wav:loud=1", "heard:a.wav:gap=-1",
        "heard:a.wav:gap=nan", "silence:1", "answered:yes", "ended:never", "ended:200/",
        "ended:/4521", "ended:200/x"}) {
    const auto expectation = parse_expectation(text);
    ASSERT_FALSE(expectation.ok()) << text;
    EXPECT_FALSE(expectation.error().empty());
  }
}

TEST(Expectation, HearsASoundAndOnlyThatSound) {
  constexpr std::uint32_t kRate = 16'000;
  const dsp::Samples prompt = babble(2'000, kRate, 1);
  const dsp::Samples other = babble(2'000, kRate, 2);
  const dsp::Samples heard = placed(prompt, kRate, 700, 0.0F);
  const dsp::Samples silence(heard.size());
  Evidence evidence{.heard = {heard, kRate},
                    .files = {{"prompt.wav", {prompt, kRate}}, {"other.wav", {other, kRate}}}};
  const Verdict good = judged("heard:prompt.wav:min=0.9:after=600:before=800", evidence);
  EXPECT_TRUE(good.met) << good.text;
  EXPECT_NE(good.text.find("heard:prompt.wav"), std::string::npos);
  EXPECT_FALSE(judged("heard:other.wav", evidence).met);
  EXPECT_TRUE(judged("unheard:other.wav", evidence).met);
  EXPECT_FALSE(judged("unheard:prompt.wav", evidence).met);
  EXPECT_FALSE(judged("heard:prompt.wav:before=600", evidence).met) << "too late";
  EXPECT_FALSE(judged("heard:prompt.wav:after=800", evidence).met) << "too early";
  EXPECT_FALSE(judged("heard:missing.wav", evidence).met);
  EXPECT_FALSE(judged("silence", evidence).met);
  evidence.heard = {silence, kRate};
  EXPECT_FALSE(judged("heard:prompt.wav", evidence).met);
  EXPECT_TRUE(judged("unheard:prompt.wav", evidence).met);
  EXPECT_TRUE(judged("silence", evidence).met);
  evidence.heard = {{}, kRate};
  EXPECT_FALSE(judged("heard:prompt.wav", evidence).met);
  EXPECT_TRUE(judged("silence", evidence).met);
}

TEST(Expectation, LooksAtGapAndGain) {
  constexpr std::uint32_t kRate = 16'000;
  const dsp::Samples prompt = babble(2'000, kRate, 3);
  dsp::Samples holed = placed(prompt, kRate, 200, 0.0F);
  dsp::testing::cut_hole(holed, kRate, 100);
  Evidence evidence{.heard = {holed, kRate}, .files = {{"p", {prompt, kRate}}}};
  EXPECT_FALSE(judged("heard:p", evidence).met);
  EXPECT_TRUE(judged("heard:p:gap=200:min=0.3", evidence).met)
      << judged("heard:p:gap=200:min=0.3", evidence).text;
  const dsp::Samples quiet = placed(prompt, kRate, 200, -6.0F);
  evidence.heard = {quiet, kRate};
  EXPECT_FALSE(judged("heard:p", evidence).met);
  EXPECT_TRUE(judged("heard:p:gain=7", evidence).met);
}

TEST(Expectation, LooksAtTheEnd) {
  Evidence evidence{.answered = true, .ended = CallEnd{200, 4521, model::EndReason::hangup}};
  for (const auto* text : {"answered", "ended", "ended:200", "ended:200/4521", "ended:hangup"})
    EXPECT_TRUE(judged(text, evidence).met) << text;
  for (const auto* text : {"ended:486", "ended:200/0", "ended:busy", "ended:noAnswer"})
    EXPECT_FALSE(judged(text, evidence).met) << text;
  evidence = {};
  for (const auto* text : {"answered", "ended"}) EXPECT_FALSE(judged(text, evidence).met) << text;
}

}  // namespace
}  // namespace parley::client
