#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "model/records.hpp"
#include "store/sqlite_database.hpp"

namespace parley::store {

struct SqliteStoreOptions {
  std::string path;
  /// How long a statement waits for another process that holds the file.
  std::chrono::milliseconds busy_timeout{5000};
  /// The database's largest size; a commit beyond it fails with `disk_full`. Absent: the disk's.
  std::optional<std::uint64_t> max_bytes{};
  /// Pages of the WAL after which a commit moves them into the database. SQLite's own 1,000 would
  /// write a page that many commits touch more often, and sync twice each time.
  std::uint32_t checkpoint_pages = 4'000;
  /// False: a commit is not on the disk when it returns (tests show what that loses).
  bool synchronous = true;
};

/// What is older than these is removed. Records of a call that has not ended always stay, and so do
/// pending notifications.
struct PurgeRequest {
  UtcTime calls_ended_before{};  ///< with their operations
  UtcTime timeline_before{};
  UtcTime notifications_settled_before{};  ///< taken or set aside
  UtcTime refresh_tokens_expired_before{};
  std::size_t limit =
      500;  ///< rows of each kind in one transaction, so that commits don't wait long
};

struct PurgeReport {
  std::size_t rows = 0;
  bool more = false;  ///< a limit was reached: call again
};

/// The writer's side of the store, owned by one thread. Durable when `commit` returns (WAL,
/// `synchronous=FULL`); after a failed commit nothing of it is kept and the store may be used on.
class SqliteStore {
 public:
  /// Makes or upgrades the file (mode 0600; its folder must exist).
  static StoreResult<SqliteStore> open(const SqliteStoreOptions& options);

  /// One transaction for all changes of one batch, in order.
  StoreResult<void> commit(std::span<const model::RowChange> batch);
  /// Group commit: several batches in one transaction and one sync, in order. All or none are kept.
  StoreResult<void> commit(std::span<const model::RowChanges> batches);
  /// A commit that changes nothing, though it is written and synced as any other.
  StoreResult<void> probe();
  StoreResult<PurgeReport> purge(const PurgeRequest& request);

 private:
  explicit SqliteStore(SqliteDatabase database) : database_(std::move(database)) {}

  /// A transaction in a log that can be trusted.
  StoreResult<SqliteTransaction> begin();
  StoreResult<void> finish(SqliteTransaction& transaction);
  StoreResult<void> apply(const model::RowChange& change);
  template <class Record>
  StoreResult<void> write(const Record& record, std::size_t index);
  template <class Record>
  StoreResult<void> erase(const model::Erase<Record>& erase, std::size_t index);
  StoreResult<void> purge_calls(const PurgeRequest& request, PurgeReport& report);
  StoreResult<void> purge_older(const std::string& sql, UtcTime before, std::size_t limit,
                                PurgeReport& report);

  // Statements refer to the database: it is declared first, so that it goes last.
  SqliteDatabase database_;
  bool log_is_suspect_ = false;
  std::array<std::optional<SqliteStatement>, std::variant_size_v<model::Row>> upserts_;
  std::array<std::optional<SqliteStatement>, std::variant_size_v<model::EraseRow>> erasures_;
};

}  // namespace parley::store
