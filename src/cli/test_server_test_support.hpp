#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/percent.hpp"
#include "cli/api_client.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"
#include "operations/directory/directory_test_support.hpp"

namespace parley::cli {

/// A server on loopback whose directory is `operations/directory`, with its data folder; on a
/// thread of its own.
class TestServer {
 public:
  TestServer() {
    auto listening =
        net::HttpServer::listen(loop_, *SocketAddress::parse("127.0.0.1:0"), nullptr, {},
                                [this](net::HttpRequest&& request, net::Responder responder) {
                                  responder.respond(answer(request));
                                });
    EXPECT_TRUE(listening) << listening.error();
    server_.emplace(std::move(*listening));
    place_.url = "http://" + server_->local().text();
    host_.options.public_url = place_.url;
    place_.data_dir = ::testing::TempDir() + "parley_cli_" + std::to_string(getpid());
    std::filesystem::create_directories(place_.data_dir);
    std::ofstream(place_.admin_token_file())
        << operations::directory::DirectoryHost::kToken << '\n';
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~TestServer() {
    loop_.post([this] { loop_.stop(); });  // a stop before the run would be lost
    thread_.join();
    server_.reset();
    std::filesystem::remove_all(place_.data_dir);
  }

  const ServerPlace& place() const { return place_; }
  /// What `GET /parley/calls/{id}` answers.
  std::string call_report;
  /// What `GET /parley/notifications` answers, and what was asked there: `METHOD rest`.
  std::string set_aside;
  std::vector<std::string> settled;

 private:
  static constexpr std::string_view kNotifications = "/parley/notifications";

  net::HttpResponse settle(const net::HttpRequest& request) {
    settled.push_back(request.method + " " + request.target.substr(kNotifications.size()));
    if (request.method == "GET") return {.status = 200, .body = set_aside};
    if (request.target.find("refused") != std::string::npos)
      return {.status = 409, .body = R"({"error":{"message":"its call is over"}})"};
    return {.status = request.method == "POST" ? 202 : 204};
  }

  net::HttpResponse answer(const net::HttpRequest& request) {
    const std::size_t end = std::min(request.target.find('?'), request.target.size());
    const std::string path = percent_decoded(request.target.substr(0, end)).value_or("");
    if (path.starts_with("/parley/calls/")) return {.status = 200, .body = call_report};
    if (path.starts_with(kNotifications)) return settle(request);
    const std::string query =
        end < request.target.size() ? request.target.substr(end + 1) : std::string();
    const auto reply = host_.handle(
        {.method = request.method,
         .path = path,
         .query = query,
         .authorization = std::string(request.headers.get("Authorization").value_or("")),
         .content_type = request.headers.get("Content-Type").value_or(""),
         .body = request.body});
    return {.status = reply.status, .body = reply.body};
  }

  net::EventLoop loop_;
  operations::directory::DirectoryHost host_;
  std::optional<net::HttpServer> server_;
  ServerPlace place_;
  std::thread thread_;
};

}  // namespace parley::cli
