#include "server/retention.hpp"

#include "server/recording_files.hpp"

namespace parley::server {
namespace {

void log_failure(LogSink& log, const std::string& reason) {
  log.write(LogLevel::error, "retention_failed", {{"reason", reason}});
}

}  // namespace

bool Retention::run(UtcTime now) {
  const bool more_recordings = remove_recordings(now);
  const bool more_rows = purge(now);
  return more_recordings || more_rows;
}

bool Retention::remove_recordings(UtcTime now) {
  const auto expired = reader_.expired_recordings(now, options_.max_recordings, passed_);
  if (!expired) {
    log_failure(log_, expired.error().text);
    return false;
  }
  passed_ += remove(*expired);
  const bool more = expired->size() == options_.max_recordings;
  if (!more) passed_ = 0;
  return more;
}

std::size_t Retention::remove(const std::vector<model::RecordingRecord>& expired) {
  model::RowChanges rows;
  for (const model::RecordingRecord& recording : expired) {
    if (auto removed = remove_recording(options_.recordings_folder, recording.file_name); !removed)
      log_failure(log_, removed.error());
    else
      rows.emplace_back(
          model::EraseRow(model::Erase<model::RecordingRecord>{recording.operation_id}));
  }
  if (rows.empty()) return expired.size();
  const auto kept = store_.commit(std::span<const model::RowChange>(rows));
  if (kept) return expired.size() - rows.size();
  log_failure(log_, kept.error().text);
  return expired.size();
}

bool Retention::purge(UtcTime now) {
  store::PurgeRequest request{.calls_ended_before = now - options_.calls,
                              .timeline_before = now - options_.timelines,
                              .notifications_settled_before = now - options_.notifications,
                              .refresh_tokens_expired_before = now};
  const auto report = store_.purge(request);
  if (!report) log_failure(log_, report.error().text);
  return report && report->more;
}

}  // namespace parley::server
