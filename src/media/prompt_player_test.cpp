#include "media/prompt_player.hpp"

#include <gtest/gtest.h>

namespace parley::media {
namespace {

using codec::Codec;
using Kind = PlayerEvent::Kind;

// A prompt whose frames are `name` and their index.
SharedPrompt prompt(std::uint8_t name, std::uint8_t frames) {
  EncodedTrack track{.codec = Codec::opus, .store = {}, .ends = {}};
  for (std::uint8_t i = 0; i < frames; ++i) {
    track.store.push_back(name);
    track.store.push_back(i);
    track.ends.push_back(static_cast<std::uint32_t>(track.store.size()));
  }
  return std::make_shared<const EncodedPrompt>(std::vector<std::uint8_t>(frames, name),
                                               std::vector<EncodedTrack>{track});
}

std::string play(PromptPlayer& player, int ticks) {
  std::string heard;
  for (int i = 0; i < ticks; ++i) {
    const auto frame = player.next_frame();
    heard += frame ? std::string{static_cast<char>(frame->payload[0]),
                                 static_cast<char>('0' + frame->payload[1])}
                   : "-";
  }
  return heard;
}

std::vector<PlayerEvent> drain(PromptPlayer& player) {
  std::vector<PlayerEvent> events;
  while (const auto event = player.poll_event()) events.push_back(*event);
  return events;
}

constexpr PlayToken kOne{1};
constexpr PlayToken kTwo{2};
constexpr PlayToken kThree{3};

TEST(PromptPlayer, PlaysItsQueueWithoutAGap) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 2), prompt('b', 1)}}));
  ASSERT_TRUE(player.enqueue({kTwo, {prompt('c', 2)}}));
  EXPECT_EQ(play(player, 3), "a0a1b0");
  EXPECT_EQ(drain(player), (std::vector<PlayerEvent>{{Kind::started, kOne}}));
  EXPECT_EQ(play(player, 1), "c0");
  EXPECT_EQ(drain(player),
            (std::vector<PlayerEvent>{{Kind::finished, kOne}, {Kind::started, kTwo}}));
  EXPECT_EQ(play(player, 1), "c1");
  EXPECT_TRUE(player.playing());
  EXPECT_EQ(play(player, 2), "--");
  EXPECT_EQ(drain(player), (std::vector<PlayerEvent>{{Kind::finished, kTwo}}));
  EXPECT_FALSE(player.playing());
}

TEST(PromptPlayer, GivesTheLevel) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 1)}}));
  EXPECT_EQ(player.next_frame()->level, 'a');
}

TEST(PromptPlayer, LoopsTheWholeList) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 1), prompt('b', 1)}, 2}));
  EXPECT_EQ(play(player, 5), "a0b0a0b0-");
}

TEST(PromptPlayer, ForeverEndsOnlyByCancel) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 2)}, PlayItem::kForever}));
  EXPECT_EQ(play(player, 1'000).size(), 2'000u);
  EXPECT_TRUE(player.cancel(kOne));
  EXPECT_EQ(play(player, 1), "-");
  EXPECT_EQ(drain(player),
            (std::vector<PlayerEvent>{{Kind::started, kOne}, {Kind::cancelled, kOne}}));
}

TEST(PromptPlayer, CancelReachesThePlayingAndTheWaiting) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 5)}}));
  ASSERT_TRUE(player.enqueue({kTwo, {prompt('b', 5)}}));
  ASSERT_TRUE(player.enqueue({kThree, {prompt('c', 5)}}));
  EXPECT_EQ(play(player, 2), "a0a1");
  EXPECT_TRUE(player.cancel(kTwo));
  EXPECT_FALSE(player.cancel(kTwo));
  EXPECT_TRUE(player.cancel(kOne));
  EXPECT_EQ(play(player, 2), "c0c1");
  EXPECT_EQ(drain(player), (std::vector<PlayerEvent>{{Kind::started, kOne},
                                                     {Kind::cancelled, kTwo},
                                                     {Kind::cancelled, kOne},
                                                     {Kind::started, kThree}}));
}

TEST(PromptPlayer, CancelAllTellsEachInOrder) {
  PromptPlayer player(Codec::opus);
  ASSERT_TRUE(player.enqueue({kOne, {prompt('a', 5)}}));
  ASSERT_TRUE(player.enqueue({kTwo, {prompt('b', 5)}}));
  player.cancel_all();
  EXPECT_FALSE(player.playing());
  EXPECT_EQ(drain(player),
            (std::vector<PlayerEvent>{{Kind::cancelled, kOne}, {Kind::cancelled, kTwo}}));
}

TEST(PromptPlayer, RefusesWhatItCannotPlay) {
  PromptPlayer player(Codec::pcmu);
  EXPECT_FALSE(player.enqueue({kOne, {prompt('a', 1)}}));
  PromptPlayer opus(Codec::opus);
  EXPECT_FALSE(opus.enqueue({kOne, {}}));
  EXPECT_FALSE(opus.enqueue({kOne, {nullptr}}));
  EXPECT_FALSE(opus.enqueue({kOne, {prompt('a', 0)}}));
  for (std::size_t i = 0; i < PromptPlayer::kMaxQueued; ++i)
    ASSERT_TRUE(opus.enqueue({PlayToken{i}, {prompt('a', 1)}}));
  EXPECT_FALSE(opus.enqueue({kOne, {prompt('a', 1)}}));
}

}  // namespace
}  // namespace parley::media
