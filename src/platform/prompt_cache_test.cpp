#include "platform/prompt_cache.hpp"

#include <gtest/gtest.h>

namespace parley::platform {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

media::SharedPrompt prompt_of(std::size_t bytes) {
  return std::make_shared<const media::EncodedPrompt>(std::vector<std::uint8_t>(bytes),
                                                      std::vector<media::EncodedTrack>{});
}

/// What else an entry of the tests counts for.
constexpr std::size_t kBeside =
    PromptCache::kEntryBytes + std::string_view("url https://a/tag").size();

/// A cache of two prompts of 40 bytes, and of no third, under a virtual clock.
class PromptCacheTest : public testing::Test {
 protected:
  void want(const std::string& uri, std::optional<std::string> resource_id = {}) {
    cache_.handle_input(now_,
                        PromptWanted{0, JobId{next_job_++}, {}, {uri, std::move(resource_id)}});
  }
  void fetched(int status, std::optional<seconds> max_age = {}, std::string etag = "") {
    cache_.handle_input(now_, PromptFetched{fetch_.job, status, "", "wav", etag, "", max_age});
  }
  /// Reads what was put out: fetches, encodings and answers since the last look.
  void look() {
    fetches_ = 0;
    ready_.clear();
    while (const auto event = cache_.poll_event()) {
      if (const auto* fetch = std::get_if<FetchPrompt>(&*event)) {
        ++fetches_;
        fetch_ = *fetch;
      } else if (const auto* told = std::get_if<ToShard>(&*event)) {
        ready_.push_back(std::get<PromptReady>(told->message));
      }
    }
  }
  bool is_cached(const std::string& uri) {
    want(uri);
    look();
    return fetches_ == 0;
  }
  void load(const std::string& uri, std::size_t bytes, std::optional<seconds> max_age,
            std::optional<std::string> resource_id = {}) {
    want(uri, std::move(resource_id));
    look();
    ASSERT_EQ(fetches_, 1);
    fetched(200, max_age, "tag");
    cache_.handle_input(now_, PromptEncoded{fetch_.job, prompt_of(bytes), ""});
    look();
  }

  PromptCache cache_{hours(1), 2 * kBeside + 100};
  Now now_{Instant(hours(1)), {}};
  std::uint64_t next_job_ = 1;
  FetchPrompt fetch_{};
  int fetches_ = 0;
  std::vector<PromptReady> ready_;
};

TEST_F(PromptCacheTest, FetchesOnceForManyAskers) {
  for (int i = 0; i < 5; ++i) want("https://a/");
  look();
  EXPECT_EQ(fetches_, 1);
  fetched(200);
  cache_.handle_input(now_, PromptEncoded{fetch_.job, prompt_of(10), ""});
  look();
  ASSERT_EQ(ready_.size(), 5u);
  EXPECT_EQ(ready_[0].job, JobId{1});
  EXPECT_EQ(ready_[0].prompt, ready_[4].prompt);
}

TEST_F(PromptCacheTest, AsksAgainWithTheValidatorWhenItIsStale) {
  load("https://a/", 10, seconds(60));
  now_.monotonic += seconds(59);
  EXPECT_TRUE(is_cached("https://a/"));
  now_.monotonic += seconds(1);
  EXPECT_FALSE(is_cached("https://a/"));
  EXPECT_EQ(fetch_.etag, "tag");
  fetched(304, seconds(60));
  look();
  ASSERT_EQ(ready_.size(), 1u);
  EXPECT_TRUE(ready_[0].prompt);
  EXPECT_TRUE(is_cached("https://a/"));
}

TEST_F(PromptCacheTest, StaysStaleWhenTheServerFails) {
  load("https://a/", 10, {}, "greeting");
  now_.monotonic += hours(1);
  want("https://a/", "greeting");
  look();
  ASSERT_EQ(fetches_, 1);
  fetched(500);
  look();
  ASSERT_EQ(ready_.size(), 1u);
  EXPECT_FALSE(ready_[0].prompt);
  EXPECT_EQ(ready_[0].error, "The prompt could not be fetched: the server answered 500");
  want("https://a/", "greeting");
  look();
  EXPECT_EQ(fetches_, 1) << "a failure does not make it fresh";
}

TEST_F(PromptCacheTest, ReusesAResourceIdWithoutAsking) {
  load("https://a/", 10, seconds(0), "greeting");
  now_.monotonic += minutes(59);
  want("https://elsewhere/", "greeting");
  look();
  EXPECT_EQ(fetches_, 0);
  EXPECT_EQ(ready_.size(), 1u);
  EXPECT_FALSE(is_cached("https://a/")) << "the URL alone is another prompt";
}

TEST_F(PromptCacheTest, ForgetsTheLeastRecentlyUsedBeyondItsSize) {
  load("https://a/", 40, minutes(10));
  load("https://b/", 40, minutes(10));
  EXPECT_TRUE(is_cached("https://a/"));
  load("https://c/", 40, minutes(10));
  EXPECT_TRUE(is_cached("https://a/"));
  EXPECT_TRUE(is_cached("https://c/"));
  EXPECT_FALSE(is_cached("https://b/"));
}

/// Prompts of one sample under long names would be millions.
TEST_F(PromptCacheTest, CountsWhatAnEntryTakesBesideItsSound) {
  const std::string url = "https://a/" + std::string(200, 'x');
  load("https://b/", 1, minutes(10));
  load(url, 1, minutes(10));
  EXPECT_TRUE(is_cached(url));
  EXPECT_FALSE(is_cached("https://b/"));
}

TEST_F(PromptCacheTest, KeepsNoEndlessValidator) {
  for (const std::size_t size : {PromptCache::kMaxValidator, PromptCache::kMaxValidator + 1}) {
    const std::string url = "https://a/" + std::to_string(size);
    want(url);
    look();
    fetched(200, seconds(0), std::string(size, 'e'));
    cache_.handle_input(now_, PromptEncoded{fetch_.job, prompt_of(1), ""});
    look();
    want(url);
    look();
    EXPECT_EQ(fetch_.etag.size(), size > PromptCache::kMaxValidator ? 0 : size);
  }
}

}  // namespace
}  // namespace parley::platform
