#include "operations/directory/set_aside.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "model/notice.hpp"
#include "operations/directory/call_report.hpp"
#include "operations/http_fields.hpp"

namespace parley::operations::directory {
namespace {

constexpr std::string_view kList = "/parley/notifications";
constexpr std::string_view kReplay = "/replay";

Result<SetAsideRequest, ApiError> read_list(const AdminHttp& http) {
  if (http.method != method_name(Method::get))
    return Failure{method_not_allowed(http.path, method_name(Method::get))};
  const auto parameters = read_query(http.query);
  if (!parameters) return Failure{parameters.error()};
  ListSetAside list;
  for (const auto& [name, value] : *parameters) {
    if (name != "limit" && name != "skip") continue;
    const bool limit = name == "limit";
    const auto number =
        read_number(name, value, limit ? NumberRange{1, ListSetAside::kMaxLimit} : NumberRange{});
    if (!number) return Failure{number.error()};
    (limit ? list.limit : list.skip) = *number;
  }
  return SetAsideRequest{list};
}

Result<SetAsideRequest, ApiError> read_settle(const AdminHttp& http, std::string_view rest) {
  using Act = SettleSetAside::Act;
  const bool replay = rest.ends_with(kReplay);
  if (replay) rest.remove_suffix(kReplay.size());
  const auto id = Uuid::parse(rest);
  if (!id) return Failure{unknown_path(http.path)};
  const Method allowed = replay ? Method::post : Method::delete_;
  if (http.method != method_name(allowed))
    return Failure{method_not_allowed(http.path, method_name(allowed))};
  return SetAsideRequest{SettleSetAside{replay ? Act::replay : Act::discard, NotificationId{*id}}};
}

}  // namespace

std::optional<Result<SetAsideRequest, ApiError>> read_set_aside_request(
    const AdminHttp& http, const identity::Administrator& administrator) {
  if (!http.path.starts_with(kList)) return std::nullopt;
  std::string_view rest = http.path.substr(kList.size());
  if (!rest.empty() && rest.front() != '/') return std::nullopt;
  if (const auto admin = check_administrator(http.authorization, administrator); !admin)
    return Failure{admin.error()};
  if (rest.empty()) return read_list(http);
  return read_settle(http, rest.substr(1));
}

Reply set_aside_reply(std::span<const model::NotificationRecord> rows) {
  boost::json::array list;
  for (const model::NotificationRecord& row : rows) {
    boost::json::object told = notification_report(row);
    told["callId"] = to_text(row.call_id);
    told["appId"] = to_text(row.application_id);
    const auto notice = model::read_notice(row.payload);
    told["what"] = notice ? model::enumerator_name(notice->kind) : "unreadable";
    list.push_back(std::move(told));
  }
  Reply reply;
  reply.body = model::write_json(model::Json(boost::json::object{{"value", std::move(list)}}));
  return reply;
}

ApiError not_set_aside(NotificationId notification) {
  return {404, "ResourceNotFound",
          "No notification " + to_text(notification) +
              " is set aside: it was told, replayed or discarded meanwhile, or its time in the "
              "store is over. parley webhook list shows those that are."};
}

ApiError not_replayable(NotificationId notification, std::string_view why) {
  return {409, "Request_Conflict",
          "Notification " + to_text(notification) + " cannot be replayed: " + std::string(why) +
              ". Discard it."};
}

}  // namespace parley::operations::directory
