#pragma once

#include <string>

#include "crypto/system_random.hpp"
#include "net/event_loop.hpp"
#include "net/http_message.hpp"
#include "net/responder.hpp"
#include "platform/api_gateway.hpp"
#include "server/call_report_door.hpp"
#include "server/client_front.hpp"
#include "server/directory_board.hpp"
#include "server/recording_door.hpp"
#include "server/responder_table.hpp"
#include "server/server_state.hpp"
#include "server/set_aside_door.hpp"
#include "server/shared_locator.hpp"
#include "server/static_files.hpp"

namespace parley::server {

/// What a request may meet on its way; all must outlive the front.
struct HttpFrontParts {
  net::EventLoop& loop;
  const DirectoryBoard& directory;
  const SharedLocator& locator;
  const ServerState& state;
  ResponderTable& responders;
  RecordingDoor& recordings;
  CallReportDoor& reports;
  SetAsideDoor& set_aside;
  ClientFront& clients;
  const StaticFiles& page;
  OfferToShard offer;
};

/// Everything behind the HTTPS port and the page's: health, the page and its `/config.json`, client
/// WebSockets, recordings, and the API, whose requests go to a shard when the gateway has checked
/// them. Runs on the loop's thread.
class HttpFront {
 public:
  HttpFront(platform::GatewayOptions gateway, std::vector<std::string> demo_users,
            HttpFrontParts parts)
      : gateway_(std::move(gateway)),
        demo_users_(std::move(demo_users)),
        parts_(std::move(parts)) {}

  void handle(net::HttpRequest&& request, const net::Responder& responder);

 private:
  bool handle_own(const net::HttpRequest& request, std::string_view path,
                  const net::Responder& responder);
  void handle_api(const net::HttpRequest& request, std::string_view path, std::string_view query,
                  const net::Responder& responder);
  void to_shard(platform::ShardIndex shard, RequestId id, platform::ShardInput input,
                const net::Responder& responder);
  net::HttpResponse config() const;
  net::HttpResponse readiness() const;

  platform::GatewayOptions gateway_;
  std::vector<std::string> demo_users_;
  HttpFrontParts parts_;
  crypto::SystemRandom random_;
};

}  // namespace parley::server
