#include <ostream>

#include "base/uuid.hpp"
#include "cli/table_text.hpp"
#include "cli/verbs.hpp"

namespace parley::cli {
namespace {

/// `200/4521 text`.
std::string outcome(const model::Json& row) {
  std::string text = text_at(row, "/code") + "/" + text_at(row, "/subcode");
  if (const std::string message = text_at(row, "/message"); !message.empty()) {
    text += " " + message;
  }
  return text;
}

void print_call(std::ostream& out, const model::Json& call) {
  out << "call         " << text_at(call, "/id") << "\nstate        " << text_at(call, "/state")
      << ", " << text_at(call, "/direction") << "\nfrom         " << text_at(call, "/source")
      << "\napplication  " << text_at(call, "/application") << " " << text_at(call, "/appId")
      << "\ntold to      " << text_at(call, "/callbackUri") << "\ncreated      "
      << text_at(call, "/created") << '\n';
  if (const auto at = text_at(call, "/established"); !at.empty()) {
    out << "established  " << at << '\n';
  }
  if (const auto at = text_at(call, "/ended"); !at.empty()) {
    out << "ended        " << at << ", " << outcome(call) << '\n';
  }
}

void print_operations(std::ostream& out, const model::Json& operations) {
  if (operations.as_array().empty()) return;
  TableText table({"OPERATION", "STATUS", "STARTED", "RESULT"});
  for (const model::Json& row : operations.as_array()) {
    const bool over = !text_at(row, "/completed").empty();
    table.add({text_at(row, "/kind"), text_at(row, "/status"), text_at(row, "/created"),
               over ? outcome(row) + " " + text_at(row, "/completionReason") : ""});
  }
  out << '\n';
  table.print(out);
}

void print_notifications(std::ostream& out, const model::Json& notifications) {
  if (notifications.as_array().empty()) return;
  TableText table({"NOTIFICATION", "STATUS", "ATTEMPTS", "CREATED", "LAST ERROR"});
  for (const model::Json& row : notifications.as_array()) {
    table.add({text_at(row, "/sequence"), text_at(row, "/status"), text_at(row, "/attempts"),
               text_at(row, "/created"), text_at(row, "/lastError")});
  }
  out << '\n';
  table.print(out);
}

void print_recordings(std::ostream& out, const model::Json& recordings) {
  if (recordings.as_array().empty()) return;
  TableText table({"RECORDING", "BYTES", "COMPLETE", "EXPIRES"});
  for (const model::Json& row : recordings.as_array()) {
    table.add({text_at(row, "/file"), text_at(row, "/bytes"), text_at(row, "/complete"),
               text_at(row, "/expires")});
  }
  out << '\n';
  table.print(out);
}

/// `what`, then its other members as `name=value`.
std::string entry_text(const model::Json& entry) {
  if (!entry.is_object()) return text_at(entry, "");
  std::string text = text_at(entry, "/what");
  for (const auto& [name, value] : entry.as_object()) {
    const std::string shown = text_at(value, "");
    if (name == "what" || shown.empty()) continue;
    text += name == "detail" ? "  " + shown : "  " + std::string(name) + "=" + shown;
  }
  return text;
}

void print_timeline(std::ostream& out, const model::Json& timeline) {
  if (timeline.as_array().empty()) return;
  out << '\n';
  for (const model::Json& row : timeline.as_array()) {
    out << text_at(row, "/at") << "  " << entry_text(row.at("entry")) << '\n';
  }
}

}  // namespace

VerbResult run(ApiClient& api, std::ostream& out, const CallShow& arguments) {
  const auto id = Uuid::parse(arguments.call);
  if (!id) {
    return Failure{ApiFailure{0, arguments.call + " is not a call id; it looks like "
                                                  "3f6b2f0e-5d0a-4b5e-9c36-0a2d6f1c7e11."}};
  }
  const auto report = api.get("/parley/calls/" + id->text());
  if (!report) return Failure{report.error()};
  print_call(out, report->at("call"));
  print_operations(out, report->at("operations"));
  print_notifications(out, report->at("notifications"));
  print_recordings(out, report->at("recordings"));
  print_timeline(out, report->at("timeline"));
  return {};
}

}  // namespace parley::cli
