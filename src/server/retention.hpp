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

/// Removes what is past its time: rows of calls, refresh tokens, and recordings (the file first,
/// its row after, so that a crash between leaves no file without a row). An application's expired
/// secrets and certificates stay as long as it does: they show why a bot gets no token any more,
/// hold nothing secret, and an application has few. A file goes also while the store cannot erase
/// its row: on a full disk that is what makes room. Runs on the writer's thread.
class Retention {
 public:
  Retention(RetentionOptions options, store::SqliteStore& store, store::StoreReader& reader,
            LogSink& log)
      : options_(std::move(options)), store_(store), reader_(reader), log_(log) {}

  /// One bounded go; true when more is left to remove.
  bool run(UtcTime now);

 private:
  bool remove_recordings(UtcTime now);
  bool purge(UtcTime now);
  /// How many of them keep their rows.
  std::size_t remove(const std::vector<model::RecordingRecord>& expired);

  RetentionOptions options_;
  store::SqliteStore& store_;
  store::StoreReader& reader_;
  LogSink& log_;
  /// The expired recordings at the head of the list that were dealt with and have their rows still:
  /// passed over until the list's end was reached.
  std::size_t passed_ = 0;
};

}  // namespace parley::server
