#include "cli/call_timeline.hpp"

#include <cstdio>

namespace parley::cli {
namespace {

struct Text {
  std::string operator()(const client::Welcomed& welcomed) const {
    return "signed in as " + welcomed.user.user_name;
  }
  std::string operator()(const client::Incoming& incoming) const {
    return "incoming call from " + incoming.from.display_name;
  }
  std::string operator()(const client::Ringing&) const { return "ringing"; }
  std::string operator()(const client::Connecting&) const { return "connecting"; }
  std::string operator()(const client::Answered&) const { return "answered"; }
  std::string operator()(const client::MediaConnected&) const { return "media connected"; }
  std::string operator()(const client::Muted& muted) const {
    return std::string(muted.muted ? "muted" : "unmuted") +
           (muted.by == model::MutedBy::server ? " by the other side" : "");
  }
  std::string operator()(const client::Ended& ended) const {
    std::string text = "ended " + std::to_string(ended.code) + "/" + std::to_string(ended.subcode) +
                       " " + std::string(model::enum_name(ended.reason));
    return ended.message.empty() ? text : text + ": " + ended.message;
  }
  std::string operator()(const client::CallFailed& failed) const {
    const std::string code =
        failed.code ? " (" + std::string(model::enum_name(*failed.code)) + ")" : "";
    return "failed" + code + ": " + failed.text;
  }
  std::string operator()(const client::Refused& refused) const {
    return "refused (" + std::string(model::enum_name(refused.code)) + "): " + refused.text;
  }
  std::string operator()(const client::SocketWanted&) const { return "reconnecting"; }
  std::string operator()(const client::SessionFailed& failed) const {
    return "session failed: " + failed.text;
  }
};

}  // namespace

std::string event_text(const client::UserAgentEvent& event) {
  return std::visit(Text{}, event);
}

std::string timestamp_text(Duration since_start) {
  const double seconds = std::chrono::duration<double>(since_start).count();
  char text[32];
  std::snprintf(text, sizeof text, "%8.3f", seconds);
  return text;
}

}  // namespace parley::cli
