#include "model/request_types.hpp"

#include <gtest/gtest.h>

namespace parley::model {
namespace {

constexpr std::string_view kPrompt =
    R"({"@odata.type":"#microsoft.graph.mediaPrompt","mediaInfo":{"uri":"https://x/a.wav"}})";

std::string prompts(std::size_t count, std::string_view rest = "") {
  std::string text = R"({"prompts":[)";
  for (std::size_t i = 0; i < count; ++i) text += (i ? "," : "") + std::string(kPrompt);
  return text + "]" + std::string(rest) + "}";
}

template <class T>
std::string refusal(const std::string& text, Dialect dialect = Dialect::v1_0) {
  const auto json = parse_json(text);
  EXPECT_TRUE(json.ok()) << text;
  const auto request = read_request<T>(*json, dialect);
  return request.ok() ? "accepted" : request.error().message();
}

template <class T>
T accepted(const std::string& text, Dialect dialect = Dialect::v1_0) {
  auto request = read_request<T>(*parse_json(text), dialect);
  EXPECT_TRUE(request.ok()) << text;
  return request.ok() ? *request : T{};
}

TEST(Requests, RecordHasGraphsDefaults) {
  const auto request = accepted<RecordResponseRequest>("{}");
  EXPECT_FALSE(request.barge_in_allowed);
  EXPECT_TRUE(request.play_beep);
  EXPECT_EQ(request.initial_silence_timeout_in_seconds, 5);
  EXPECT_EQ(request.max_silence_timeout_in_seconds, 5);
  EXPECT_EQ(request.max_record_duration_in_seconds, 5);
  EXPECT_EQ(accepted<RecordResponseRequest>(R"({"playBeep":null})").play_beep, true);
  EXPECT_EQ(accepted<RejectRequest>("{}").reason, RejectReason::none);
  EXPECT_EQ(accepted<RejectRequest>(R"({"reason":"Busy"})").reason, RejectReason::busy);
}

TEST(Requests, RecordTimesRunFromOneToTwoMinutes) {
  for (const std::string name : {"initialSilenceTimeoutInSeconds", "maxSilenceTimeoutInSeconds",
                                 "maxRecordDurationInSeconds"}) {
    EXPECT_EQ(refusal<RecordResponseRequest>("{\"" + name + "\":120}"), "accepted");
    EXPECT_EQ(refusal<RecordResponseRequest>("{\"" + name + "\":121}"),
              name + ": found the number 121, allowed is 1 to 120");
    EXPECT_EQ(refusal<RecordResponseRequest>("{\"" + name + "\":0}"),
              name + ": found the number 0, allowed is 1 to 120");
  }
}

TEST(Requests, Records2019LongerThanTodayAreTakenAsTwoMinutes) {
  const auto request =
      accepted<RecordResponseRequest>(R"({"maxRecordDurationInSeconds":1800})", Dialect::app_2019);
  EXPECT_EQ(request.max_record_duration_in_seconds, 120);
  EXPECT_EQ(
      refusal<RecordResponseRequest>(R"({"maxRecordDurationInSeconds":0})", Dialect::app_2019),
      "maxRecordDurationInSeconds: found the number 0, allowed is 1 to 120");
}

TEST(Requests, CountPrompts) {
  EXPECT_EQ(refusal<PlayPromptRequest>(prompts(kMaxPrompts)), "accepted");
  EXPECT_EQ(refusal<PlayPromptRequest>(prompts(kMaxPrompts + 1)),
            "prompts: found 21 of them, allowed is 1 to 20 prompts");
  EXPECT_EQ(refusal<PlayPromptRequest>("{}"),
            "prompts: found 0 of them, allowed is 1 to 20 prompts");
  EXPECT_EQ(refusal<RecordResponseRequest>(prompts(2)),
            "prompts: found 2 of them, allowed is 0 to 1 prompts");
  EXPECT_EQ(refusal<RecordResponseRequest>(prompts(2), Dialect::app_2019), "accepted");
}

TEST(Requests, ClientContextHasAtMost256Characters) {
  std::string context;
  for (std::size_t i = 0; i < kMaxClientContext; ++i) context += "€";
  const std::string head = R"({"clientContext":")";
  EXPECT_EQ(refusal<MuteRequest>(head + context + "\"}"), "accepted");
  EXPECT_EQ(refusal<MuteRequest>(head + context + "x\"}"),
            "clientContext: found a string of 257 characters, allowed is a string of at most 256 "
            "characters");
  EXPECT_NE(refusal<SubscribeToToneRequest>(head + context + "x\"}"), "accepted");
  EXPECT_NE(refusal<CancelMediaProcessingRequest>(head + context + "x\"}"), "accepted");
  EXPECT_NE(refusal<RecordResponseRequest>(head + context + "x\"}"), "accepted");
  EXPECT_NE(refusal<PlayPromptRequest>(prompts(1, ",\"clientContext\":\"" + context + "x\"")),
            "accepted");
}

TEST(Requests, StopTonesAreOneToFourKeys) {
  EXPECT_EQ(refusal<RecordResponseRequest>(R"({"stopTones":["#","11","*","12Ad"]})"), "accepted");
  EXPECT_EQ(refusal<RecordResponseRequest>(R"({"stopTones":["#","12345"]})"),
            R"(stopTones[1]: found the string "12345", allowed is 1 to 4 keys of 0-9 * # A-D)");
  EXPECT_NE(refusal<RecordResponseRequest>(R"({"stopTones":[""]})"), "accepted");
  EXPECT_NE(refusal<RecordResponseRequest>(R"({"stopTones":["x"]})"), "accepted");
  std::string many = R"({"stopTones":["1")";
  for (std::size_t i = 1; i < kMaxStopTones; ++i) many += R"(,"1")";
  EXPECT_EQ(refusal<RecordResponseRequest>(many + "]}"), "accepted");
  EXPECT_NE(refusal<RecordResponseRequest>(many + R"(,"1"]})"), "accepted");
}

TEST(Requests, AnswerNeedsModalitiesAndMedia) {
  const std::string media =
      R"("mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig"})";
  EXPECT_EQ(refusal<AnswerRequest>(R"({"acceptedModalities":["audio"],)" + media + "}"),
            "accepted");
  EXPECT_EQ(refusal<AnswerRequest>("{" + media + "}"),
            "acceptedModalities: found 0 of them, allowed is 1 to 10 modalities");
  EXPECT_EQ(refusal<AnswerRequest>(R"({"acceptedModalities":["audio"]})"),
            "mediaConfig: found nothing, allowed is a value: the member is required");
  EXPECT_EQ(refusal<AnswerRequest>(R"({"acceptedModalities":["audio"],"participantCapacity":0,)" +
                                   media + "}"),
            "participantCapacity: found the number 0, allowed is at least 1");
}

TEST(Requests, AnswerCountsModalitiesAndPrefetchedMedia) {
  const auto with = [](std::size_t modalities, std::size_t prompts) {
    std::string body = R"({"acceptedModalities":["audio")";
    for (std::size_t i = 1; i < modalities; ++i) body += R"(,"audio")";
    body += R"(],"mediaConfig":{"@odata.type":"#microsoft.graph.serviceHostedMediaConfig")"
            R"(,"preFetchMedia":[{"uri":"https://h/0.wav"})";
    for (std::size_t i = 1; i < prompts; ++i) body += R"(,{"uri":"https://h/0.wav"})";
    return refusal<AnswerRequest>(body + "]}}");
  };
  EXPECT_EQ(with(kMaxModalities, kMaxPreFetchMedia), "accepted");
  EXPECT_EQ(with(kMaxModalities + 1, 1),
            "acceptedModalities: found 11 of them, allowed is 1 to 10 modalities");
  EXPECT_NE(with(1, kMaxPreFetchMedia + 1).find("found 21 of them"), std::string::npos);
}

TEST(Requests, LoopStandsWhereItsDialectPutsIt) {
  const std::string loop = prompts(1, R"(,"loop":true)");
  EXPECT_TRUE(accepted<PlayPromptRequest>(loop, Dialect::beta).loop);
  EXPECT_FALSE(accepted<PlayPromptRequest>(loop, Dialect::v1_0).loop);
  const std::string times = R"({"prompts":[{"@odata.type":"#microsoft.graph.mediaPrompt",)"
                            R"("mediaInfo":{"uri":"u"},"loop":)";
  EXPECT_EQ(accepted<PlayPromptRequest>(times + "5}]}", Dialect::app_2019).prompts[0].loop, 5);
  EXPECT_EQ(refusal<PlayPromptRequest>(times + "-1}]}", Dialect::app_2019),
            "prompts[0].loop: found the number -1, allowed is 0 (for ever) or how many times");
}

TEST(Requests, NoPromptOfAListThatLoopsHoldsUpTheNextForEver) {
  const auto with = [](int loops) {
    return refusal<PlayPromptRequest>(
        R"({"prompts":[{"@odata.type":"#microsoft.graph.mediaPrompt","mediaInfo":{"uri":"u"},)"
        R"("loop":)" +
            std::to_string(loops) + R"(}],"loop":true})",
        Dialect::beta);
  };
  EXPECT_EQ(with(kMaxLoopsInList), "accepted");
  EXPECT_EQ(
      with(kMaxLoopsInList + 1),
      "prompts[0].loop: found the number 101, allowed is 1 to 100 in a list that loops itself");
  EXPECT_NE(with(0).find("found the number 0"), std::string::npos);
}

}  // namespace
}  // namespace parley::model
