#include "server/prompt_fetcher.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using std::chrono::seconds;

TEST(MaxAge, IsReadFromCacheControl) {
  EXPECT_EQ(max_age_of("max-age=60"), seconds(60));
  EXPECT_EQ(max_age_of("public, MAX-AGE=5 , immutable"), seconds(5));
  EXPECT_EQ(max_age_of("max-age=60, no-store"), seconds(0));
  EXPECT_EQ(max_age_of("no-cache"), seconds(0));
  for (const char* text : {"", "public", "max-age=", "max-age=x", "max-age=-1", "s-maxage=9"})
    EXPECT_EQ(max_age_of(text), std::nullopt) << text;
  EXPECT_EQ(max_age_of("max-age=2000000000"), seconds(365 * 24 * 3600));
}

}  // namespace
}  // namespace parley::server
