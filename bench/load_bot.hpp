#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "bench/server_process.hpp"
#include "model/json.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "server/loop_thread.hpp"

namespace parley::bench {

/// One notification of a call.
struct Notification {
  std::string call;    ///< its id
  std::string change;  ///< created, updated or deleted
  model::Json data;    ///< the resource
  Instant at{};        ///< when the POST was read

  std::string text(std::string_view pointer) const;
  /// Of an operation, `completed` or `failed`; else empty.
  std::string status() const { return text("/status"); }
  std::string state() const { return text("/state"); }
};

/// A bot as its developer would host it: webhooks and prompts by https on a thread of its own, a
/// token, kept-alive TLS to the API. What it does with a notification is the benchmark's.
class LoadBot {
 public:
  /// On the bot's thread.
  using OnNotification = std::function<void(LoadBot&, const Notification&)>;
  using Done = std::function<void(bool granted)>;

  /// Registers it under `name` and signs it in. @param sounds  WAV files by their names
  static Result<std::unique_ptr<LoadBot>, std::string> start(const ServerProcess& server,
                                                             const std::string& name,
                                                             std::map<std::string, Bytes> sounds,
                                                             OnNotification on_notification);
  ~LoadBot();
  LoadBot(const LoadBot&) = delete;
  LoadBot& operator=(const LoadBot&) = delete;

  net::EventLoop& loop() { return thread_.loop(); }
  /// Nothing is told any more; what lives on the loop may be destroyed.
  void stop() { thread_.stop(); }

  // On the bot's thread.
  void answer(const std::string& call, Done done = {});
  void play(const std::string& call, const std::string& sound, Done done = {});
  /// For that long, whatever is said.
  void record(const std::string& call, std::chrono::seconds length, Done done = {});
  void hang_up(const std::string& call, Done done = {});

  /// From the request's start to its answer's end, in ms; forgets them. While nothing runs.
  std::vector<double> take_api_latencies() { return std::exchange(api_latencies_, {}); }
  /// Requests that were not granted.
  std::size_t refusals() const { return refusals_; }
  std::string last_refusal() const { return last_refusal_; }

 private:
  LoadBot(std::map<std::string, Bytes> sounds, OnNotification on_notification)
      : sounds_(std::move(sounds)), on_notification_(std::move(on_notification)) {}

  Result<void, std::string> listen(const cli::ServerPlace& place);
  Result<void, std::string> sign_in(const cli::ServerPlace& place, const std::string& name);
  void handle(const net::HttpRequest& request, const net::Responder& responder);
  void take(const std::string& body);
  void request(std::string method, const std::string& call, const std::string& action,
               std::string body, Done done);
  std::string media_info(const std::string& sound) const;

  std::map<std::string, Bytes> sounds_;
  OnNotification on_notification_;
  server::LoopThread thread_;
  std::optional<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> http_;
  std::string base_;  ///< of the bot's own URLs
  std::string api_;   ///< `https://…/v1.0/communications/calls/`
  std::string authorization_;
  std::vector<double> api_latencies_;
  std::atomic<std::size_t> refusals_ = 0;
  std::string last_refusal_;
};

}  // namespace parley::bench
