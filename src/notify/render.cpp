#include "notify/render.hpp"

#include "model/graph_view.hpp"
#include "model/notification_types.hpp"

namespace parley::notify {
namespace {

using model::ChangeType;
using model::NoticeKind;

ChangeType change_type(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::incoming_call:
      return ChangeType::created;
    case NoticeKind::call_updated:
    case NoticeKind::tone:
    case NoticeKind::operation_updated:
      return ChangeType::updated;
    case NoticeKind::call_ended:
    case NoticeKind::call_rejected:
    case NoticeKind::operation_ended:
      return ChangeType::deleted;
  }
  return ChangeType::updated;
}

std::string resource_path(const model::Notice& notice) {
  std::string path =
      std::string(model::resource_root(notice.dialect)) + "/calls/" + to_text(notice.call.id);
  if (notice.operation) path += "/operations/" + to_text(notice.operation->id);
  return path;
}

std::optional<model::RecordingLink> recording_link(const model::Notice& notice,
                                                   const identity::TokenContext& context) {
  if (!notice.has_recording || !notice.operation) return std::nullopt;
  model::RecordingRecord recording;
  recording.operation_id = notice.operation->id;
  recording.call_id = notice.call.id;
  recording.tenant_id = notice.call.tenant_id;
  recording.application_id = notice.call.application_id;
  const auto token = identity::issue_recording_token(context, recording);
  if (!token) return std::nullopt;
  return model::RecordingLink{recording_location(context.options.public_url, notice.operation->id),
                              token->text};
}

model::Json resource_data(const model::Notice& notice, const identity::TokenContext& context) {
  const model::WriteOptions options{.dialect = notice.dialect};
  if (notice.operation) {
    model::Operation operation =
        model::to_graph_operation(*notice.operation, recording_link(notice, context));
    model::common(operation).odata_id = resource_path(notice);
    return model::to_json(operation, options);
  }
  model::Call call = notice.kind == NoticeKind::incoming_call ? model::to_graph_call(notice.call)
                                                              : model::to_graph_call_change(notice);
  call.odata_id = resource_path(notice);
  if (notice.kind == NoticeKind::incoming_call) call.media_config.reset();
  return model::to_json(call, options);
}

}  // namespace

std::string recording_location(std::string_view public_url, OperationId operation) {
  return std::string(public_url) + "/recordings/" + to_text(operation);
}

std::optional<WebhookRequest> render(const Entry& entry, const identity::TokenContext& context,
                                     identity::WebhookTokens& tokens) {
  const model::Notice& notice = entry.notice;
  const auto token = tokens.token_for(context, entry.record.tenant_id, entry.record.application_id);
  if (!token) return std::nullopt;
  const auto envelope = model::notify_of(change_type(notice.kind), resource_path(notice),
                                         resource_data(notice, context));
  WebhookRequest request;
  request.url = entry.redirected_to.empty() ? entry.record.url : entry.redirected_to;
  const std::string chain = to_text(notice.call.chain_id);
  request.headers = {{"Authorization", "Bearer " + *token},
                     {"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"User-Agent", "Parley/1.0 (Calling/1.0)"},
                     {"X-Microsoft-Skype-Chain-ID", chain},
                     {"Scenario-Id", chain},
                     {"X-Microsoft-Skype-Message-ID", to_text(entry.record.id)}};
  if (entry.record.sequence != 0)
    request.headers.emplace_back("X-Parley-Sequence", std::to_string(entry.record.sequence));
  request.body = model::write_json(model::to_json(envelope, {.dialect = notice.dialect}));
  return request;
}

}  // namespace parley::notify
