#include "operations/directory/set_aside.hpp"

#include "model/notice.hpp"
#include "operations/directory/directory_test_support.hpp"

namespace parley::operations::directory {
namespace {

const std::string kId = "3f6b2f0e-5d0a-4b5e-9c36-0a2d6f1c7e11";
const std::string kAdmin = "Bearer " + std::string(DirectoryHost::kToken);

std::optional<Result<SetAsideRequest, ApiError>> read(const std::string& method,
                                                      const std::string& path,
                                                      const std::string& query = "",
                                                      const std::string& authorization = kAdmin) {
  const identity::Administrator administrator(DirectoryHost::kToken);
  return read_set_aside_request(
      {.method = method, .path = path, .query = query, .authorization = authorization},
      administrator);
}

int refusal(const std::string& method, const std::string& path, const std::string& query = "",
            const std::string& authorization = kAdmin) {
  const auto asked = read(method, path, query, authorization);
  return asked && !*asked ? asked->error().status : 0;
}

TEST(SetAside, ReadsTheThreeRequests) {
  const auto list = read("GET", "/parley/notifications", "limit=5&skip=7");
  ASSERT_TRUE(list && *list);
  EXPECT_EQ(std::get<ListSetAside>(**list).limit, 5u);
  EXPECT_EQ(std::get<ListSetAside>(**list).skip, 7u);
  const auto replay = read("POST", "/parley/notifications/" + kId + "/replay");
  ASSERT_TRUE(replay && *replay);
  EXPECT_EQ(std::get<SettleSetAside>(**replay).act, SettleSetAside::Act::replay);
  EXPECT_EQ(to_text(std::get<SettleSetAside>(**replay).notification), kId);
  const auto discard = read("DELETE", "/parley/notifications/" + kId);
  ASSERT_TRUE(discard && *discard);
  EXPECT_EQ(std::get<SettleSetAside>(**discard).act, SettleSetAside::Act::discard);
}

TEST(SetAside, RefusesOtherMethodsPathsNumbersAndPeople) {
  EXPECT_EQ(refusal("POST", "/parley/notifications"), 405);
  EXPECT_EQ(refusal("GET", "/parley/notifications/" + kId), 405);
  EXPECT_EQ(refusal("DELETE", "/parley/notifications/" + kId + "/replay"), 405);
  EXPECT_EQ(refusal("DELETE", "/parley/notifications/me"), 404);
  EXPECT_EQ(refusal("GET", "/parley/notifications", "limit=0"), 400);
  EXPECT_EQ(refusal("GET", "/parley/notifications", "limit=1001"), 400);
  EXPECT_EQ(refusal("GET", "/parley/notifications", "skip=x"), 400);
  EXPECT_EQ(refusal("GET", "/parley/notifications", "", "Bearer nobody"), 401);
  EXPECT_EQ(refusal("GET", "/parley/notifications/x", "", ""), 401) << "before what there is";
  EXPECT_FALSE(read("GET", "/parley/notificationsandmore"));
  EXPECT_FALSE(read("GET", "/parley/calls/" + kId));
}

TEST(SetAside, TellsEachWithoutItsPayload) {
  model::Notice notice;
  notice.kind = model::NoticeKind::call_ended;
  notice.call.source_display_name = "for the bot alone";
  model::NotificationRecord row;
  row.id = NotificationId{*Uuid::parse(kId)};
  row.sequence = 4;
  row.last_error = "500";
  row.payload = model::write_notice(notice);
  model::NotificationRecord broken;
  broken.payload = "?";
  const model::NotificationRecord rows[] = {row, broken};
  const Reply reply = set_aside_reply(rows);
  EXPECT_EQ(text_at(reply, "/value/0/id"), kId);
  EXPECT_EQ(text_at(reply, "/value/0/what"), "call_ended");
  EXPECT_EQ(text_at(reply, "/value/0/lastError"), "500");
  EXPECT_EQ(text_at(reply, "/value/1/what"), "unreadable");
  EXPECT_EQ(reply.body.find("for the bot alone"), std::string::npos);
}

}  // namespace
}  // namespace parley::operations::directory
