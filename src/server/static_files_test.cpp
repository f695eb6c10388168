#include "server/static_files.hpp"

#include <gtest/gtest.h>

#include "server/server_test_support.hpp"

namespace parley::server {
namespace {

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    scratch_.write("index.html", "<!doctype html>");
    scratch_.write("assets/app-1a2b.js", "let x;");
    scratch_.write("assets/app-1a2b.css", "a{}");
    scratch_.write(".secret", "no");
    files_ = StaticFiles::load(scratch_.path());
  }
  std::string header(const std::string& path, const std::string& name) {
    return std::string(files_.get(path, "").headers.get(name).value_or(""));
  }

  ScratchFolder scratch_;
  StaticFiles files_;
};

TEST_F(StaticFilesTest, ServesWhatTheFolderHeldAndNothingElse) {
  EXPECT_EQ(files_.size(), 3u);
  EXPECT_EQ(files_.get("/", "").body, "<!doctype html>");
  EXPECT_EQ(files_.get("/assets/app-1a2b.js", "").body, "let x;");
  for (const char* path :
       {"/.secret", "/assets", "/assets/", "/../x", "", "index.html", "//index.html"})
    EXPECT_FALSE(files_.has(path)) << path;
}

TEST_F(StaticFilesTest, NamesTypesAndLetsHashedNamesBeKept) {
  EXPECT_EQ(header("/", "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header("/assets/app-1a2b.js", "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header("/", "Cache-Control"), "no-cache");
  EXPECT_EQ(header("/assets/app-1a2b.css", "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, ForbidsWhatThePageDoesNotNeed) {
  const std::string policy = header("/", "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; ")) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(header("/", "X-Content-Type-Options"), "nosniff");
}

TEST_F(StaticFilesTest, AnswersAKnownETagWithoutItsBody) {
  const std::string etag = header("/", "ETag");
  EXPECT_EQ(files_.get("/", etag).status, 304);
  EXPECT_EQ(files_.get("/", etag).body, "");
  EXPECT_EQ(files_.get("/", "\"other\"").status, 200);
  EXPECT_NE(etag, header("/assets/app-1a2b.js", "ETag"));
}

TEST(StaticFiles, AFolderThatIsNotThereGivesNoFiles) {
  EXPECT_EQ(StaticFiles::load("build/no-such-folder").size(), 0u);
}

}  // namespace
}  // namespace parley::server
