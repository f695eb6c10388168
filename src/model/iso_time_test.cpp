#include "model/iso_time.hpp"

#include <gtest/gtest.h>

namespace parley::model {
namespace {

TEST(IsoTime, WritesUtc) {
  const UtcTime time{std::chrono::milliseconds(1536249521000)};
  EXPECT_EQ(write_iso_time(time), "2018-09-06T15:58:41Z");
  EXPECT_EQ(write_iso_time(time + std::chrono::milliseconds(7)), "2018-09-06T15:58:41.007Z");
  EXPECT_EQ(write_iso_time(UtcTime{std::chrono::milliseconds(-1)}), "1969-12-31T23:59:59.999Z");
}

TEST(IsoTime, ReadsWhatGraphWrites) {
  const UtcTime time{std::chrono::milliseconds(1536249521000)};
  for (const char* text : {"2018-09-06T15:58:41Z", "2018-09-06T15:58:41.0000000Z",
                           "2018-09-06T17:28:41+01:30", "2018-09-06T07:58:41-08:00"})
    EXPECT_EQ(parse_iso_time(text), time) << text;
  EXPECT_EQ(parse_iso_time("2018-09-06T15:58:41.25Z"), time + std::chrono::milliseconds(250));
}

TEST(IsoTime, RefusesOtherText) {
  for (const char* text :
       {"", "2018-09-06", "2018-09-06T15:58:41", "2018-02-30T15:58:41Z", "2018-09-06T24:00:00Z",
        "2018-09-06T15:60:00Z", "2018-09-06T15:58:41.Z", "2018-09-06T15:58:41Zx",
        "2018-09-06 15:58:41Z", "2018-09-06T15:58:41+15:00", "2018-09-06T15:58:41.0000000000000Z"})
    EXPECT_FALSE(parse_iso_time(text)) << text;
}

}  // namespace
}  // namespace parley::model
