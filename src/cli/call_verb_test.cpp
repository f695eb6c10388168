#include "cli/call_verb.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "cli/client_runner.hpp"
#include "cli/echo_exchange_test_support.hpp"
#include "cli/sound_file.hpp"
#include "dsp/sound_test_support.hpp"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kRate = 16'000;

class CallVerb : public ::testing::Test {
 protected:
  /// A sound of 600 ms that nothing else resembles.
  std::string sound(std::uint64_t seed) {
    const std::string file = path("sound" + std::to_string(seed) + ".wav");
    EXPECT_TRUE(write_sound(file, dsp::testing::babble(600, kRate, seed), kRate));
    return file;
  }
  std::string path(const std::string& name) const {
    return (exchange_.place().data_dir / name).string();
  }

  EchoExchange exchange_;
  std::ostringstream out_;
};

TEST_F(CallVerb, SpeaksHearsAndPressesKeys) {
  const std::string said = sound(1);
  const std::string other = sound(2);
  const auto met =
      run_call({.connection = {},
                .from = "alice",
                .to = "bot",
                .play = said,
                .dtmf = "w900 #",
                .record = path("heard.wav"),
                .expects = {"answered", "heard:" + said, "unheard:" + other, "ended:200/4521"}},
               exchange_.place(), out_);
  ASSERT_TRUE(met) << met.error();
  EXPECT_TRUE(*met) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr("calling bot"));
  EXPECT_THAT(out_.str(), HasSubstr("media connected"));
  EXPECT_THAT(out_.str(), HasSubstr("ok    heard:" + said));
  const auto recorded = read_sound(path("heard.wav"));
  ASSERT_TRUE(recorded) << recorded.error();
  EXPECT_GT(recorded->samples.size(), kRate / 2);
}

TEST_F(CallVerb, FailsWhenAnExpectationIsNotMet) {
  const std::string other = sound(2);
  const auto met = run_call({.connection = {},
                             .from = "alice@demo.test",
                             .to = "bot",
                             .expects = {"answered", "heard:" + other},
                             .duration_s = 0.2},
                            exchange_.place(), out_);
  ASSERT_TRUE(met) << met.error();
  EXPECT_FALSE(*met);
  EXPECT_THAT(out_.str(), HasSubstr("hanging up"));
  EXPECT_THAT(out_.str(), HasSubstr("FAIL  heard:"));
}

TEST_F(CallVerb, FailsWhenNobodyIsThere) {
  const auto met =
      run_call({.connection = {}, .from = "alice", .to = "nobody"}, exchange_.place(), out_);
  ASSERT_TRUE(met) << met.error();
  EXPECT_FALSE(*met);
  EXPECT_THAT(out_.str(), HasSubstr("there is no nobody"));
  EXPECT_THAT(out_.str(), HasSubstr("FAIL  answered"));
}

TEST_F(CallVerb, SaysWhatIsWrongBeforeItCalls) {
  const auto refusal = [&](const CallArguments& arguments) {
    const auto met = run_call(arguments, exchange_.place(), out_);
    return met ? std::string("it was taken") : met.error();
  };
  EXPECT_THAT(refusal({.connection = {}, .from = "dora", .to = "bot"}), HasSubstr("alice"));
  EXPECT_THAT(refusal({.connection = {}, .from = "alice", .to = "bot", .play = "/no.wav"}),
              HasSubstr("/no.wav"));
  EXPECT_THAT(refusal({.connection = {}, .from = "alice", .to = "bot", .dtmf = "x"}),
              HasSubstr("--dtmf"));
  EXPECT_THAT(refusal({.connection = {}, .from = "alice", .to = "bot", .expects = {"luck"}}),
              HasSubstr("--expect"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CallVerb, SaysThatTheServerIsNotThere) {
  ServerPlace nowhere = exchange_.place();
  nowhere.url = "http://127.0.0.1:1";
  const auto met = run_call({.connection = {}, .from = "alice", .to = "bot"}, nowhere, out_);
  ASSERT_FALSE(met);
  EXPECT_THAT(met.error(), HasSubstr("parley serve"));
}

TEST(CallVerbWaiting, TakesACall) {
  EchoExchange exchange(true);
  std::ostringstream out;
  const auto met =
      run_call({.connection = {}, .from = "alice", .duration_s = 0.1}, exchange.place(), out);
  ASSERT_TRUE(met) << met.error();
  EXPECT_TRUE(*met) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("waiting to be called"));
  EXPECT_THAT(out.str(), HasSubstr("incoming call from Bob"));
}

TEST(MediaAddresses, AreThoseThatReachTheHost) {
  const auto addresses = media_addresses("127.0.0.1", 8443);
  ASSERT_TRUE(addresses) << addresses.error();
  EXPECT_EQ(*addresses, std::vector{IpAddress::v4(127, 0, 0, 1)});
  EXPECT_FALSE(media_addresses("no such host", 8443));
}

}  // namespace
}  // namespace parley::cli
