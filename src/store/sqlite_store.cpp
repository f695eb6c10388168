#include "store/sqlite_store.hpp"

#include <algorithm>

#include "store/migrations.hpp"
#include "store/row_sql.hpp"

namespace parley::store {
namespace {

constexpr const char* kLogMustBeEmptied =
    " (after a failed sync the log is emptied first, which waits for readers)";

/// A WAL that grew in a burst is cut back to this after a checkpoint.
constexpr const char* kWalSizeLimit = "67108864";

StoreResult<void> configure(SqliteDatabase& database, const SqliteStoreOptions& options) {
  StoreResult<void> done = database.execute(
      std::string("PRAGMA journal_mode = WAL; PRAGMA trusted_schema = OFF; PRAGMA synchronous = ") +
      (options.synchronous ? "FULL" : "OFF") + "; PRAGMA wal_autocheckpoint = " +
      std::to_string(options.checkpoint_pages) + "; PRAGMA journal_size_limit = " + kWalSizeLimit);
  if (!done || !options.max_bytes) return done;
  const StoreResult<std::int64_t> page = database.integer_of("PRAGMA page_size");
  if (!page) return Failure{page.error()};
  const auto pages = std::max<std::uint64_t>(
      1, *options.max_bytes / static_cast<std::uint64_t>(std::max<std::int64_t>(*page, 1)));
  return database.execute("PRAGMA max_page_count = " + std::to_string(pages));
}

StoreError damaged(const std::string& path, const std::string& found) {
  return {StoreFault::corrupt, "store: " + path + " is damaged: " + found +
                                   ". Put a backup in its place, save what is readable with "
                                   "`sqlite3 " +
                                   path + " .recover`, or move it away to begin anew."};
}

/// Reads every page, which takes about a second per gigabyte. A damaged tree that is written to
/// loses more than it has lost.
StoreResult<void> check_pages(SqliteDatabase& database, const std::string& path) {
  StoreResult<SqliteStatement> check = database.prepare("PRAGMA quick_check(1)");
  const StoreResult<bool> row = check ? check->step() : StoreResult<bool>(Failure{check.error()});
  if (!row && row.error().fault == StoreFault::corrupt)
    return Failure{damaged(path, row.error().text)};
  if (!row) return Failure{row.error()};
  const std::string found(check->text(0));
  if (found == "ok") return {};
  return Failure{damaged(path, found)};
}

/// Removes rows whose `time` is before. No such row belongs to an id that was made later, so that
/// the order of the ids serves in place of an index by time. Takes the time and a limit.
std::string purge_sql(const std::string& table, const std::string& id, const std::string& time,
                      UtcTime before) {
  return "DELETE FROM " + table + " WHERE rowid IN (SELECT rowid FROM " + table + " WHERE " + id +
         " < '" + Uuid::least_of(before).text() + "' AND " + time + " < ? ORDER BY " + id +
         " LIMIT ?)";
}
constexpr const char* kPurgeRefreshTokens =
    "DELETE FROM refresh_tokens WHERE rowid IN "
    "(SELECT rowid FROM refresh_tokens WHERE expires < ? LIMIT ?)";

/// The statement kept in `slot`, prepared at its first use.
StoreResult<SqliteStatement*> prepared(SqliteDatabase& database,
                                       std::optional<SqliteStatement>& slot, std::string (*sql)()) {
  if (!slot) {
    StoreResult<SqliteStatement> statement = database.prepare(sql());
    if (!statement) return Failure{statement.error()};
    slot.emplace(std::move(statement).value());
  }
  return &*slot;
}

}  // namespace

StoreResult<SqliteStore> SqliteStore::open(const SqliteStoreOptions& options) {
  StoreResult<SqliteDatabase> database =
      SqliteDatabase::open(options.path, OpenMode::read_write, options.busy_timeout);
  if (!database) return Failure{database.error()};
  database->checkpoint_on_close(false);
  StoreResult<void> ready = check_pages(*database, options.path);
  if (ready) ready = configure(*database, options);
  if (ready) ready = migrate(*database);
  if (!ready) return Failure{ready.error()};
  database->checkpoint_on_close(true);
  return SqliteStore(std::move(database).value());
}

// What a failed sync was to save may be gone though it still reads well, and no later sync saves
// it; what is appended behind it would be lost with it. That matters where SQLite pads a commit to
// a sector behind its sync point; elsewhere it costs one more sync.
StoreResult<SqliteTransaction> SqliteStore::begin() {
  if (log_is_suspect_) {
    if (const StoreResult<void> emptied = database_.empty_log(); !emptied)
      return Failure{StoreError{emptied.error().fault, emptied.error().text + kLogMustBeEmptied}};
    log_is_suspect_ = false;
  }
  return SqliteTransaction::begin(database_);
}

StoreResult<void> SqliteStore::finish(SqliteTransaction& transaction) {
  const StoreResult<void> done = transaction.commit();
  if (!done && done.error().fault == StoreFault::io) log_is_suspect_ = true;
  return done;
}

StoreResult<void> SqliteStore::commit(std::span<const model::RowChange> batch) {
  StoreResult<SqliteTransaction> transaction = begin();
  if (!transaction) return Failure{transaction.error()};
  for (const model::RowChange& change : batch) {
    if (StoreResult<void> applied = apply(change); !applied) return applied;
  }
  return finish(*transaction);
}

StoreResult<void> SqliteStore::commit(std::span<const model::RowChanges> batches) {
  StoreResult<SqliteTransaction> transaction = begin();
  if (!transaction) return Failure{transaction.error()};
  for (const model::RowChanges& batch : batches) {
    for (const model::RowChange& change : batch) {
      if (StoreResult<void> applied = apply(change); !applied) return applied;
    }
  }
  return finish(*transaction);
}

// SQLite writes the page of the version though that is what stands there.
StoreResult<void> SqliteStore::probe() {
  StoreResult<SqliteTransaction> transaction = begin();
  if (!transaction) return Failure{transaction.error()};
  const std::string same = "PRAGMA user_version = " + std::to_string(newest_schema());
  if (StoreResult<void> written = database_.execute(same); !written) return written;
  return finish(*transaction);
}

StoreResult<void> SqliteStore::apply(const model::RowChange& change) {
  if (const auto* const row = std::get_if<model::Row>(&change)) {
    return std::visit([&](const auto& record) { return write(record, row->index()); }, *row);
  }
  const auto& gone = std::get<model::EraseRow>(change);
  return std::visit([&](const auto& record) { return erase(record, gone.index()); }, gone);
}

template <class Record>
StoreResult<void> SqliteStore::write(const Record& record, std::size_t index) {
  const StoreResult<SqliteStatement*> statement =
      prepared(database_, upserts_[index], upsert_sql<Record>);
  if (!statement) return Failure{statement.error()};
  bind_record(**statement, record);
  return (*statement)->run();
}

template <class Record>
StoreResult<void> SqliteStore::erase(const model::Erase<Record>& gone, std::size_t index) {
  const StoreResult<SqliteStatement*> statement =
      prepared(database_, erasures_[index], erase_sql<Record>);
  if (!statement) return Failure{statement.error()};
  bind_cell(**statement, 1, gone.key);
  return (*statement)->run();
}

StoreResult<PurgeReport> SqliteStore::purge(const PurgeRequest& request) {
  StoreResult<SqliteTransaction> transaction = begin();
  if (!transaction) return Failure{transaction.error()};
  PurgeReport report;
  StoreResult<void> done = purge_calls(request, report);
  const auto older = [&](const std::string& sql, UtcTime before) {
    if (done) done = purge_older(sql, before, request.limit, report);
  };
  const auto older_by_id = [&](const char* table, const char* id, const char* time,
                               UtcTime before) {
    older(purge_sql(table, id, time, before), before);
  };
  older_by_id("timeline", "call_id", "at", request.timeline_before);
  older_by_id("notifications", "id", "settled", request.notifications_settled_before);
  older(kPurgeRefreshTokens, request.refresh_tokens_expired_before);
  if (done) done = finish(*transaction);
  if (!done) return Failure{done.error()};
  return report;
}

StoreResult<void> SqliteStore::purge_calls(const PurgeRequest& request, PurgeReport& report) {
  // One choice of calls, used twice: their operations go first.
  const std::string chosen = "(SELECT id FROM calls WHERE ended < ? ORDER BY ended LIMIT ?)";
  PurgeReport operations;
  const StoreResult<void> done = purge_older("DELETE FROM operations WHERE call_id IN " + chosen,
                                             request.calls_ended_before, request.limit, operations);
  if (!done) return done;
  report.rows += operations.rows;
  return purge_older("DELETE FROM calls WHERE id IN " + chosen, request.calls_ended_before,
                     request.limit, report);
}

StoreResult<void> SqliteStore::purge_older(const std::string& sql, UtcTime before,
                                           std::size_t limit, PurgeReport& report) {
  StoreResult<SqliteStatement> statement = database_.prepare(sql);
  if (!statement) return Failure{statement.error()};
  bind_cell(*statement, 1, before);
  bind_cell(*statement, 2, limit);
  if (StoreResult<void> ran = statement->run(); !ran) return ran;
  const auto rows = static_cast<std::size_t>(database_.changes());
  report.rows += rows;
  report.more = report.more || rows >= limit;
  return {};
}

}  // namespace parley::store
