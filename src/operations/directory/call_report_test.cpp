#include "operations/directory/call_report.hpp"

#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

TEST(CallReport, TellsTheRowsAndNoPayload) {
  model::CallRecord call;
  call.source_display_name = "Alice";
  call.state = model::CallState::terminated;
  call.created = UtcTime(std::chrono::seconds(10));
  call.code = 200;
  call.subcode = 4521;
  model::OperationRecord operation;
  operation.kind = model::OperationKind::record;
  operation.completion_reason = model::RecordCompletionReason::stop_tone_detected;
  const model::OperationRecord operations[] = {operation};
  model::NotificationRecord notification;
  notification.sequence = 3;
  notification.payload = "for the bot alone";
  notification.status = model::NotificationStatus::set_aside;
  const model::NotificationRecord notifications[] = {notification};
  const model::TimelineRecord timeline[] = {{{}, UtcTime{}, R"({"what":"established"})"},
                                            {{}, UtcTime{}, "plain"}};
  const Reply reply = call_report_reply({.call = call,
                                         .operations = operations,
                                         .notifications = notifications,
                                         .timeline = timeline});
  EXPECT_EQ(text_at(reply, "/call/source"), "Alice");
  EXPECT_EQ(text_at(reply, "/call/state"), "terminated");
  EXPECT_EQ(text_at(reply, "/call/created"), "1970-01-01T00:00:10Z");
  EXPECT_EQ(text_at(reply, "/call/established"), "null");
  EXPECT_EQ(text_at(reply, "/call/subcode"), "4521");
  EXPECT_EQ(text_at(reply, "/operations/0/kind"), "record");
  EXPECT_EQ(text_at(reply, "/operations/0/completionReason"), "stopToneDetected");
  EXPECT_EQ(text_at(reply, "/notifications/0/status"), "set_aside");
  EXPECT_EQ(text_at(reply, "/timeline/0/entry/what"), "established");
  EXPECT_EQ(text_at(reply, "/timeline/1/entry"), "plain");
  EXPECT_EQ(reply.body.find("for the bot alone"), std::string::npos);
}

TEST(CallReport, SaysHowLongCallsAreKept) {
  const ApiError error = call_not_kept(CallId{});
  EXPECT_EQ(error.status, 404);
  EXPECT_NE(error.message.find("retention"), std::string::npos);
}

}  // namespace
}  // namespace parley::operations::directory
