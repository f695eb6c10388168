#include "model/client_messages.hpp"

#include <gtest/gtest.h>

namespace parley::model {
namespace {

const char* const kFromClient[] = {
    R"({"type":"hello","protocol":1,"device":"d","token":"t"})",
    R"({"type":"hello","protocol":1,"device":"d","token":"t","resume":"57dab8b1-894c-409a-b240-bd8beae78896","received":7})",
    R"({"type":"invite","id":"1","call":"c1","to":"bob","sdp":"v=0","display":"Ann"})",
    R"({"type":"accept","id":"1","call":"c1","sdp":"v=0"})",
    R"({"type":"decline","id":"1","call":"c1","reason":"busy"})",
    R"({"type":"reoffer","id":"1","call":"c1","sdp":"v=0"})",
    R"({"type":"bye","id":"1","call":"c1"})",
    R"({"type":"mute","id":"1","call":"c1","muted":true})",
    R"({"type":"hold","id":"1","call":"c1","held":false})",
    R"({"type":"contacts","id":"1"})",
    R"({"type":"ping","id":"1"})",
};

const char* const kFromServer[] = {
    R"({"type":"ok","id":"1"})",
    R"({"type":"ok","id":"1","sdp":"v=0"})",
    R"({"type":"ok","id":"1","contacts":[{"id":"u","kind":"application","displayName":"Bot","userName":"b","available":true}]})",
    R"({"type":"error","id":"1","code":"tooManyCalls","message":"m"})",
    // One text, though the others look like one each.
    (R"({"type":"welcome","protocol":1,"session":"57dab8b1-894c-409a-b240-bd8beae78896",)"
     R"("user":{"id":"57dab8b1-894c-409a-b240-bd8beae78896","displayName":"Ann","userName":"ann"},)"
     R"("iceServers":[{"urls":["stun:h"],"username":"u","credential":"c"}],"resumeSeconds":30})"),
    R"({"type":"incoming","call":"c","from":{"id":"u","kind":"user","displayName":"Ann"}})",
    R"({"type":"progress","call":"c","state":"ringing"})",
    R"({"type":"answered","call":"c","seq":3})",
    R"({"type":"ended","call":"c","code":200,"subcode":4521,"reason":"noAnswer","message":"m"})",
    R"({"type":"muted","call":"c","muted":true,"by":"server"})",
};

MessageError refusal(const std::string& text) {
  const auto message = parse_client_message(text);
  EXPECT_FALSE(message.ok()) << text;
  return message.ok() ? MessageError{} : message.error();
}

TEST(ClientMessages, WriteWhatTheyRead) {
  for (const char* text : kFromClient) {
    const auto message = parse_client_message(text);
    ASSERT_TRUE(message.ok()) << text << ": " << message.error().message();
    EXPECT_EQ(write(*message), text);
  }
  for (const char* text : kFromServer) {
    const auto message = parse_server_message(text);
    ASSERT_TRUE(message.ok()) << text << ": " << message.error().message();
    EXPECT_EQ(write(*message), text);
  }
}

TEST(ClientMessages, AreReadIntoTheirStruct) {
  const auto message = parse_client_message(R"({"id":"7","x":{},"type":"decline","call":"c9"})");
  ASSERT_TRUE(message.ok());
  const auto* decline = std::get_if<DeclineMessage>(&*message);
  ASSERT_TRUE(decline);
  EXPECT_EQ(decline->call, "c9");
  EXPECT_EQ(decline->reason, DeclineReason::declined);
}

TEST(ClientMessages, KeepTheIdOfARefusedRequest) {
  const auto error = refusal(R"({"type":"bye","id":"7"})");
  EXPECT_EQ(error.message(), "call: found nothing, allowed is a value: the member is required");
  EXPECT_EQ(error.id, "7");
  EXPECT_EQ(refusal(R"({"type":"fly","id":"8"})").id, "8");
  EXPECT_EQ(
      refusal(R"({"type":"fly"})").message(),
      R"(type: found the string "fly", allowed is one of hello invite accept decline reoffer )"
      "bye mute hold contacts ping");
  EXPECT_EQ(refusal(R"({"id":"8"})").path, ".type");
  EXPECT_EQ(refusal(R"({"type":"ok","id":"8"})").path, ".type");
}

TEST(ClientMessages, AreJsonObjects) {
  EXPECT_FALSE(refusal("").id);
  EXPECT_EQ(refusal("[]").message(), "the body: found an array, allowed is a JSON object");
  EXPECT_EQ(refusal(R"({"id":"1","id":"1"})").found, "the member \"id\" occurs twice at byte 18");
}

TEST(ClientMessages, HaveLimits) {
  const std::string longest(kMaxRequestId, 'i');
  EXPECT_TRUE(parse_client_message(R"({"type":"ping","id":")" + longest + "\"}").ok());
  const auto error = refusal(R"({"type":"ping","id":")" + longest + "i\"}");
  EXPECT_EQ(error.message(),
            "id: found a string of 65 characters, allowed is a string of 1 to 64 characters");
  EXPECT_FALSE(error.id);
  EXPECT_EQ(refusal(R"({"type":"ping","id":""})").path, ".id");
  EXPECT_EQ(refusal(R"({"type":"ping","Id":""})").path, ".id");  // no way around by another case

  const std::string call = R"({"type":"bye","id":"1","call":")";
  EXPECT_TRUE(parse_client_message(call + std::string(kMaxClientCallId, 'c') + "\"}").ok());
  EXPECT_EQ(refusal(call + std::string(kMaxClientCallId + 1, 'c') + "\"}").path, ".call");

  const std::string device = R"({"type":"hello","protocol":1,"token":"t","device":")";
  EXPECT_TRUE(parse_client_message(device + std::string(kMaxClientText, 'd') + "\"}").ok());
  EXPECT_EQ(refusal(device + std::string(kMaxClientText + 1, 'd') + "\"}").path, ".device");

  const std::string head = R"({"type":"accept","id":"1","call":"c","sdp":")";
  const std::string largest = head + std::string(kMaxClientMessage - head.size() - 2, 's') + "\"}";
  EXPECT_TRUE(parse_client_message(largest).ok());
  EXPECT_EQ(refusal(largest + " ").found, "65537 bytes");
}

}  // namespace
}  // namespace parley::model
