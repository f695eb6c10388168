#pragma once

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include "model/records.hpp"
#include "store/sqlite_database.hpp"

namespace parley::store {

// SQL text and bindings made from a record's description: one column per member, in its order. Ids
// and enumerators are text, times milliseconds, an absent optional NULL.

template <class Tag>
void bind_cell(SqliteStatement& statement, int at, const Strong<Tag, Uuid>& id) {
  statement.bind_text(at, id.value.text());
}
inline void bind_cell(SqliteStatement& statement, int at, const std::string& text) {
  statement.bind_text(at, text);
}
inline void bind_cell(SqliteStatement& statement, int at, const Bytes& bytes) {
  statement.bind_blob(at, bytes);
}
inline void bind_cell(SqliteStatement& statement, int at, UtcTime time) {
  statement.bind_integer(at, time.time_since_epoch().count());
}
template <std::integral Integer>
void bind_cell(SqliteStatement& statement, int at, Integer value) {
  statement.bind_integer(at, static_cast<std::int64_t>(value));
}
template <class Enum>
requires std::is_enum_v<Enum>
void bind_cell(SqliteStatement& statement, int at, Enum value) {
  statement.bind_text(at, model::enumerator_name(value));
}
template <class T>
void bind_cell(SqliteStatement& statement, int at, const std::optional<T>& value) {
  if (value) {
    bind_cell(statement, at, *value);
  } else {
    statement.bind_null(at);
  }
}

// Each reader answers false for a cell that the member cannot hold.

template <class Tag>
bool read_cell(const SqliteStatement& row, int at, Strong<Tag, Uuid>& id) {
  const std::optional<Uuid> uuid = Uuid::parse(row.text(at));
  if (uuid) id.value = *uuid;
  return uuid.has_value();
}
inline bool read_cell(const SqliteStatement& row, int at, std::string& text) {
  text = row.text(at);
  return true;
}
inline bool read_cell(const SqliteStatement& row, int at, Bytes& bytes) {
  bytes = to_bytes(row.blob(at));
  return true;
}
inline bool read_cell(const SqliteStatement& row, int at, UtcTime& time) {
  time = UtcTime(std::chrono::milliseconds(row.integer(at)));
  return true;
}
template <std::integral Integer>
bool read_cell(const SqliteStatement& row, int at, Integer& value) {
  const std::int64_t found = row.integer(at);
  value = static_cast<Integer>(found);
  return std::in_range<std::conditional_t<std::is_same_v<Integer, bool>, unsigned char, Integer>>(
      found);
}
template <class Enum>
requires std::is_enum_v<Enum>
bool read_cell(const SqliteStatement& row, int at, Enum& value) {
  const std::optional<Enum> found = model::enumerator_named<Enum>(row.text(at));
  if (found) value = *found;
  return found.has_value();
}
template <class T>
bool read_cell(const SqliteStatement& row, int at, std::optional<T>& value) {
  if (row.is_null(at)) {
    value.reset();
    return true;
  }
  return read_cell(row, at, value.emplace());
}

/// The record's columns, `prefix` before each: `id, domain, …`.
template <class Record>
std::string column_list(std::string_view prefix = {}) {
  std::string list;
  Record record;
  model::for_each_column(record, [&](std::string_view name, const auto&) {
    if (!list.empty()) list += ", ";
    list.append(prefix).append(name);
  });
  return list;
}

/// Writes a record whole, over the one with the same key; the timeline only grows.
template <class Record>
std::string upsert_sql() {
  std::string values;
  std::string key;
  std::string updates;
  Record record;
  model::for_each_column(record, [&](std::string_view name, const auto&) {
    values += values.empty() ? "?" : ", ?";
    if (key.empty()) {
      key = name;
      return;
    }
    if (!updates.empty()) updates += ", ";
    updates.append(name).append(" = excluded.").append(name);
  });
  std::string sql = std::string("INSERT INTO ") + Record::kTable + " (" + column_list<Record>() +
                    ") VALUES (" + values + ")";
  if constexpr (!std::is_same_v<Record, model::TimelineRecord>) {
    sql += " ON CONFLICT (" + key + ") DO UPDATE SET " + updates;
  }
  return sql;
}

template <class Record>
std::string erase_sql() {
  const std::string columns = column_list<Record>();
  return std::string("DELETE FROM ") + Record::kTable + " WHERE " +
         columns.substr(0, columns.find(',')) + " = ?";
}

/// `tail` is the rest of the statement: `WHERE … ORDER BY …`.
template <class Record>
std::string select_sql(std::string_view tail) {
  return "SELECT " + column_list<Record>() + " FROM " + Record::kTable + " " + std::string(tail);
}

template <class Record>
void bind_record(SqliteStatement& statement, const Record& record) {
  int at = 0;
  model::for_each_column(
      record, [&](std::string_view, const auto& value) { bind_cell(statement, ++at, value); });
}

/// Runs `select_sql<Record>(tail)` with the parameters bound in order; all its rows, in its order.
template <class Record, class... Parameters>
StoreResult<std::vector<Record>> select_records(SqliteDatabase& database, std::string_view tail,
                                                const Parameters&... parameters) {
  StoreResult<SqliteStatement> statement = database.prepare(select_sql<Record>(tail));
  if (!statement) return Failure{statement.error()};
  int parameter = 0;
  (bind_cell(*statement, ++parameter, parameters), ...);
  std::vector<Record> records;
  for (;;) {
    const StoreResult<bool> row = statement->step();
    if (!row) return Failure{row.error()};
    if (!*row) return records;
    int column = 0;
    std::string_view bad;
    model::for_each_column(records.emplace_back(), [&](std::string_view name, auto& value) {
      if (!read_cell(*statement, column++, value)) bad = name;
    });
    if (!bad.empty()) {
      return Failure{StoreError{StoreFault::corrupt, std::string("store: a row of ") +
                                                         Record::kTable + " has an unusable " +
                                                         std::string(bad)}};
    }
  }
}

}  // namespace parley::store
