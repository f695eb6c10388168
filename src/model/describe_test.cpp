#include "model/describe.hpp"

#include <gtest/gtest.h>

#include "model/graph_types.hpp"

namespace parley::model {
namespace {

Json json(std::string_view text) {
  auto parsed = parse_json(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return *std::move(parsed);
}

template <class T>
std::string refusal(std::string_view text, Dialect dialect = Dialect::v1_0) {
  const auto value = from_json<T>(json(text), dialect);
  return value.ok() ? "accepted" : value.error().message();
}

TEST(Describe, WritesCamelCaseTypesFirstAndLeavesOutTheAbsent) {
  ParticipantInfo info;
  info.identity.user = Identity{.id = "u1", .display_name = "Ann"};
  info.language_id = "en-US";
  EXPECT_EQ(write_json(to_json(info, {})),
            R"({"@odata.type":"#microsoft.graph.participantInfo",)"
            R"("identity":{"@odata.type":"#microsoft.graph.identitySet",)"
            R"("user":{"@odata.type":"#microsoft.graph.identity","id":"u1","displayName":"Ann"}},)"
            R"("languageId":"en-US"})");
}

TEST(Describe, WritesNullForTheAbsentWhereAsked) {
  const WriteOptions answer{.dialect = Dialect::v1_0, .absent = AbsentMembers::null};
  RecordOperation operation;
  operation.status = OperationStatus::running;
  EXPECT_EQ(write_json(to_json(operation, answer)),
            R"({"@odata.type":"#microsoft.graph.recordOperation","id":null,"status":"running",)"
            R"("clientContext":null,"resultInfo":null,"recordingLocation":null,)"
            R"("recordingAccessToken":null})");
  ParticipantInfo info;
  info.identity.user = Identity{.id = "u1"};
  EXPECT_EQ(write_json(to_json(info, answer)),
            R"({"@odata.type":"#microsoft.graph.participantInfo",)"
            R"("identity":{"@odata.type":"#microsoft.graph.identitySet",)"
            R"("user":{"@odata.type":"#microsoft.graph.identity","id":"u1"}},)"
            R"("endpointType":null,"region":null,"languageId":null,"countryCode":null,)"
            R"("participantId":null})");
  ServiceHostedMediaConfig config;
  EXPECT_EQ(write_json(to_json(config, answer)),
            R"({"@odata.type":"#microsoft.graph.serviceHostedMediaConfig","preFetchMedia":[]})");
}

TEST(Describe, ReadsWhatItWroteInEachDialect) {
  Call call;
  call.id = CallId{*Uuid::parse("57DAB8B1894C409AB240BD8BEAE78896")};
  call.state = CallState::transfer_accepted;
  call.media_config = AppHostedMediaConfig{.blob = "{}"};
  call.requested_modalities = {Modality::audio, Modality::video_based_screen_sharing};
  call.result_info = ResultInfo{.code = 200, .subcode = 4521, .message = "peer hung up"};
  call.tone_info = ToneInfo{.sequence_id = 7, .tone = Tone::pound};
  call.meeting_info = TokenMeetingInfo{.token = "t"};
  for (const Dialect dialect : {Dialect::v1_0, Dialect::beta, Dialect::app_2019}) {
    const Json written = to_json(call, {.dialect = dialect});
    const auto read = from_json<Call>(written, dialect);
    ASSERT_TRUE(read.ok()) << read.error().message();
    EXPECT_EQ(to_json(*read, {.dialect = dialect}), written);
    EXPECT_EQ(read->result_info->subcode, 4521);
    EXPECT_EQ(read->tone_info->tone, Tone::pound);
  }
}

TEST(Describe, ReadsNamesAndEnumsInAnyCaseAndIgnoresTheUnknown) {
  const auto call = from_json<Call>(
      json(R"({"State":"Established","ID":"57DAB8B1894C409AB240BD8BEAE78896","x":[1],
               "mediaConfig":{"@odata.type":"microsoft.graph.ApphostedMediaConfig","blob":null}})"),
      Dialect::v1_0);
  ASSERT_TRUE(call.ok()) << call.error().message();
  EXPECT_EQ(call->state, CallState::established);
  EXPECT_EQ(to_text(*call->id), "57dab8b1-894c-409a-b240-bd8beae78896");
  EXPECT_TRUE(std::holds_alternative<AppHostedMediaConfig>(*call->media_config));
}

TEST(Describe, SaysWhatWasFoundWhereAndWhatIsAllowed) {
  EXPECT_EQ(refusal<Call>(R"({"targets":[{"identity":{"user":{"id":5}}}]})"),
            "targets[0].identity.user.id: found the number 5, allowed is a string");
  EXPECT_EQ(refusal<Call>(R"({"direction":"sideways"})"),
            R"(direction: found the string "sideways", allowed is one of incoming, outgoing)");
  EXPECT_EQ(refusal<Call>(R"({"id":"x"})"), R"(id: found the string "x", allowed is a UUID)");
  EXPECT_EQ(refusal<Call>("[]"), "the body: found an array, allowed is an object");
  EXPECT_EQ(refusal<Call>(R"({"requestedModalities":{}})"),
            "requestedModalities: found an object, allowed is an array");
  EXPECT_EQ(refusal<MediaStream>(R"({"mediaType":"audio"})"),
            "sourceId: found nothing, allowed is a value: the member is required");
  EXPECT_EQ(refusal<MediaInfo>(R"({"uri":null})"), "uri: found null, allowed is a string");
}

TEST(Describe, AsksForTheTypeWhereTheMetadataIsAbstract) {
  EXPECT_EQ(refusal<Call>(R"({"mediaConfig":{"blob":""}})"),
            "mediaConfig.@odata.type: found nothing, allowed is "
            "#microsoft.graph.serviceHostedMediaConfig or #microsoft.graph.appHostedMediaConfig");
  EXPECT_EQ(refusal<MediaPrompt>(R"({"@odata.type":"#microsoft.graph.textPrompt"})"),
            R"(@odata.type: found the string "#microsoft.graph.textPrompt", allowed is )"
            "#microsoft.graph.mediaPrompt");
}

TEST(Describe, RefusesNumbersThatAreNoIntegers) {
  EXPECT_EQ(refusal<ToneInfo>(R"({"sequenceId":1.5,"tone":"a"})"),
            "sequenceId: found the number 1.5, allowed is an integer from -9223372036854775808 to "
            "9223372036854775807");
  EXPECT_EQ(refusal<ResultInfo>(R"({"code":3000000000,"subcode":0})"),
            "code: found the number 3000000000, allowed is an integer from -2147483648 to "
            "2147483647");
  EXPECT_EQ(refusal<ToneInfo>(R"({"sequenceId":"1","tone":"a"})").substr(0, 31),
            "sequenceId: found the string \"1");
}

TEST(Describe, ShortensWhatItShows) {
  const std::string euros = "€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€";
  const std::string message = refusal<ToneInfo>(R"({"sequenceId":")" + euros + R"(","tone":"a"})");
  EXPECT_EQ(message.find(euros), std::string::npos);
  EXPECT_NE(message.find("€…\""), std::string::npos) << message;
}

TEST(Describe, SpeaksOf2019AsIn2019) {
  RecordOperation operation;
  operation.status = OperationStatus::completed;
  operation.created_date_time = UtcTime{std::chrono::seconds(1536249521)};
  operation.recording_location = "https://file";
  operation.recording_access_token = "t";
  operation.completion_reason = RecordCompletionReason::stop_tone_detected;
  operation.result_info = ResultInfo{.code = 200, .subcode = 0};
  EXPECT_EQ(write_json(to_json(operation, {.dialect = Dialect::app_2019})),
            R"({"@odata.type":"#microsoft.graph.recordOperation","status":"completed",)"
            R"("createdDateTime":"2018-09-06T15:58:41Z",)"
            R"("resultInfo":{"@odata.type":"#microsoft.graph.resultInfo","code":"200",)"
            R"("subCode":"0"},"recordResourceLocation":"https://file",)"
            R"("recordResourceAccessToken":"t","completionReason":"stopToneDetected"})");
  const std::string today = write_json(to_json(operation, {.dialect = Dialect::v1_0}));
  EXPECT_EQ(today.find("createdDateTime"), std::string::npos);
  EXPECT_EQ(today.find("completionReason"), std::string::npos);
  EXPECT_NE(write_json(to_json(operation, {.dialect = Dialect::beta})).find("completionReason"),
            std::string::npos);
}

TEST(Describe, NamesEnumerators) {
  EXPECT_EQ(enum_name(CallState::transfer_accepted), "transferAccepted");
  EXPECT_EQ(enum_name(EndpointType::default_), "default");
  EXPECT_EQ(enum_from_name<Tone>("TONE9"), Tone::tone9);
  EXPECT_FALSE(enum_from_name<Tone>("tone10"));
}

TEST(Notifications, PointTwice) {
  Call call;
  call.state = CallState::terminated;
  const auto envelope =
      notify_of(ChangeType::deleted, "/app/calls/1", to_json(call, {.dialect = Dialect::app_2019}));
  EXPECT_EQ(write_json(to_json(envelope, {.dialect = Dialect::app_2019})),
            R"({"@odata.type":"#microsoft.graph.commsNotifications","value":[)"
            R"({"@odata.type":"#microsoft.graph.commsNotification","changeType":"deleted",)"
            R"("resourceUrl":"/app/calls/1","resource":"/app/calls/1",)"
            R"("resourceData":{"@odata.type":"#microsoft.graph.call","state":"terminated"}}]})");
}

TEST(GraphErrors, AreWrittenAsGraphDoes) {
  EXPECT_EQ(write_graph_error({.code = "8522",
                               .message = "Call not found.",
                               .date = UtcTime{std::chrono::milliseconds(1536249521123)},
                               .request_id = "R",
                               .client_request_id = "C"}),
            R"({"error":{"code":"8522","message":"Call not found.","innerError":)"
            R"({"date":"2018-09-06T15:58:41","request-id":"R","client-request-id":"C"}}})");
}

}  // namespace
}  // namespace parley::model
