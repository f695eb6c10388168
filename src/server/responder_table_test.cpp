#include "server/responder_table.hpp"

#include <gtest/gtest.h>

#include "net/event_loop.hpp"

namespace parley::server {
namespace {

/// The answers that reached the client's side.
class Answers final : public net::Responder::Sink {
 public:
  void answer(std::uint64_t, net::Responder::Answer answer) override {
    statuses.push_back(std::get<net::HttpResponse>(answer).status);
  }
  std::vector<int> statuses;
};

class ResponderTableTest : public ::testing::Test {
 protected:
  net::Responder responder() { return {loop_.handle(), answers_, ++asked_}; }
  bool wait(std::uint8_t request, Instant now, const std::function<bool()>& offer) {
    return table_.wait(id(request), responder(), now, offer);
  }
  void answer(std::uint8_t request) { table_.answer({id(request), {.status = 202}}); }
  static RequestId id(std::uint8_t request) { return RequestId{Uuid{{request}}}; }
  std::vector<int> statuses() {
    loop_.post([this] { loop_.stop(); });
    loop_.run();
    return answers_->statuses;
  }

  net::EventLoop loop_;
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
  std::uint64_t asked_ = 0;
  ResponderTable table_;
};

TEST_F(ResponderTableTest, TheAnswerMayComeBeforeTheOfferReturns) {
  EXPECT_TRUE(wait(1, Instant{}, [this] {
    EXPECT_EQ(table_.size(), 1u);
    answer(1);
    return true;
  }));
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(statuses(), std::vector<int>{202});
}

TEST_F(ResponderTableTest, NobodyWaitsForAnOfferThatWasRefused) {
  const net::Responder asking = responder();
  for (std::uint8_t request = 0; request < 100; ++request)
    EXPECT_FALSE(table_.wait(id(request), asking, Instant{}, [] { return false; }));
  EXPECT_EQ(table_.size(), 0u);
  asking.respond({.status = 503});
  EXPECT_EQ(statuses(), std::vector<int>{503});
}

TEST_F(ResponderTableTest, WhatIsNeverAnsweredIsForgotten) {
  const auto taken = [] {
    return true;
  };
  wait(1, Instant{}, taken);
  wait(2, Instant{} + ResponderTable::kMaxAge, taken);
  EXPECT_EQ(table_.size(), 2u);
  wait(3, Instant{} + ResponderTable::kMaxAge + std::chrono::seconds(1), taken);
  EXPECT_EQ(table_.size(), 2u);
}

}  // namespace
}  // namespace parley::server
