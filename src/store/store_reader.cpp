#include "store/store_reader.hpp"

#include "store/migrations.hpp"
#include "store/row_sql.hpp"

namespace parley::store {
namespace {

/// Selects one table after another from one snapshot and keeps the first error.
class Loader {
 public:
  explicit Loader(SqliteDatabase& database) : database_(database) {
    if (const StoreResult<void> begun = database_.execute("BEGIN"); !begun) error_ = begun.error();
  }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader() {
    if (database_.in_transaction()) static_cast<void>(database_.execute("ROLLBACK").ok());
  }

  template <class Record, class... Parameters>
  void load(std::vector<Record>& into, std::string_view tail, const Parameters&... parameters) {
    if (error_) return;
    StoreResult<std::vector<Record>> found = select_records<Record>(database_, tail, parameters...);
    if (found) {
      into = std::move(found).value();
    } else {
      error_ = found.error();
    }
  }

  template <class T>
  StoreResult<T> result(T value) {
    if (error_) return Failure{*error_};
    return value;
  }

 private:
  SqliteDatabase& database_;
  std::optional<StoreError> error_;
};

template <class Record>
StoreResult<std::optional<Record>> first(StoreResult<std::vector<Record>> found) {
  if (!found) return Failure{found.error()};
  std::optional<Record> record;
  if (!found->empty()) record = std::move(found->front());
  return record;
}

}  // namespace

StoreResult<StoreReader> StoreReader::open(const std::string& path,
                                           std::chrono::milliseconds busy_timeout) {
  StoreResult<SqliteDatabase> database =
      SqliteDatabase::open(path, OpenMode::read_only, busy_timeout);
  if (!database) return Failure{database.error()};
  if (const StoreResult<void> known = check_schema(*database); !known) {
    return Failure{known.error()};
  }
  return StoreReader(std::move(database).value());
}

StoreResult<model::DirectoryRecords> StoreReader::directory() {
  model::DirectoryRecords found;
  Loader loader(database_);
  loader.load(found.tenants, "ORDER BY created, id");
  loader.load(found.applications, "ORDER BY created, application_id");
  loader.load(found.secrets, "ORDER BY starts, key_id");
  loader.load(found.certificates, "ORDER BY starts, key_id");
  loader.load(found.grants, "ORDER BY created, id");
  loader.load(found.users, "ORDER BY created, id");
  loader.load(found.refresh_tokens, "ORDER BY expires");
  loader.load(found.signing_keys, "ORDER BY created, kid");
  return loader.result(std::move(found));
}

StoreResult<model::RecoveryRecords> StoreReader::recovery() {
  model::RecoveryRecords found;
  Loader loader(database_);
  loader.load(found.calls, "WHERE ended IS NULL ORDER BY created, id");
  loader.load(found.operations, "WHERE completed IS NULL ORDER BY created, id");
  // The plus: the table is read once and sorted, not looked up row by row in the index's order.
  loader.load(found.notifications, "WHERE status = 'pending' ORDER BY +call_id, sequence");
  loader.load(found.recordings, "ORDER BY created, operation_id");
  return loader.result(std::move(found));
}

StoreResult<std::optional<CallHistory>> StoreReader::call_history(CallId call) {
  std::vector<model::CallRecord> calls;
  CallHistory history;
  Loader loader(database_);
  loader.load(calls, "WHERE id = ?", call);
  loader.load(history.operations, "WHERE call_id = ? ORDER BY created, id", call);
  loader.load(history.notifications, "WHERE call_id = ? ORDER BY sequence", call);
  loader.load(history.recordings, "WHERE call_id = ? ORDER BY created, operation_id", call);
  loader.load(history.timeline, "WHERE call_id = ? ORDER BY at, rowid", call);
  std::optional<CallHistory> found;
  if (!calls.empty()) {
    history.call = std::move(calls.front());
    found = std::move(history);
  }
  return loader.result(std::move(found));
}

StoreResult<std::optional<model::RecordingRecord>> StoreReader::recording(OperationId operation) {
  return first(
      select_records<model::RecordingRecord>(database_, "WHERE operation_id = ?", operation));
}

StoreResult<std::optional<model::NotificationRecord>> StoreReader::notification(
    NotificationId notification) {
  return first(select_records<model::NotificationRecord>(database_, "WHERE id = ?", notification));
}

StoreResult<std::vector<model::NotificationRecord>> StoreReader::set_aside(std::size_t limit,
                                                                           std::size_t passed) {
  return select_records<model::NotificationRecord>(
      database_, "WHERE status = 'set_aside' ORDER BY settled, call_id, sequence LIMIT ? OFFSET ?",
      limit, passed);
}

StoreResult<std::vector<model::RecordingRecord>> StoreReader::expired_recordings(
    UtcTime now, std::size_t limit, std::size_t passed) {
  return select_records<model::RecordingRecord>(
      database_, "WHERE expires <= ? ORDER BY expires, operation_id LIMIT ? OFFSET ?", now, limit,
      passed);
}

}  // namespace parley::store
