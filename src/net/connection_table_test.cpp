#include "net/connection_table.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::net {
namespace {

class ConnectionTableTest : public ::testing::Test {
 protected:
  ConnectionTable::Place admit(const std::string& address, char name) {
    return table_.admit(*IpAddress::parse(address), [this, name] { closed_ += name; });
  }

  ConnectionTable table_{4, 2};
  std::string closed_;
};

TEST_F(ConnectionTableTest, ASourceLosesItsOwnOldestIdleConnection) {
  auto other = admit("10.0.0.2", 'o');
  auto a = admit("10.0.0.1", 'a');
  auto b = admit("10.0.0.1", 'b');
  a.set_idle(false);
  a.set_idle(true);  // Now younger than b.
  auto c = admit("10.0.0.1", 'c');
  EXPECT_TRUE(c);
  EXPECT_EQ(closed_, "b");
  EXPECT_EQ(table_.size(), 3u);
}

TEST_F(ConnectionTableTest, RefusesWhenNobodyIsIdle) {
  auto a = admit("10.0.0.1", 'a');
  auto b = admit("10.0.0.1", 'b');
  a.set_idle(false);
  b.set_idle(false);
  EXPECT_FALSE(admit("10.0.0.1", 'c'));
  b = {};
  EXPECT_TRUE(admit("10.0.0.1", 'd'));
  EXPECT_EQ(closed_, "");
}

TEST_F(ConnectionTableTest, OneV6NetworkIsOneSourceAndMappedIsV4) {
  auto a = admit("2001:db8::1", 'a');
  auto b = admit("2001:db8::ffff:2", 'b');
  auto c = admit("2001:db8::3", 'c');
  EXPECT_EQ(closed_, "a");
  auto d = admit("2001:db8:0:1::1", 'd');
  EXPECT_EQ(closed_, "a");
  d = {};
  c = {};
  b = {};
  auto e = admit("10.0.0.1", 'e');
  auto f = admit("::ffff:10.0.0.1", 'f');
  auto g = admit("10.0.0.1", 'g');
  EXPECT_EQ(closed_, "ae");
}

TEST_F(ConnectionTableTest, AProxysConnectionCountsForWhomItWorks) {
  std::vector<ConnectionTable::Place> places;
  for (const char name : {'p', 'q', 'r'})
    places.push_back(table_.admit(std::nullopt, [this, name] { closed_ += name; }));
  for (ConnectionTable::Place& place : places) {
    EXPECT_TRUE(place);
    place.set_idle(false);
  }
  const auto client = IpAddress::parse("10.0.0.1");
  EXPECT_TRUE(places[0].set_source(client));
  EXPECT_TRUE(places[1].set_source(client));
  EXPECT_TRUE(places[1].set_source(client));
  EXPECT_FALSE(places[2].set_source(client));
  EXPECT_TRUE(places[2].set_source(IpAddress::parse("10.0.0.2")));
  EXPECT_FALSE(admit("10.0.0.1", 'd'));
  EXPECT_TRUE(places[0].set_source(std::nullopt));
  EXPECT_TRUE(places[2].set_source(client));
  places.clear();
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_TRUE(admit("10.0.0.1", 'e'));
  EXPECT_EQ(closed_, "");
}

TEST_F(ConnectionTableTest, AnIdleOneOfTheSourceMakesRoomForAProxys) {
  auto a = admit("10.0.0.1", 'a');
  auto b = admit("10.0.0.1", 'b');
  auto proxied = table_.admit(std::nullopt, [this] { closed_ += 'p'; });
  proxied.set_idle(false);
  EXPECT_TRUE(proxied.set_source(IpAddress::parse("10.0.0.1")));
  EXPECT_EQ(closed_, "a");
}

TEST_F(ConnectionTableTest, TheTotalTakesTheOldestIdleOfAll) {
  auto a = admit("10.0.0.1", 'a');
  auto b = admit("10.0.0.2", 'b');
  auto c = admit("10.0.0.3", 'c');
  auto d = admit("10.0.0.4", 'd');
  a.set_idle(false);
  auto e = admit("10.0.0.5", 'e');
  EXPECT_EQ(closed_, "b");
  EXPECT_EQ(table_.size(), 4u);
}

TEST_F(ConnectionTableTest, ClosesIdleOnesOrAll) {
  auto a = admit("10.0.0.1", 'a');
  auto b = admit("10.0.0.2", 'b');
  b.set_idle(false);
  table_.close_idle();
  EXPECT_EQ(closed_, "a");
  table_.close_all();
  EXPECT_EQ(closed_, "ab");
  EXPECT_EQ(table_.size(), 0u);
}

}  // namespace
}  // namespace parley::net
