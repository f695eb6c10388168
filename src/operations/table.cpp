#include "operations/table.hpp"

#include "base/text.hpp"
#include "model/names.hpp"
#include "operations/api_error.hpp"
#include "operations/handlers.hpp"
#include "operations/path_segments.hpp"

namespace parley::operations {
namespace {

using enum Method;
using identity::Role;

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
    {"listOperations", get, "calls/{}/operations", true, true, true, kNoRole, list_operations,
     true},
    {"getOperation", get, "calls/{}/operations/{}", true, true, true, kNoRole, get_operation},
};

/// Documented by Graph (api-contract §2), not by us yet: 501 names them, so that a bot's author
/// knows it is not a typo.
struct NotYet {
  Method method;
  std::string_view path;
  bool v1_0;
  bool beta;
  bool app_2019;
};
constexpr NotYet kNotYet[] = {
    {post, "calls", true, true, true},
    {post, "calls/{}/redirect", true, true, true},
    {post, "calls/{}/transfer", true, true, true},
    {post, "calls/{}/updateMetadata", false, false, true},
    {post, "calls/{}/changeScreenSharingRole", true, true, true},
    {post, "calls/{}/sendDtmfTones", true, true, false},
    {post, "calls/{}/updateRecordingStatus", true, true, false},
    {post, "calls/{}/addLargeGalleryView", true, true, false},
    {post, "calls/{}/startRecording", false, true, false},
    {post, "calls/{}/stopRecording", false, true, false},
    {post, "calls/{}/startTranscription", false, true, false},
    {post, "calls/{}/stopTranscription", false, true, false},
    {post, "calls/{}/raiseHand", false, true, false},
    {post, "calls/{}/lowerHand", false, true, false},
    {post, "calls/{}/joinContentSharingAudioGroup", false, true, false},
    {post, "calls/{}/leaveContentSharingAudioGroup", false, true, false},
    {get, "calls/{}/participants", true, true, true},
    {get, "calls/{}/participants/{}", true, true, true},
    {delete_, "calls/{}/participants/{}", true, true, false},
    {post, "calls/{}/participants/invite", true, true, true},
    {post, "calls/{}/participants/muteAll", false, true, true},
    {post, "calls/{}/participants/configureMixer", false, true, true},
    {post, "calls/{}/participants/admitAllFromLobby", false, true, false},
    {post, "calls/{}/participants/lowerAllHands", false, true, false},
    {post, "calls/{}/participants/{}/mute", true, true, true},
    {post, "calls/{}/participants/{}/startHoldMusic", true, true, false},
    {post, "calls/{}/participants/{}/stopHoldMusic", true, true, false},
    {post, "calls/{}/participants/{}/admitFromLobby", false, true, false},
    {post, "calls/{}/participants/{}/removeFromLobby", false, true, false},
    {post, "calls/{}/participants/{}/lowerHand", false, true, false},
    {post, "calls/{}/participants/{}/reportSyntheticMedia", false, true, false},
    {get, "calls/{}/audioRoutingGroups", true, true, true},
    {post, "calls/{}/audioRoutingGroups", true, true, true},
    {get, "calls/{}/audioRoutingGroups/{}", true, true, true},
    {patch, "calls/{}/audioRoutingGroups/{}", true, true, true},
    {delete_, "calls/{}/audioRoutingGroups/{}", true, true, true},
    {get, "calls/{}/contentSharingSessions", true, true, false},
    {get, "calls/{}/contentSharingSessions/{}", true, true, false},
    {get, "calls/{}/contentSharingSessions/{}/pngOfCurrentSlide", false, true, false},
    {post, "calls/logTeleconferenceDeviceQuality", true, true, false},
    {get, "onlineMeetings", true, true, false},
    {post, "onlineMeetings", false, false, true},
    {get, "onlineMeetings/{}", true, true, true},
    {get, "callRecords", true, true, false},
    {get, "callRecords/{}", true, true, false},
    {get, "presences/{}", true, true, false},
    {post, "getPresencesByUserId", true, true, false},
};

struct Root {
  std::string_view prefix;
  model::Dialect dialect;
};
constexpr Root kRoots[] = {{"/v1.0/communications/", model::Dialect::v1_0},
                           {"/beta/communications/", model::Dialect::beta},
                           {"/beta/app/", model::Dialect::app_2019}};

/// The ids, when the path matches the pattern.
std::optional<std::vector<Uuid>> match(std::string_view pattern,
                                       std::span<const std::string_view> path) {
  constexpr std::string_view kBound = "microsoft.graph.";
  const auto wanted = split_path(pattern);
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
        equal_ignoring_case(segment.substr(0, kBound.size()), kBound))
      segment.remove_prefix(kBound.size());
    if (!equal_ignoring_case(wanted[i], segment)) return std::nullopt;
  }
  return ids;
}

/// The methods of a path that exists, for the header Allow.
class AllowedMethods {
 public:
  void add(Method method) {
    const std::string_view name = method_name(method);
    if (text_.find(name) != std::string::npos) return;
    if (!text_.empty()) text_ += ", ";
    text_ += name;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Result<Route, ApiError> find_under(const Root& root, Method method, std::string_view path) {
  std::string_view rest = path.substr(root.prefix.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto segments = split_path(rest);
  AllowedMethods allowed;
  for (const Row& row : kRows) {
    const auto ids = answers_in(row, root.dialect) ? match(row.path, segments) : std::nullopt;
    if (!ids) continue;
    if (row.method == method) return Route{&row, root.dialect, *ids};
    allowed.add(row.method);
  }
  for (const NotYet& row : kNotYet) {
    if (!answers_in(row, root.dialect) || !match(row.path, segments)) continue;
    if (row.method == method)
      return Failure{not_implemented(std::string(method_name(method)) + " " + std::string(path))};
    allowed.add(row.method);
  }
  if (!allowed.text().empty()) return Failure{method_not_allowed(path, allowed.text())};
  return Failure{unknown_path(path)};
}

}  // namespace

std::span<const Row> table() {
  return kRows;
}

Result<Route, ApiError> find_route(Method method, std::string_view path) {
  for (const Root& root : kRoots)
    if (path.size() >= root.prefix.size() &&
        equal_ignoring_case(path.substr(0, root.prefix.size()), root.prefix))
      return find_under(root, method, path);
  return Failure{unknown_path(path)};
}

}  // namespace parley::operations
