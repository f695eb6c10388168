#include "model/notification_types.hpp"

#include "model/codec.hpp"

namespace parley::model {

CommsNotifications notify_of(ChangeType change, std::string resource_path, Json resource_data) {
  CommsNotifications envelope;
  auto& item = envelope.value.emplace_back();
  item.change_type = change;
  item.resource = resource_path;
  item.resource_url = std::move(resource_path);
  item.resource_data.emplace(std::move(resource_data));
  return envelope;
}

PARLEY_GRAPH_TYPE(CommsNotification)
PARLEY_GRAPH_TYPE(CommsNotifications)

}  // namespace parley::model
