#include "notify/attempt_text.hpp"

#include "model/describe.hpp"

namespace parley::notify {
namespace {

using model::NoticeKind;

/// What it told, in a word or two.
std::string told_by(const model::Notice& notice) {
  switch (notice.kind) {
    case NoticeKind::incoming_call:
    case NoticeKind::call_ended:
    case NoticeKind::call_rejected:
      return std::string(model::enum_name(notice.call.state));
    case NoticeKind::call_updated: {
      const std::string state(model::enum_name(notice.call.state));
      return notice.audio ? state + ", audio " + std::string(model::enum_name(*notice.audio))
                          : state;
    }
    case NoticeKind::operation_updated:
    case NoticeKind::operation_ended:
      if (!notice.operation) return "";
      return std::string(model::enum_name(notice.operation->kind)) + " " +
             to_text(notice.operation->id) + " " +
             std::string(model::enum_name(notice.operation->status));
    case NoticeKind::tone:
      return "";
  }
  return "";
}

}  // namespace

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return std::string(url.substr(0, scheme + 3)) + std::string(host);
}

std::string name_of(const Entry& entry) {
  std::string name(model::enum_name(entry.notice.kind));
  if (entry.record.sequence != 0) name = "#" + std::to_string(entry.record.sequence) + " " + name;
  if (const std::string told = told_by(entry.notice); !told.empty()) name += " " + told;
  return name;
}

std::string attempt_text(const Entry& entry, const AttemptResult& result) {
  std::string text = "attempt " + std::to_string(entry.record.attempts);
  const std::string& url = entry.redirected_to.empty() ? entry.record.url : entry.redirected_to;
  if (const std::string origin = origin_of(url); !origin.empty()) text += " to " + origin;
  text += ": " + result_text(result);
  if (const std::string other = origin_of(result.location); !other.empty()) text += ", to " + other;
  return text;
}

std::string result_text(const AttemptResult& result) {
  if (result.status == 0) return result.error;
  return "status " + std::to_string(result.status);
}

}  // namespace parley::notify
