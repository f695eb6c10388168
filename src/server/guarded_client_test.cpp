#include "server/guarded_client.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(RedirectTarget, IsAbsoluteOrAPathOnTheSameOrigin) {
  const char* from = "https://a.example:8443/x?y";
  EXPECT_EQ(redirect_target(from, "/z?q"), "https://a.example:8443/z?q");
  EXPECT_EQ(redirect_target(from, "http://b.example/z"), "http://b.example/z");
  EXPECT_EQ(redirect_target(from, "//b.example/z"), "https://b.example/z");
  for (const char* location :
       {"", "z", "ftp://b.example/", "wss://b.example/", "file:///etc/passwd"})
    EXPECT_EQ(redirect_target(from, location), std::nullopt) << location;
}

}  // namespace
}  // namespace parley::server
