#pragma once

#include <span>

#include "store/sqlite_database.hpp"

namespace parley::store {

/// The SQL of each schema version, in order: the first makes version 1 from an empty file. A
/// published migration is never edited; a change of a record's description adds one.
std::span<const char* const> migrations();

/// The version this binary writes.
inline int newest_schema() {
  return static_cast<int>(migrations().size());
}

/// Brings the file to `newest_schema()`, each step in one transaction. A file written by a later
/// parley is refused with `newer_schema` and left as it is.
StoreResult<void> migrate(SqliteDatabase& database);

/// Refuses a file of another version than this binary's; for connections that may not write.
StoreResult<void> check_schema(SqliteDatabase& database);

}  // namespace parley::store
