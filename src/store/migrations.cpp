#include "store/migrations.hpp"

#include <array>

namespace parley::store {
namespace {

// Ids are dashed text, so that an operator can read the file with any SQLite tool; times are
// milliseconds since 1970.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE tenants (
  id TEXT PRIMARY KEY, domain TEXT NOT NULL, display_name TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE applications (
  application_id TEXT PRIMARY KEY, object_id TEXT NOT NULL, service_principal_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL, display_name TEXT NOT NULL, callback_uri TEXT, dialect TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE TABLE application_secrets (
  key_id TEXT PRIMARY KEY, application_id TEXT NOT NULL, sha256 BLOB NOT NULL, hint TEXT NOT NULL,
  display_name TEXT NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL
) STRICT;
CREATE TABLE application_certificates (
  key_id TEXT PRIMARY KEY, application_id TEXT NOT NULL, certificate_der BLOB NOT NULL,
  thumbprint_sha256 BLOB NOT NULL, display_name TEXT NOT NULL, starts INTEGER NOT NULL,
  ends INTEGER NOT NULL
) STRICT;
CREATE TABLE grants (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, application_id TEXT NOT NULL, role TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, user_name TEXT NOT NULL, display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE refresh_tokens (
  sha256 BLOB PRIMARY KEY, user_id TEXT NOT NULL, tenant_id TEXT NOT NULL, expires INTEGER NOT NULL
) STRICT;
CREATE INDEX refresh_tokens_expiring ON refresh_tokens (expires);
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, pkcs8_der BLOB NOT NULL, created INTEGER NOT NULL,
  retired INTEGER
) STRICT;

CREATE TABLE calls (
  id TEXT PRIMARY KEY, chain_id TEXT NOT NULL, conversation_id TEXT NOT NULL, tenant_id TEXT NOT NULL,
  application_id TEXT NOT NULL, my_participant_id TEXT NOT NULL, source_participant_id TEXT NOT NULL,
  source_user_id TEXT, source_display_name TEXT NOT NULL, source_hidden INTEGER NOT NULL,
  application_display_name TEXT NOT NULL, direction TEXT NOT NULL,
  state TEXT NOT NULL, dialect TEXT NOT NULL, callback_uri TEXT NOT NULL, created INTEGER NOT NULL,
  established INTEGER, ended INTEGER, code INTEGER NOT NULL, subcode INTEGER NOT NULL,
  message TEXT NOT NULL, next_sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_alive ON calls (created) WHERE ended IS NULL;
CREATE INDEX calls_ended ON calls (ended) WHERE ended IS NOT NULL;
CREATE TABLE operations (
  id TEXT PRIMARY KEY, call_id TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  dialect TEXT NOT NULL, client_context TEXT, created INTEGER NOT NULL, completed INTEGER,
  code INTEGER NOT NULL, subcode INTEGER NOT NULL, message TEXT NOT NULL,
  completion_reason TEXT
) STRICT;
CREATE INDEX operations_of_call ON operations (call_id);
CREATE INDEX operations_open ON operations (created) WHERE completed IS NULL;
CREATE TABLE notifications (
  id TEXT PRIMARY KEY, call_id TEXT NOT NULL, application_id TEXT NOT NULL, tenant_id TEXT NOT NULL,
  sequence INTEGER NOT NULL, url TEXT NOT NULL, payload TEXT NOT NULL, created INTEGER NOT NULL,
  status TEXT NOT NULL, attempts INTEGER NOT NULL, last_error TEXT NOT NULL, settled INTEGER
) STRICT;
CREATE INDEX notifications_of_call ON notifications (call_id, sequence);
CREATE INDEX notifications_pending ON notifications (call_id, sequence) WHERE status = 'pending';
CREATE INDEX notifications_set_aside ON notifications (settled) WHERE status = 'set_aside';
CREATE INDEX notifications_settled ON notifications (settled) WHERE settled IS NOT NULL;
CREATE TABLE recordings (
  operation_id TEXT PRIMARY KEY, call_id TEXT NOT NULL, tenant_id TEXT NOT NULL,
  application_id TEXT NOT NULL, file_name TEXT NOT NULL, bytes INTEGER NOT NULL,
  created INTEGER NOT NULL, expires INTEGER, complete INTEGER NOT NULL
) STRICT;
CREATE INDEX recordings_of_call ON recordings (call_id);
CREATE INDEX recordings_expiring ON recordings (expires) WHERE expires IS NOT NULL;
CREATE TABLE timeline (call_id TEXT NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
CREATE INDEX timeline_of_call ON timeline (call_id, at);
CREATE INDEX timeline_by_age ON timeline (at);
)sql";

// A commit writes the page of each index that it touches: those that only the purge and the start
// used cost a life of a call a third of its pages. The purge follows the ids, which are in order of
// time; rows of before they were go, for it would never find them. A start reads these tables
// whole, which the check of every page before it does anyway.
constexpr const char* kVersion2 = R"sql(
DROP INDEX timeline_by_age;
DROP INDEX notifications_settled;
DROP INDEX notifications_pending;
DROP INDEX operations_open;
DROP INDEX calls_alive;
DELETE FROM timeline WHERE substr(call_id, 15, 1) <> '7';
DELETE FROM notifications WHERE settled IS NOT NULL AND substr(id, 15, 1) <> '7';
)sql";

constexpr std::array kMigrations = {kVersion1, kVersion2};

Failure<StoreError> newer_schema_failure(std::int64_t found) {
  return Failure{StoreError{
      StoreFault::newer_schema,
      "store: the database has schema version " + std::to_string(found) +
          ", this parley knows up to " + std::to_string(newest_schema()) +
          "; start the newer parley that wrote it, or restore the copy made before the upgrade"}};
}

}  // namespace

std::span<const char* const> migrations() {
  return kMigrations;
}

StoreResult<void> migrate(SqliteDatabase& database) {
  for (;;) {
    StoreResult<SqliteTransaction> transaction = SqliteTransaction::begin(database);
    if (!transaction) return Failure{transaction.error()};
    const StoreResult<std::int64_t> version = database.integer_of("PRAGMA user_version");
    if (!version) return Failure{version.error()};
    if (*version > newest_schema()) return newer_schema_failure(*version);
    if (*version == newest_schema()) return {};
    const auto next = static_cast<std::size_t>(*version);
    StoreResult<void> made = database.execute(migrations()[next]);
    if (made) made = database.execute("PRAGMA user_version = " + std::to_string(next + 1));
    if (made) made = transaction->commit();
    if (!made) return made;
  }
}

StoreResult<void> check_schema(SqliteDatabase& database) {
  const StoreResult<std::int64_t> version = database.integer_of("PRAGMA user_version");
  if (!version) return Failure{version.error()};
  if (*version > newest_schema()) return newer_schema_failure(*version);
  if (*version == newest_schema()) return {};
  return Failure{StoreError{StoreFault::other, "store: the database has the old schema version " +
                                                   std::to_string(*version) +
                                                   "; `parley serve` upgrades it at its start"}};
}

}  // namespace parley::store
