#include "server/http_reply.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(RefusalOfNet, IsGraphsEnvelope) {
  const net::HttpResponse response = refusal_of_net(413, "the body is over 1048576 bytes");
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find("\"code\":\"RequestEntityTooLarge\""), std::string::npos);
  EXPECT_NE(response.body.find("over 1048576 bytes"), std::string::npos);
  EXPECT_TRUE(response.headers.get("request-id").has_value());
}

}  // namespace
}  // namespace parley::server
