#include "wire/rtp_extension.hpp"

#include <gtest/gtest.h>

namespace parley::wire {
namespace {

std::vector<std::pair<int, std::string>> elements_of(std::uint16_t profile, std::string_view hex) {
  const Bytes data = from_hex(hex).value();
  ExtensionReader reader({profile, data});
  std::vector<std::pair<int, std::string>> elements;
  while (const auto element = reader.next())
    elements.emplace_back(element->id, to_hex(element->data));
  return elements;
}
using Elements = std::vector<std::pair<int, std::string>>;

TEST(ExtensionReader, ReadsTheOneByteFormAcrossPadding) {
  EXPECT_EQ(elements_of(0xBEDE,
                        "10aa0000"
                        "21bbcc00"
                        "3f" +
                            std::string(32, '1') + "000000"),
            (Elements{{1, "aa"}, {2, "bbcc"}, {3, std::string(32, '1')}}));
}

TEST(ExtensionReader, ReadsTheTwoByteFormWithAnyApplicationBits) {
  for (const std::uint16_t profile : std::initializer_list<std::uint16_t>{0x1000, 0x1005, 0x100F})
    EXPECT_EQ(elements_of(profile,
                          "0100"
                          "00"
                          "ff02aabb"
                          "0000"),
              (Elements{{1, ""}, {255, "aabb"}}));
}

TEST(ExtensionReader, StopsAtWhatItCannotRead) {
  EXPECT_EQ(elements_of(0xBEDE, "10aaf0bb10cc0000"), (Elements{{1, "aa"}}));  // id 15
  EXPECT_EQ(elements_of(0xBEDE, "10aa01bb10cc0000"), (Elements{{1, "aa"}}));  // padding with data
  EXPECT_EQ(elements_of(0xBEDE, "10aa2f00"), (Elements{{1, "aa"}}));          // passes the end
  EXPECT_EQ(elements_of(0x1000,
                        "0101aa00"
                        "02ff0000"),
            (Elements{{1, "aa"}}));                                   // passes the end
  EXPECT_EQ(elements_of(0x1000, "0101aa02"), (Elements{{1, "aa"}}));  // no length
  EXPECT_EQ(elements_of(0x1010, "0101aa00"), Elements{});             // unknown profile
  EXPECT_EQ(elements_of(0xBEDE, ""), Elements{});
}

TEST(ExtensionWriter, RoundTripsBothForms) {
  for (const auto form : {ExtensionForm::one_byte, ExtensionForm::two_byte}) {
    ExtensionWriter writer(form);
    EXPECT_FALSE(writer.block());
    ASSERT_TRUE(writer.add(1, write_audio_level({.level = 42, .voice = true})));
    ASSERT_TRUE(writer.add(14, as_bytes("audio0")));
    const auto block = writer.block();
    ASSERT_TRUE(block);
    EXPECT_EQ(block->data.size() % 4, 0u);
    EXPECT_EQ(read_audio_level(find_extension(block, 1).value()), (AudioLevel{42, true}));
    EXPECT_EQ(read_mid(find_extension(block, 14).value()), "audio0");
    EXPECT_FALSE(find_extension(block, 2));
  }
  EXPECT_FALSE(find_extension(std::nullopt, 1));
}

TEST(ExtensionWriter, RefusesWhatTheFormCannotHold) {
  ExtensionWriter one_byte;
  EXPECT_FALSE(one_byte.add(0, Bytes(1)));
  EXPECT_FALSE(one_byte.add(15, Bytes(1)));
  EXPECT_FALSE(one_byte.add(1, Bytes(0)));
  EXPECT_FALSE(one_byte.add(1, Bytes(17)));
  EXPECT_TRUE(one_byte.add(14, Bytes(16)));
  ExtensionWriter two_byte(ExtensionForm::two_byte);
  EXPECT_FALSE(two_byte.add(0, Bytes(1)));
  EXPECT_TRUE(two_byte.add(255, Bytes(0)));
}

TEST(ExtensionWriter, RefusesMoreThanItsCapacity) {
  ExtensionWriter writer(ExtensionForm::two_byte);
  EXPECT_FALSE(writer.add(1, Bytes(ExtensionWriter::kCapacity - 1)));
  EXPECT_TRUE(writer.add(1, Bytes(ExtensionWriter::kCapacity - 2)));
  EXPECT_FALSE(writer.add(2, Bytes(0)));
  EXPECT_EQ(writer.block()->data.size(), ExtensionWriter::kCapacity);
}

TEST(AudioLevel, RoundTripsEveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const Bytes data{static_cast<std::uint8_t>(byte)};
    const auto level = read_audio_level(data);
    ASSERT_TRUE(level);
    EXPECT_EQ(level->level, byte & 127);
    EXPECT_EQ(level->voice, byte >= 128);
    EXPECT_EQ(write_audio_level(*level)[0], byte);
  }
  EXPECT_FALSE(read_audio_level({}));
  EXPECT_FALSE(read_audio_level(Bytes(2)));
  EXPECT_EQ(write_audio_level({.level = 200, .voice = false})[0], 127);
}

TEST(Mid, IsAToken) {
  EXPECT_EQ(read_mid(as_bytes("0")), "0");
  for (const std::string_view text : {"", "a b", "a\r", "a/b", "\x80"})
    EXPECT_FALSE(read_mid(as_bytes(text))) << text;
}

}  // namespace
}  // namespace parley::wire
