#include "cli/sound_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "cli/call_timeline.hpp"

namespace parley::cli {
namespace {

std::string temporary(const std::string& name) {
  return ::testing::TempDir() + "parley_" + std::to_string(getpid()) + "_" + name;
}

TEST(SoundFile, ComesBackAsItWasWritten) {
  const std::string file = temporary("a.wav");
  const dsp::Samples samples{0, 1, -1, 32767, -32768};
  ASSERT_TRUE(write_sound(file, samples, 16'000));
  const auto read = read_sound(file);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->samples, samples);
  EXPECT_EQ(read->sample_rate, 16'000u);
  unlink(file.c_str());
}

TEST(SoundFile, NamesTheFileThatIsWrong) {
  EXPECT_FALSE(write_sound("/nowhere/a.wav", {}, 16'000));
  EXPECT_NE(read_sound("/nowhere/a.wav").error().find("/nowhere/a.wav"), std::string::npos);
  const std::string file = temporary("b.wav");
  { std::ofstream(file) << "no sound"; }
  EXPECT_NE(read_sound(file).error().find(file), std::string::npos);
  unlink(file.c_str());
}

TEST(CallTimeline, SaysEveryEvent) {
  using namespace client;
  EXPECT_EQ(timestamp_text(std::chrono::milliseconds(12'034)), "  12.034");
  EXPECT_EQ(event_text(Welcomed{{{}, "Alice", "alice@x"}}), "signed in as alice@x");
  EXPECT_EQ(event_text(Incoming{"c", {"i", model::PartyKind::user, "Bob"}}),
            "incoming call from Bob");
  EXPECT_EQ(event_text(Ended{200, 4521, model::EndReason::hangup, "bye"}),
            "ended 200/4521 hangup: bye");
  EXPECT_EQ(event_text(Ended{200, 0, model::EndReason::hangup, ""}), "ended 200/0 hangup");
  EXPECT_EQ(event_text(CallFailed{model::ClientErrorCode::unknown_target, "no bob"}),
            "failed (unknownTarget): no bob");
  EXPECT_EQ(event_text(CallFailed{std::nullopt, "no path"}), "failed: no path");
  EXPECT_EQ(event_text(Muted{true, model::MutedBy::server}), "muted by the other side");
}

}  // namespace
}  // namespace parley::cli
