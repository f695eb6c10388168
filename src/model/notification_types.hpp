#pragma once

#include "model/operation_types.hpp"

namespace parley::model {

/// One change, as a bot's webhook hears of it.
struct CommsNotification {
  ChangeType change_type{};
  std::string resource_url{};  ///< path without host, "/communications/calls/{id}…"
  std::optional<std::string>
      resource;  ///< 2019's name of the same; both are sent (api-contract §10)
  std::optional<Json> resource_data{};  ///< a Call, an Operation, or an array of Participant
};
BOOST_DESCRIBE_STRUCT(CommsNotification, (), (change_type, resource_url, resource, resource_data))

/// The envelope that is posted.
struct CommsNotifications {
  std::vector<CommsNotification> value{};
};
BOOST_DESCRIBE_STRUCT(CommsNotifications, (), (value))

/// The envelope around one change, with both pointers.
/// @param resource_path  e.g. "/communications/calls/{id}", with the dialect's root
CommsNotifications notify_of(ChangeType change, std::string resource_path, Json resource_data);

}  // namespace parley::model
