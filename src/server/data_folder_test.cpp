#include "server/data_folder.hpp"

#include <gtest/gtest.h>

#include "crypto/certificate.hpp"
#include "crypto/system_random.hpp"
#include "net/event_loop.hpp"
#include "net/tls_context.hpp"
#include "server/bootstrap.hpp"
#include "server/file_io.hpp"
#include "server/server_test_support.hpp"

namespace parley::server {
namespace {

class DataFolderTest : public ::testing::Test {
 protected:
  DataFolder open() {
    auto opened = DataFolder::open(scratch_.file("data"), random_);
    EXPECT_TRUE(opened.ok()) << opened.error();
    return std::move(*opened);
  }

  ScratchFolder scratch_;
  crypto::SystemRandom random_;
};

TEST_F(DataFolderTest, IsOurOwnAndKeepsItsToken) {
  const DataFolder folder = open();
  EXPECT_EQ(mode_of(scratch_.file("data")), 0700u);
  EXPECT_EQ(mode_of(folder.file("admin.token")), 0600u);
  EXPECT_TRUE(std::filesystem::is_directory(folder.recordings()));
  EXPECT_EQ(folder.admin_token().size(), 43u);
  EXPECT_EQ(open().admin_token(), folder.admin_token());
}

TEST_F(DataFolderTest, AFolderThatCannotBeMadeIsNamed) {
  scratch_.write("file", "");
  const auto opened = DataFolder::open(scratch_.file("file/data"), random_);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().find("file/data"), std::string::npos) << opened.error();
}

TEST_F(DataFolderTest, MakesACertificateThatTlsTakesUnderAnAuthorityThatStays) {
  const DataFolder folder = open();
  const Now now = net::read_clocks();
  ASSERT_TRUE(folder.make_certificate(now, server_names("https://calls.example.com:8443")).ok());
  EXPECT_TRUE(net::ServerTls::load(folder.certificate(), folder.key()).ok());
  EXPECT_EQ(mode_of(folder.key()), 0600u);
  EXPECT_EQ(mode_of(folder.file("ca.key")), 0600u);
  const auto authority = read_file(folder.authority());
  const auto leaf = read_file(folder.certificate());
  ASSERT_TRUE(folder.make_certificate(now, server_names("")).ok());
  EXPECT_EQ(read_file(folder.authority()), authority);
  EXPECT_NE(read_file(folder.certificate()), leaf);
}

TEST_F(DataFolderTest, ADamagedAuthorityIsNamed) {
  const DataFolder folder = open();
  ASSERT_TRUE(write_file(folder.authority(), "nonsense", kPublicMode).ok());
  ASSERT_TRUE(write_file(folder.file("ca.key"), "nonsense", kPrivateMode).ok());
  const auto made = folder.make_certificate(net::read_clocks(), server_names(""));
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().find("ca.pem"), std::string::npos) << made.error();
}

TEST(ServerNames, HoldTheHostOfThePublicUrlOnce) {
  EXPECT_EQ(server_names("").dns, std::vector<std::string>{"localhost"});
  EXPECT_EQ(server_names("https://a.example:1").dns,
            (std::vector<std::string>{"localhost", "a.example"}));
  EXPECT_EQ(server_names("https://localhost:1").dns.size(), 1u);
  EXPECT_EQ(server_names("https://127.0.0.1:1").addresses.size(), 2u);
  EXPECT_EQ(server_names("https://192.0.2.1:1").addresses.size(), 3u);
}

TEST_F(DataFolderTest, TheFirstStartMakesAKeyAndTheDemoTenantAndTheSecondKeepsThem) {
  const DataFolder folder = open();
  const Now now = net::read_clocks();
  std::string kid;
  {
    const auto first = bootstrap(folder, true, now, random_);
    ASSERT_TRUE(first.ok()) << first.error();
    ASSERT_NE(first->directory->keys().active(now.utc), nullptr);
    kid = first->directory->keys().active(now.utc)->kid;
    ASSERT_EQ(first->demo_user_names.size(), 3u);
    EXPECT_TRUE(first->demo_user_names.front().starts_with("alice@"));
  }
  EXPECT_EQ(mode_of(folder.demo_users()), 0600u);
  const auto passwords = read_file(folder.demo_users());
  const auto second = bootstrap(folder, true, now, random_);
  ASSERT_TRUE(second.ok()) << second.error();
  EXPECT_EQ(second->directory->keys().active(now.utc)->kid, kid);
  EXPECT_EQ(second->directory->tenants().size(), 1u);
  EXPECT_EQ(read_file(folder.demo_users()), passwords);
}

TEST_F(DataFolderTest, WithoutADemoThereIsAKeyAndNobody) {
  const DataFolder folder = open();
  const Now now = net::read_clocks();
  const auto made = bootstrap(folder, false, now, random_);
  ASSERT_TRUE(made.ok()) << made.error();
  EXPECT_NE(made->directory->keys().active(now.utc), nullptr);
  EXPECT_TRUE(made->directory->tenants().empty());
  EXPECT_FALSE(std::filesystem::exists(folder.demo_users()));
}

}  // namespace
}  // namespace parley::server
