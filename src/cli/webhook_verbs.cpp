#include <functional>
#include <ostream>
#include <set>

#include "cli/table_text.hpp"
#include "cli/verbs.hpp"

namespace parley::cli {
namespace {

const std::string kPath = "/parley/notifications";

/// The most that the server lists at once.
constexpr std::size_t kPage = 1000;

ApiResult list(ApiClient& api, std::size_t limit, std::size_t skip = 0) {
  return api.get(kPath + "?limit=" + std::to_string(limit) + "&skip=" + std::to_string(skip));
}

using Settle = std::function<ApiResult(const std::string& id)>;

/// What cannot be replayed (409) stays, what somebody else settled meanwhile (404) is no matter;
/// every other failure ends it.
VerbResult settle_all(ApiClient& api, std::ostream& out, const Settle& settle) {
  std::size_t settled = 0;
  std::size_t refused = 0;
  std::set<std::string> seen;  // a lane that is full sets a replayed one aside again, at once
  for (bool more = true; more;) {
    const auto page = list(api, kPage, refused);
    if (!page) return Failure{page.error()};
    const auto& rows = page->at("value").as_array();
    more = rows.size() == kPage;
    for (const model::Json& row : rows) {
      const std::string id = text_at(row, "/id");
      if (!seen.insert(id).second) {
        ++refused;
        continue;
      }
      const ApiResult one = settle(id);
      if (one) {
        ++settled;
      } else if (one.error().status == 409) {
        out << one.error().text << '\n';
        ++refused;
      } else if (one.error().status != 404) {
        return Failure{one.error()};
      }
    }
  }
  out << settled << (settled == 1 ? " notification" : " notifications");
  if (refused > 0) out << ", " << refused << " refused";
  out << '\n';
  return {};
}

VerbResult settle(ApiClient& api, std::ostream& out, const std::vector<std::string>& named,
                  const Settle& settle) {
  if (named.empty()) return settle_all(api, out, settle);
  for (const std::string& id : named)
    if (const ApiResult one = settle(id); !one) return Failure{one.error()};
  return {};
}

}  // namespace

VerbResult run(ApiClient& api, std::ostream& out, const WebhookList& arguments) {
  const auto found = list(api, static_cast<std::size_t>(arguments.limit));
  if (!found) return Failure{found.error()};
  TableText table({"ID", "CALL", "#", "WHAT", "ATTEMPTS", "SET ASIDE", "URL", "LAST ERROR"});
  for (const model::Json& row : found->at("value").as_array())
    table.add({text_at(row, "/id"), text_at(row, "/callId"), text_at(row, "/sequence"),
               text_at(row, "/what"), text_at(row, "/attempts"), text_at(row, "/settled"),
               text_at(row, "/url"), text_at(row, "/lastError")});
  table.print(out);
  return {};
}

VerbResult run(ApiClient& api, std::ostream& out, const WebhookReplay& arguments) {
  return settle(api, out, arguments.notifications, [&](const std::string& id) {
    return api.post(kPath + "/" + url_encoded(id) + "/replay", boost::json::object());
  });
}

VerbResult run(ApiClient& api, std::ostream& out, const WebhookDiscard& arguments) {
  return settle(api, out, arguments.notifications,
                [&](const std::string& id) { return api.remove(kPath + "/" + url_encoded(id)); });
}

}  // namespace parley::cli
