// What our types write, with every member set, is what the metadata of each dialect declares.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "model/graph_types.hpp"

namespace parley::model {
namespace {

constexpr WriteOptions kDialects[] = {
    {.dialect = Dialect::v1_0}, {.dialect = Dialect::beta}, {.dialect = Dialect::app_2019}};

std::string_view log_name(Dialect dialect) {
  if (dialect == Dialect::v1_0) return "v1.0";
  return dialect == Dialect::beta ? "beta" : "2019";
}

template <class Id>
Id some_id() {
  return Id{*Uuid::parse("57dab8b1-894c-409a-b240-bd8beae78896")};
}

IdentitySet full_identity() {
  const Identity identity{
      .id = "i", .display_name = "n", .tenant_id = "t", .identity_provider = "None"};
  return {.user = identity,
          .application = identity,
          .application_instance = identity,
          .guest = identity,
          .phone = identity,
          .encrypted = identity,
          .device = identity};
}

ParticipantInfo full_participant_info() {
  return {.id = some_id<ParticipantId>(),
          .identity = full_identity(),
          .endpoint_type = EndpointType::default_,
          .region = "amer",
          .language_id = "en-US",
          .country_code = "US",
          .participant_id = some_id<ParticipantId>()};
}

InvitationParticipantInfo full_invitation() {
  return {.id = some_id<ParticipantId>(),
          .identity = full_identity(),
          .endpoint_type = EndpointType::voicemail,
          .hidden = false,
          .participant_id = some_id<ParticipantId>(),
          .remove_from_default_audio_routing_group = true,
          .replaces_call_id = "/app/calls/1"};
}

void set_call_media(Call& call) {
  call.requested_modalities = {Modality::audio, Modality::video_based_screen_sharing};
  call.active_modalities = {Modality::audio};
  call.media_config = ServiceHostedMediaConfig{
      .remove_from_default_audio_group = true,
      .pre_fetch_media = {MediaInfo{.uri = "https://x/a.wav", .resource_id = "r"}}};
  call.media_state = CallMediaState{.audio = MediaState::active};
  call.tone_info = ToneInfo{.sequence_id = 1, .tone = Tone::flash};
  call.transcription = CallTranscriptionInfo{.state = CallTranscriptionState::not_started,
                                             .last_modified_date_time = UtcTime{}};
}

Call full_call() {
  Call call;
  call.odata_context = "https://h/v1.0/$metadata#app/calls/$entity";
  call.odata_id = "/communications/calls/1";
  call.odata_etag = "W/\"1\"";
  call.id = some_id<CallId>();
  call.state = CallState::established;
  call.direction = CallDirection::incoming;
  call.callback_uri = "https://bot/";
  call.call_chain_id = some_id<CallChainId>();
  call.call_routes = {CallRoute{
      .routing_type = RoutingType::lookup, .original = full_identity(), .final = full_identity()}};
  call.source = full_participant_info();
  call.targets = {full_invitation()};
  call.answered_by = full_participant_info();
  call.chat_info = ChatInfo{.thread_id = "19:x", .message_id = "0", .reply_chain_message_id = "0"};
  call.meeting_info =
      OrganizerMeetingInfo{.allow_conversation_without_host = true, .organizer = full_identity()};
  call.incoming_context = IncomingContext{.source_participant_id = some_id<ParticipantId>(),
                                          .observed_participant_id = some_id<ParticipantId>(),
                                          .on_behalf_of = full_identity(),
                                          .transferor = full_identity()};
  OutgoingCallOptions options;
  options.is_delta_roster_enabled = true;
  call.call_options = options;
  call.my_participant_id = some_id<ParticipantId>();
  call.tenant_id = some_id<TenantId>();
  call.subject = "s";
  call.ringing_timeout_in_seconds = 60;
  call.result_info = ResultInfo{.code = 200, .subcode = 4521, .message = "m"};
  call.termination_reason = "AppInitiated";
  set_call_media(call);
  return call;
}

Participant full_participant() {
  Participant participant;
  participant.id = some_id<ParticipantId>();
  participant.info = full_participant_info();
  participant.media_streams = {MediaStream{.media_type = Modality::audio,
                                           .label = "main-audio",
                                           .source_id = "1",
                                           .direction = MediaDirection::send_receive,
                                           .server_muted = false}};
  participant.metadata = "m";
  participant.removed_state = RemovedState{.reason = "left"};
  participant.roster_sequence_number = 7;
  return participant;
}

std::vector<Operation> full_operations() {
  PlayPromptOperation play;
  play.completion_reason = PlayPromptCompletionReason::media_operation_canceled;
  RecordOperation record;
  record.recording_location = "https://h/r";
  record.recording_access_token = "t";
  record.completion_reason = RecordCompletionReason::max_silence_timeout;
  std::vector<Operation> operations = {CommsOperation{},
                                       play,
                                       record,
                                       SubscribeToToneOperation{},
                                       CancelMediaProcessingOperation{},
                                       MuteParticipantOperation{},
                                       UnmuteParticipantOperation{}};
  for (Operation& operation : operations) {
    CommsOperation& all = common(operation);
    all.id = some_id<OperationId>();
    all.status = OperationStatus::not_started;
    all.created_date_time = UtcTime{};
    all.last_action_date_time = UtcTime{std::chrono::milliseconds(1)};
    all.client_context = "c";
    all.result_info = ResultInfo{.code = 400, .subcode = 8508, .message = "m"};
  }
  return operations;
}

/// Appends exchanges and runs the checker over them.
class ExchangeLog {
 public:
  void notification(Json data, const WriteOptions& options) {
    const auto envelope =
        notify_of(ChangeType::updated, std::string(resource_root(options.dialect)) + "/calls/1",
                  std::move(data));
    append("notification", "", to_json(envelope, options), options.dialect);
  }
  void response(std::string_view operation, const Json& body, Dialect dialect) {
    append("response", operation, body, dialect);
  }
  /// The exit status of tools/check_contract.py; 0: every body is as the metadata says.
  int check() {
    std::ofstream(path_) << lines_;
    return std::system(("tools/check_contract.py '" + path_ + "'").c_str());
  }

