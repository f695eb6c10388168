#include "sim/bot.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace parley::sim {
namespace {

std::string text_of(const model::Json& object, std::string_view member) {
  const auto* fields = object.if_object();
  const auto* value = fields ? fields->if_contains(member) : nullptr;
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string header(const notify::WebhookRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

}  // namespace

std::string Delivery::call_id() const {
  constexpr std::string_view kCalls = "/calls/";
  const std::size_t start = resource.find(kCalls);
  return start == std::string::npos ? "" : resource.substr(start + kCalls.size(), 36);
}

std::string Delivery::state() const {
  return text_of(data, "state");
}

std::string Bot::states() const {
  std::string told;
  for (const Delivery& delivery : deliveries) {
    if (delivery.state().empty()) continue;
    if (!told.empty()) told += ' ';
    told += delivery.state();
  }
  return told;
}

std::string Bot::last_call() const {
  return deliveries.empty() ? "" : deliveries.back().call_id();
}

Delivery read_delivery(const notify::WebhookRequest& request, Instant at) {
  Delivery delivery;
  delivery.at = at;
  delivery.url = request.url;
  delivery.message_id = header(request, "X-Microsoft-Skype-Message-ID");
  delivery.sequence = header(request, "X-Parley-Sequence");
  const auto body = model::parse_json(request.body);
  if (!body) return delivery;
  const model::Json& item = body->at("value").at(0);
  delivery.change_type = text_of(item, "changeType");
  delivery.resource = text_of(item, "resourceUrl");
  if (const auto* data = item.as_object().if_contains("resourceData")) delivery.data = *data;
  return delivery;
}

}  // namespace parley::sim
