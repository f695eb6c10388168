#include "operations/table.hpp"

#include <algorithm>

#include "model/names.hpp"
#include "operations/api_error.hpp"
#include "operations/handlers.hpp"

namespace parley::operations {
namespace {

using enum Method;
using identity::Role;
using model::equal_without_case;

constexpr std::array kNoRole = std::array<Role, 0>{};
constexpr std::array kAccessMedia{Role::calls_access_media_all};

constexpr Row kRows[] = {
    // name, method, path, v1.0, beta, 2019, roles, handler
    {"getCall", get, "calls/{}", true, true, true, kNoRole, get_call},
    {"deleteCall", delete_, "calls/{}", true, true, true, kNoRole, delete_call},
    {"answer", post, "calls/{}/answer", true, true, true, kNoRole, answer},
    {"reject", post, "calls/{}/reject", true, true, true, kNoRole, reject},
    {"keepAlive", post, "calls/{}/keepAlive", true, true, false, kNoRole, keep_alive},
    {"mute", post, "calls/{}/mute", true, true, true, kNoRole, mute},
    {"unmute", post, "calls/{}/unmute", true, true, true, kNoRole, unmute},
    {"playPrompt", post, "calls/{}/playPrompt", true, true, true, kNoRole, play_prompt},
    {"recordResponse", post, "calls/{}/recordResponse", true, true, false, kAccessMedia,
     record_response},
    {"record", post, "calls/{}/record", false, false, true, kAccessMedia, record_response},
    {"subscribeToTone", post, "calls/{}/subscribeToTone", true, true, true, kAccessMedia,
     subscribe_to_tone},
    {"cancelMediaProcessing", post, "calls/{}/cancelMediaProcessing", true, true, true, kNoRole,
     cancel_media_processing},
    {"listOperations", get, "calls/{}/operations", true, true, true, kNoRole, list_operations},
    {"getOperation", get, "calls/{}/operations/{}", true, true, true, kNoRole, get_operation},
};

/// Documented by Graph, not by us yet: 501 names them, so that a bot's author knows it is not a
/// typo.
constexpr std::string_view kNotYet[] = {"calls",
                                        "calls/{}/redirect",
                                        "calls/{}/transfer",
                                        "calls/{}/updateMetadata",
                                        "calls/{}/changeScreenSharingRole",
                                        "calls/{}/sendDtmfTones",
                                        "calls/{}/updateRecordingStatus",
                                        "calls/{}/addLargeGalleryView",
                                        "calls/{}/startRecording",
                                        "calls/{}/stopRecording",
                                        "calls/{}/startTranscription",
                                        "calls/{}/stopTranscription",
                                        "calls/{}/participants",
                                        "calls/{}/participants/{}",
                                        "calls/{}/participants/invite",
                                        "calls/{}/participants/muteAll",
                                        "calls/{}/participants/configureMixer",
                                        "calls/{}/participants/{}/mute",
                                        "calls/{}/participants/{}/startHoldMusic",
                                        "calls/{}/participants/{}/stopHoldMusic",
                                        "calls/{}/audioRoutingGroups",
                                        "calls/{}/audioRoutingGroups/{}",
                                        "calls/{}/contentSharingSessions",
                                        "calls/{}/contentSharingSessions/{}",
                                        "calls/logTeleconferenceDeviceQuality",
                                        "onlineMeetings",
                                        "onlineMeetings/{}",
                                        "callRecords",
                                        "callRecords/{}",
                                        "presences/{}",
                                        "getPresencesByUserId"};

struct Root {
  std::string_view prefix;
  model::Dialect dialect;
};
constexpr Root kRoots[] = {{"/v1.0/communications/", model::Dialect::v1_0},
                           {"/beta/communications/", model::Dialect::beta},
                           {"/beta/app/", model::Dialect::app_2019}};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

/// The ids, when the path matches the pattern.
std::optional<std::vector<Uuid>> match(std::string_view pattern,
                                       std::span<const std::string_view> path) {
  constexpr std::string_view kBound = "microsoft.graph.";
  const auto wanted = split(pattern);
  if (wanted.size() != path.size()) return std::nullopt;
  std::vector<Uuid> ids;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i] == "{}") {
      const auto id = Uuid::parse(path[i]);
      // Whatever is no id names nothing that exists; the nil id is never given out.
      ids.push_back(id.value_or(Uuid{}));
      continue;
    }
    std::string_view segment = path[i];
    const bool is_action = i > 0 && i + 1 == path.size();
    if (is_action && segment.size() > kBound.size() &&
        equal_without_case(segment.substr(0, kBound.size()), kBound))
      segment.remove_prefix(kBound.size());
    if (!equal_without_case(wanted[i], segment)) return std::nullopt;
  }
  return ids;
}

bool has(const Row& row, model::Dialect dialect) {
  switch (dialect) {
    case model::Dialect::v1_0:
      return row.v1_0;
    case model::Dialect::beta:
      return row.beta;
    case model::Dialect::app_2019:
      return row.app_2019;
  }
  return false;
}

bool is_not_yet(std::span<const std::string_view> segments) {
  return std::any_of(std::begin(kNotYet), std::end(kNotYet), [&](std::string_view pattern) {
    return match(pattern, segments).has_value();
  });
}

Result<Route, ApiError> find_under(const Root& root, Method method, std::string_view path) {
  std::string_view rest = path.substr(root.prefix.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto segments = split(rest);
  std::string allowed;
  for (const Row& row : kRows) {
    const auto ids = has(row, root.dialect) ? match(row.path, segments) : std::nullopt;
    if (!ids) continue;
    if (row.method == method) return Route{&row, root.dialect, *ids};
    if (!allowed.empty()) allowed += ", ";
    allowed += method_name(row.method);
  }
  if (!allowed.empty()) return Failure{method_not_allowed(path, allowed)};
  if (is_not_yet(segments))
    return Failure{not_implemented(std::string(method_name(method)) + " " + std::string(path))};
  return Failure{unknown_path(path)};
}

}  // namespace

std::span<const Row> table() {
  return kRows;
}

Result<Route, ApiError> find_route(Method method, std::string_view path) {
  for (const Root& root : kRoots)
    if (path.size() >= root.prefix.size() &&
        equal_without_case(path.substr(0, root.prefix.size()), root.prefix))
      return find_under(root, method, path);
  return Failure{unknown_path(path)};
}

}  // namespace parley::operations
