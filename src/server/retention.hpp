#pragma once

#include <string>

#include "base/log.hpp"
#include "base/time.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_reader.hpp"

namespace parley::server {

struct RetentionOptions {
  std::chrono::days calls{7};
  std::chrono::days timelines{7};
  std::chrono::days notifications{7};
  std::string recordings_folder;
  /// Recordings removed in one go, so that commits don't wait long.
  std::size_t max_recordings = 100;
};

/// Removes what is past its time: rows of calls, and recordings (the file first, its row after, so
/// that a crash between leaves no file without a row). Runs on the writer's thread.
class Retention {
 public:
  Retention(RetentionOptions options, store::SqliteStore& store, store::StoreReader& reader,
            LogSink& log)
      : options_(std::move(options)), store_(store), reader_(reader), log_(log) {}

  void run(UtcTime now);

 private:
  void remove_recordings(UtcTime now);
  void purge(UtcTime now);

  RetentionOptions options_;
  store::SqliteStore& store_;
  store::StoreReader& reader_;
  LogSink& log_;
};

}  // namespace parley::server
