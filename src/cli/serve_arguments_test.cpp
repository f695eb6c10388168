#include <gtest/gtest.h>

#include "cli/serve.hpp"

namespace parley::cli {
namespace {

using Arguments = std::vector<std::string>;

TEST(ServeArguments, EachFlagSetsItsKey) {
  const auto request = read_serve_arguments(
      Arguments{"--data-dir", "/tmp/x y", "--https=127.0.0.1:0", "--media-port", "0", "--shards",
                "1", "--drain-seconds", "0", "--set", "retention.call_days=3", "--set",
                "log.level=error", "--set", "web_root=\"x\""});
  ASSERT_TRUE(request.ok()) << request.error();
  const auto configuration = server::read_configuration(request->sources);
  ASSERT_TRUE(configuration.ok()) << configuration.error();
  EXPECT_EQ(configuration->data, "/tmp/x y");
  EXPECT_EQ(configuration->listen_https, std::vector<std::string>{"127.0.0.1:0"});
  EXPECT_EQ(configuration->media_bind, (Arguments{"127.0.0.1:0", "[::1]:0"}));
  EXPECT_EQ(configuration->shards, 1u);
  EXPECT_EQ(configuration->drain_seconds, 0u);
  EXPECT_EQ(configuration->retention_call_days, 3u);
  EXPECT_EQ(configuration->log_level, "error");
  EXPECT_EQ(configuration->web_root, "x");
  EXPECT_TRUE(configuration->demo);
}

TEST(ServeArguments, WhatIsWrongIsNamed) {
  const auto error = [](const Arguments& arguments) {
    const auto request = read_serve_arguments(arguments);
    return request ? "" : request.error();
  };
  EXPECT_EQ(error({"--colour", "red"}), "parley serve knows no --colour; see parley serve --help");
  EXPECT_EQ(error({"--https"}), "--https wants a value; see parley serve --help");
  EXPECT_EQ(error({"--config", "/no/such.toml"}), "--config: cannot read /no/such.toml");
  EXPECT_NE(error({"--set", "shards"}).find("KEY=VALUE"), std::string::npos);
}

TEST(ServeArguments, AMistypedKeyIsTheCommandLines) {
  const auto request = read_serve_arguments(Arguments{"--set", "shard=2"});
  ASSERT_TRUE(request.ok());
  const auto configuration = server::read_configuration(request->sources);
  ASSERT_FALSE(configuration.ok());
  EXPECT_EQ(configuration.error(),
            "the command line (line 1): unknown key shard; did you mean shards?");
}

}  // namespace
}  // namespace parley::cli
