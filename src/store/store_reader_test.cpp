#include "store/store_reader.hpp"

#include "store/store_test_support.hpp"

namespace parley::store {
namespace {

class Reading : public ::testing::Test {
 protected:
  template <class Record>
  Record kept(Record record) {
    EXPECT_TRUE(store_.commit(model::RowChanges{model::Row(record)}));
    return record;
  }
  model::NotificationRecord notification(CallId call, std::uint32_t sequence,
                                         model::NotificationStatus status) {
    auto record = maker_.make<model::NotificationRecord>();
    record.call_id = call;
    record.sequence = sequence;
    record.status = status;
    record.settled.reset();
    if (status != model::NotificationStatus::pending) record.settled = at_second(sequence);
    return record;
  }
  model::CallRecord call(std::optional<UtcTime> ended) {
    auto record = maker_.make<model::CallRecord>();
    record.ended = ended;
    return record;
  }

  TemporaryFolder folder_;
  SqliteStore store_ = open_store(folder_.file());
  StoreReader reader_ = open_reader(folder_.file());
  RecordMaker maker_{11};
};

TEST_F(Reading, DirectoryHasEveryTable) {
  const auto tenant = kept(maker_.make<model::TenantRecord>());
  const auto application = kept(maker_.make<model::ApplicationRecord>());
  const auto secret = kept(maker_.make<model::ApplicationSecretRecord>());
  const auto certificate = kept(maker_.make<model::ApplicationCertificateRecord>());
  const auto grant = kept(maker_.make<model::GrantRecord>());
  const auto user = kept(maker_.make<model::UserRecord>());
  const auto token = kept(maker_.make<model::RefreshTokenRecord>());
  const auto key = kept(maker_.make<model::SigningKeyRecord>());
  const auto found = reader_.directory();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->tenants, std::vector{tenant});
  EXPECT_EQ(found->applications, std::vector{application});
  EXPECT_EQ(found->secrets, std::vector{secret});
  EXPECT_EQ(found->certificates, std::vector{certificate});
  EXPECT_EQ(found->grants, std::vector{grant});
  EXPECT_EQ(found->users, std::vector{user});
  EXPECT_EQ(found->refresh_tokens, std::vector{token});
  EXPECT_EQ(found->signing_keys, std::vector{key});
}

TEST_F(Reading, RecoveryHasWhatIsAliveInOrder) {
  using enum model::NotificationStatus;
  const auto alive = kept(call(std::nullopt));
  kept(call(at_second(5)));
  auto running = maker_.make<model::OperationRecord>();
  running.completed.reset();
  kept(running);
  auto done = maker_.make<model::OperationRecord>();
  done.completed = at_second(9);
  kept(done);
  const CallId one{Uuid{{1}}};
  const CallId two{Uuid{{2}}};
  const auto third = kept(notification(two, 10, pending));
  const auto second = kept(notification(two, 9, pending));
  const auto first = kept(notification(one, 11, pending));
  kept(notification(one, 1, taken));
  kept(notification(one, 2, set_aside));
  const auto recording = kept(maker_.make<model::RecordingRecord>());

  const auto found = reader_.recovery();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(found->calls, std::vector{alive});
  EXPECT_EQ(found->operations, std::vector{running});
  EXPECT_EQ(found->notifications, (std::vector{first, second, third}));
  EXPECT_EQ(found->recordings, std::vector{recording});
}

TEST_F(Reading, CallHistoryHasAllOfOneCall) {
  const auto shown = kept(call(at_second(50)));
  kept(call(at_second(50)));
  auto operation = maker_.make<model::OperationRecord>();
  operation.call_id = shown.id;
  kept(operation);
  const auto late = kept(notification(shown.id, 2, model::NotificationStatus::taken));
  const auto early = kept(notification(shown.id, 1, model::NotificationStatus::set_aside));
  auto recording = maker_.make<model::RecordingRecord>();
  recording.call_id = shown.id;
  kept(recording);
  const auto line_b = kept(model::TimelineRecord{shown.id, at_second(2), "b"});
  const auto line_c = kept(model::TimelineRecord{shown.id, at_second(2), "c"});
  const auto line_a = kept(model::TimelineRecord{shown.id, at_second(1), "a"});

  const auto found = reader_.call_history(shown.id);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->call, shown);
  EXPECT_EQ((*found)->operations, std::vector{operation});
  EXPECT_EQ((*found)->notifications, (std::vector{early, late}));
  EXPECT_EQ((*found)->recordings, std::vector{recording});
  EXPECT_EQ((*found)->timeline, (std::vector{line_a, line_b, line_c}));
  EXPECT_EQ(*reader_.call_history(CallId{Uuid{{9}}}), std::nullopt);
}

TEST_F(Reading, SingleRecordsAndLists) {
  const CallId one{Uuid{{1}}};
  const auto older = kept(notification(one, 1, model::NotificationStatus::set_aside));
  const auto newer = kept(notification(one, 2, model::NotificationStatus::set_aside));
  kept(notification(one, 3, model::NotificationStatus::taken));
  EXPECT_EQ(*reader_.set_aside(10), (std::vector{older, newer}));
  EXPECT_EQ(*reader_.set_aside(1), std::vector{older});
  EXPECT_EQ(*reader_.set_aside(1, 1), std::vector{newer});
  EXPECT_EQ(*reader_.notification(older.id), older);
  EXPECT_EQ(*reader_.notification(NotificationId{}), std::nullopt);

  auto recording = maker_.make<model::RecordingRecord>();
  recording.expires = at_second(100);
  kept(recording);
  auto open_ended = maker_.make<model::RecordingRecord>();
  open_ended.expires.reset();
  kept(open_ended);
  EXPECT_EQ(*reader_.recording(recording.operation_id), recording);
  EXPECT_TRUE(reader_.expired_recordings(at_second(99), 10)->empty());
  EXPECT_EQ(*reader_.expired_recordings(at_second(100), 10), std::vector{recording});
}

TEST_F(Reading, CellThatNoRecordCanHoldIsCorruption) {
  kept(model::TimelineRecord{CallId{}, at_second(1), "a"});
  auto database =
      SqliteDatabase::open(folder_.file(), OpenMode::read_write, std::chrono::milliseconds(100));
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute("INSERT INTO tenants VALUES ('not an id', 'd', 'n', 0)"));
  const auto found = reader_.directory();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault, StoreFault::corrupt);
  EXPECT_EQ(found.error().text, "store: a row of tenants has an unusable id");
}

}  // namespace
}  // namespace parley::store
