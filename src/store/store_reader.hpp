#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/records.hpp"
#include "store/sqlite_database.hpp"

namespace parley::store {

/// All that is kept of one call, as `parley call show` prints it.
struct CallHistory {
  model::CallRecord call;
  std::vector<model::OperationRecord> operations;        ///< by start
  std::vector<model::NotificationRecord> notifications;  ///< by sequence
  std::vector<model::RecordingRecord> recordings;
  std::vector<model::TimelineRecord> timeline;  ///< by time, then as written

  friend bool operator==(const CallHistory&, const CallHistory&) = default;
};

/// Reads committed rows on a read-only connection of its own; each thread that reads has one.
class StoreReader {
 public:
  /// The file must exist with this binary's schema, i.e. a SqliteStore has opened it before.
  static StoreResult<StoreReader> open(
      const std::string& path, std::chrono::milliseconds busy_timeout = std::chrono::seconds(5));

  /// At start: the whole directory, and what recovery has to deal with.
  StoreResult<model::DirectoryRecords> directory();
  StoreResult<model::RecoveryRecords> recovery();

  StoreResult<std::optional<CallHistory>> call_history(CallId call);
  StoreResult<std::optional<model::RecordingRecord>> recording(OperationId operation);
  StoreResult<std::optional<model::NotificationRecord>> notification(NotificationId notification);
  /// The notifications given up, oldest first; the first `passed` are passed over.
  StoreResult<std::vector<model::NotificationRecord>> set_aside(std::size_t limit,
                                                                std::size_t passed = 0);
  /// Recordings whose time is over. Their files are removed first and their rows erased after, so
  /// that a crash between leaves no file without a row. The longest expired first; the first
  /// `passed` are passed over.
  StoreResult<std::vector<model::RecordingRecord>> expired_recordings(UtcTime now,
                                                                      std::size_t limit,
                                                                      std::size_t passed = 0);

 private:
  explicit StoreReader(SqliteDatabase database) : database_(std::move(database)) {}

  SqliteDatabase database_;
};

}  // namespace parley::store