 private:
  void append(std::string_view kind, std::string_view operation, const Json& body,
              Dialect dialect) {
    lines_ += write_json({{"kind", kind},
                          {"dialect", log_name(dialect)},
                          {"operation", operation},
                          {"status", 200},
                          {"body", body}}) +
              "\n";
  }

  std::string lines_;
  /// One for each test: they run at once.
  std::string path_ = ::testing::TempDir() +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

bool metadata_is_missing() {
  const char* folder = std::getenv("PARLEY_GRAPH_CONTRACT");
  return !std::filesystem::is_directory(std::string(folder ? folder : "../shared/graph") + "/csdl");
}

/// Skips a test without the metadata; with CI=true nothing may be skipped.
#define REQUIRE_METADATA()                                                                    \
  if (metadata_is_missing()) {                                                                \
    const char* ci = std::getenv("CI");                                                       \
    ASSERT_FALSE(ci&& std::string(ci) == "true") << "no metadata: set PARLEY_GRAPH_CONTRACT"; \
    GTEST_SKIP() << "no metadata: set PARLEY_GRAPH_CONTRACT";                                 \
  }

TEST(WrittenTypes, AreAsTheMetadataSays) {
  REQUIRE_METADATA();
  ExchangeLog log;
  for (WriteOptions options : kDialects) {
    log.notification(to_json(full_call(), options), options);
    log.notification(list_to_json(std::vector{full_participant()}, options), options);
    for (const Operation& operation : full_operations()) {
      log.notification(to_json(operation, options), options);
      log.response("getOperation", to_json(operation, options), options.dialect);
    }
    options.absent = AbsentMembers::null;
    Call nearly_empty;
    nearly_empty.id = some_id<CallId>();
    nearly_empty.callback_uri = "https://bot/";
    nearly_empty.source = ParticipantInfo{};
    nearly_empty.targets = {InvitationParticipantInfo{}};
    log.response("getCall", to_json(nearly_empty, options), options.dialect);
  }
  EXPECT_EQ(log.check(), 0);
}

TEST(WrittenTypes, AreCaughtWhenTheyAreOfAnotherDialect) {
  REQUIRE_METADATA();
  ExchangeLog log;
  log.response("getCall", to_json(full_call(), {.dialect = Dialect::app_2019}), Dialect::v1_0);
  EXPECT_NE(log.check(), 0);
}

}  // namespace
}  // namespace parley::model
