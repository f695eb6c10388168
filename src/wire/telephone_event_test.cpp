#include "wire/telephone_event.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace parley::wire {
namespace {

TEST(TelephoneEvent, HasTheLayoutOfRfc4733) {
  const TelephoneEvent event{.event = 11, .end = true, .volume = 10, .duration = 0x0320};
  EXPECT_EQ(to_hex(write_telephone_event(event)), "0b8a0320");
  EXPECT_EQ(read_telephone_event(from_hex("0b8a0320").value()), event);
}

TEST(TelephoneEvent, RoundTripsEveryEventAndVolume) {
  for (std::uint8_t number = 0; number <= kLastTelephoneEvent; ++number) {
    for (std::uint8_t volume = 0; volume <= kMaxTelephoneEventVolume; ++volume) {
      const TelephoneEvent event{number, volume % 2 == 0, volume, 0xFFFF};
      EXPECT_EQ(read_telephone_event(write_telephone_event(event)), event);
    }
  }
}

TEST(TelephoneEvent, IgnoresTheReservedBitAndFurtherEvents) {
  const auto event = read_telephone_event(from_hex("00ca0320"
                                                   "01000001")
                                              .value());
  EXPECT_EQ(event, (TelephoneEvent{0, true, 10, 0x0320}));
}

TEST(TelephoneEvent, RefusesShortPayloadsAndOtherEvents) {
  EXPECT_FALSE(read_telephone_event({}));
  EXPECT_FALSE(read_telephone_event(Bytes(3)));
  EXPECT_FALSE(read_telephone_event(from_hex("11000000").value()));
}

TEST(TelephoneEvent, ClampsTheVolumeWhenWriting) {
  EXPECT_EQ(read_telephone_event(write_telephone_event({0, false, 200, 0}))->volume, 63);
}

TEST(TelephoneEvent, NamesTheKeys) {
  constexpr std::string_view keys = "0123456789*#ABCD";
  for (std::uint8_t event = 0; event < std::uint8_t{keys.size()}; ++event) {
    EXPECT_EQ(digit_of(event), keys[event]);
    EXPECT_EQ(event_of(keys[event]), event);
  }
  EXPECT_EQ(event_of('d'), 15);
  EXPECT_FALSE(digit_of(kFlashEvent));
  for (const char other : {'E', 'e', ' ', '\0'}) EXPECT_FALSE(event_of(other));
}

}  // namespace
}  // namespace parley::wire
