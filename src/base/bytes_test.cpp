#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(ByteReader, ReadsBigEndianAndRemembersOverrun) {
  const Bytes bytes{1, 2, 3, 4, 5, 6};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u24(), 0x030405u);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
}

TEST(ByteWriter, PatchesALengthAfterwards) {
  ByteWriter writer;
  writer.u16(0);
  writer.u32(0xDEADBEEF);
  writer.patch_u16(0, 4);
  EXPECT_EQ(to_hex(writer.view()), "0004deadbeef");
}

TEST(Hex, RefusesOddLengthAndOtherCharacters) {
  EXPECT_EQ(from_hex("0aFF"), (Bytes{0x0A, 0xFF}));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Base64, MatchesTheVectorsOfRfc4648Section10) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    EXPECT_EQ(from_base64(encoded), to_bytes(as_bytes(plain)));
  }
}

TEST(Base64, HasOneSpellingPerValue) {
  EXPECT_FALSE(from_base64("Zg"));
  EXPECT_FALSE(from_base64("Zh=="));
  EXPECT_FALSE(from_base64("Zg==="));
  EXPECT_FALSE(from_base64url("Zg=="));
  EXPECT_EQ(from_base64url("-_8"), (Bytes{0xFB, 0xFF}));
}

}  // namespace
}  // namespace parley
