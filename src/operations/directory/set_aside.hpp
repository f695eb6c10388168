#pragma once

#include <optional>
#include <span>

#include "model/records.hpp"
#include "operations/api_error.hpp"
#include "operations/directory/directory_gate.hpp"
#include "operations/request.hpp"

/// What the administrator does with the notifications that no bot took: `parley webhook`.
namespace parley::operations::directory {

/// `GET /parley/notifications?limit=N&skip=M`: those set aside, oldest first.
struct ListSetAside {
  static constexpr std::size_t kDefaultLimit = 100;
  static constexpr std::size_t kMaxLimit = 1'000;

  std::size_t limit = kDefaultLimit;
  std::size_t skip = 0;
};
/// `POST /parley/notifications/{id}/replay` and `DELETE /parley/notifications/{id}`.
struct SettleSetAside {
  enum class Act { replay, discard };

  Act act;
  NotificationId notification;
};
using SetAsideRequest = std::variant<ListSetAside, SettleSetAside>;

/// Nothing where the path is another's. 401, 404, 405 and 400 (a bad number) as everywhere.
std::optional<Result<SetAsideRequest, ApiError>> read_set_aside_request(
    const AdminHttp& http, const identity::Administrator& administrator);

/// `{value: […]}`, each a row without its payload, which only the bot may see.
Reply set_aside_reply(std::span<const model::NotificationRecord> rows);

/// 404: none with that id is set aside.
ApiError not_set_aside(NotificationId notification);
/// 409: a notification that would be of no use to the bot any more.
ApiError not_replayable(NotificationId notification, std::string_view why);

}  // namespace parley::operations::directory
