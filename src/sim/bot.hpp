#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/json.hpp"
#include "notify/render.hpp"
#include "sim/scheduler.hpp"

namespace parley::sim {

/// One POST that reached the bot's webhook.
struct Delivery {
  Instant at;
  std::string url;  ///< that it was sent to
  std::string message_id;
  std::string sequence;  ///< empty for tones
  std::string change_type;
  std::string resource;
  model::Json data;  ///< resourceData
  std::string call_id() const;
  /// `resourceData.state`, or "".
  std::string state() const;
};

/// How the webhook answers one delivery. status 0: never.
struct WebhookReply {
  int status = 202;
  Duration delay = std::chrono::milliseconds(5);
  std::string location{};
};

/// A bot: its registration, what its webhook heard, and how it answers.
struct Bot {
  ApplicationId application;
  std::string name;
  std::string callback_uri;
  std::string token;
  std::vector<Delivery> deliveries;
  /// Called for each delivery; answers 202 when it is empty.
  std::function<WebhookReply(const Delivery&)> on_delivery;

  /// The states told so far, e.g. "incoming establishing established".
  std::string states() const;
  /// The id of the newest call it was told of; "" if none.
  std::string last_call() const;
};

/// Reads a webhook's POST.
Delivery read_delivery(const notify::WebhookRequest& request, Instant at);

}  // namespace parley::sim
