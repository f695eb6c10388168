#pragma once

#include <boost/json/object.hpp>
#include <span>

#include "model/records.hpp"
#include "operations/request.hpp"

namespace parley::operations::directory {

/// What the store kept of one call; each list in the order to be told.
struct CallRows {
  const model::CallRecord& call;
  std::span<const model::OperationRecord> operations{};
  std::span<const model::NotificationRecord> notifications{};
  std::span<const model::RecordingRecord> recordings{};
  std::span<const model::TimelineRecord> timeline{};
};

/// A row of the outbox, without its payload.
boost::json::object notification_report(const model::NotificationRecord& notification);

/// `{call, operations, notifications, recordings, timeline}`, each a row without what only bots may
/// see: no payload of a notification. A timeline entry that is not JSON is told as a text.
Reply call_report_reply(const CallRows& rows);

/// 404 8522: no such call is kept; says how long calls are.
ApiError call_not_kept(CallId call);

}  // namespace parley::operations::directory
