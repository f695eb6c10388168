#include "notify/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/identity_test_support.hpp"

namespace parley::notify {
namespace {

using testing::Contains;
using testing::Key;
using testing::Pair;

class RenderTest : public ::testing::Test {
 protected:
  WebhookRequest render(const Entry& entry) {
    const identity::TokenContext context{world_.options, *world_.directory, identity::kTestNow};
    const auto request = notify::render(entry, context, tokens_);
    EXPECT_TRUE(request.has_value());
    return request.value_or(WebhookRequest{});
  }
  Entry entry(std::uint32_t sequence) {
    Entry entry;
    entry.record.id = NotificationId{Uuid::random(world_.random)};
    entry.record.tenant_id = world_.tenant.id;
    entry.record.application_id = world_.bot.application_id;
    entry.record.sequence = sequence;
    entry.record.url = "https://bot.test/calls";
    entry.notice.kind = model::NoticeKind::call_ended;
    entry.notice.call.chain_id = CallChainId{Uuid::random(world_.random)};
    return entry;
  }

  identity::TestWorld world_;
  identity::WebhookTokens tokens_;
};

TEST_F(RenderTest, HeadersNameTheChainTheMessageAndItsPlace) {
  const Entry told = entry(3);
  const auto headers = render(told).headers;
  const std::string chain = to_text(told.notice.call.chain_id);
  EXPECT_THAT(headers, Contains(Pair("X-Microsoft-Skype-Chain-ID", chain)));
  EXPECT_THAT(headers, Contains(Pair("Scenario-Id", chain)));
  EXPECT_THAT(headers, Contains(Pair("X-Microsoft-Skype-Message-ID", to_text(told.record.id))));
  EXPECT_THAT(headers, Contains(Pair("X-Parley-Sequence", "3")));
  EXPECT_THAT(headers, Contains(Pair("Content-Type", "application/json")));
}

TEST_F(RenderTest, AToneHasNoPlaceInTheOrder) {
  EXPECT_THAT(render(entry(0)).headers, testing::Not(Contains(Key("X-Parley-Sequence"))));
}

TEST_F(RenderTest, GoesWhereARedirectNamed) {
  Entry redirected = entry(1);
  redirected.redirected_to = "https://elsewhere.test/calls";
  EXPECT_EQ(render(redirected).url, "https://elsewhere.test/calls");
  EXPECT_EQ(render(entry(1)).url, "https://bot.test/calls");
}

}  // namespace
}  // namespace parley::notify
