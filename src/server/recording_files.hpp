#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/time.hpp"
#include "model/records.hpp"
#include "platform/shard_io.hpp"
#include "server/file_io.hpp"
#include "server/mailbox.hpp"

namespace parley::server {

/// Whether it may be a file's name in the recordings folder: 1 to 80 letters, digits, `-`, `_` and
/// inner dots. Never a path.
bool is_recording_name(std::string_view name);

/// After a crash: gives each WAV in the folder the header that fits its length. Returns how many
/// were mended.
std::size_t repair_recordings(const std::string& folder, LogSink& log);

/// After a crash: removes the recordings that no row knows, whose row was not kept any more.
/// Returns how many. Only files with the name of a recording of ours, an operation's id and `.wav`.
std::size_t remove_unknown_recordings(const std::string& folder,
                                      const std::vector<model::RecordingRecord>& known);

/// Removes the file now; one that is not there is no error.
FileResult remove_recording(const std::string& folder, const std::string& name);

struct RecordingFilesOptions {
  std::string folder;
  /// Appended bytes that wait for a slow disk, or are being written; a further append is dropped
  /// and counted, and its recording ends.
  std::size_t max_waiting_bytes = 64u << 20;
  /// Files held open; beyond, all are synced and closed, to be opened again when needed.
  std::size_t max_open = 512;
  /// What was appended is on the disk after so long, with its file's entry in the folder.
  Duration sync_interval = std::chrono::seconds(1);
  /// The disk's last bytes are the database's: with less room no recording grows.
  std::uintmax_t reserved_bytes = 0;
};

/// The thread that writes recordings, in the order asked. Thread-safe. A failing disk is logged,
/// counted and told to the recording's shard, also while it hangs; the calls go on.
class RecordingFiles {
 public:
  RecordingFiles(RecordingFilesOptions options, PostToShard post, LogSink& log);
  /// Carries out what waits, syncs and ends the thread.
  ~RecordingFiles();

  void append(platform::AppendRecording append);
  void finish(platform::FinishRecording finish);
  void remove(platform::DeleteRecording removal);

  std::size_t waiting_bytes() const;
  std::uint64_t failures() const { return failures_; }

 private:
  using Job =
      std::variant<platform::AppendRecording, platform::FinishRecording, platform::DeleteRecording>;

  /// A recording from its first append until its end is carried out.
  struct Live {
    OperationId operation{};
    platform::ShardIndex from = 0;
    std::uint64_t taken = 0;  ///< bytes that are written or wait
    bool is_broken = false;   ///< told; a further append is dropped
  };

  /// Queues it, or drops what would be too much: then what is to be told, once of a recording.
  std::optional<platform::RecordingBroken> take(platform::AppendRecording append);
  void put(Job job);
  /// Whether nothing was taken of a recording that broke off: there is no file to look after.
  bool forget_empty(const std::string& name);
  void run();
  /// Carries out a job, or none, and syncs where that is due.
  void work(const Job* job);
  void carry_out(const platform::AppendRecording& job);
  void carry_out(const platform::FinishRecording& job);
  void carry_out(const platform::DeleteRecording& job);
  /// Makes the place of what was carried out free.
  void release(const Job& job);
  /// Whether the disk has more room than is reserved; looked at as often as it is synced.
  bool has_room() const;
  bool is_all_synced() const { return unsynced_.empty() && unentered_.empty(); }
  int open_file(const std::string& name);
  /// Makes the file where it is missing; -1 and errno when it cannot be opened.
  int open_or_make(const std::string& name);
  void close_file(std::string name);
  void sync_all();
  /// Syncs the folder where it has new files; those whose entries it may lack break off.
  void sync_folder();
  void note_failure(std::string_view what, const std::string& name);
  void note_failure(const std::string& reason);
  /// The file lacks an append, or may lose one: told once, and nothing more is appended.
  void break_off(const std::string& name, const std::string& why);
  std::string path(const std::string& name) const { return options_.folder + "/" + name; }

  RecordingFilesOptions options_;
  PostToShard post_;
  LogSink& log_;

  /// At most once a minute.
  class Told {
   public:
    bool is_due(Instant now) {
      Instant next = next_;
      return now >= next && next_.compare_exchange_strong(next, now + std::chrono::minutes(1));
    }

   private:
    std::atomic<Instant> next_{Instant{}};
  };

  // The thread's own.
  std::map<std::string, int> open_;
  std::set<std::string> unsynced_;
  std::set<std::string> unentered_;  ///< new files whose entry in the folder is not synced
  std::set<std::string> cut_;        ///< that take no more, though what waits was taken
  Instant next_sync_{};
  bool has_room_ = true;

  std::atomic<std::uint64_t> failures_{0};
  Told failure_told_;
  Told drop_told_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  std::size_t waiting_bytes_ = 0;  ///< of `waiting_`, and of what is being carried out
  std::map<std::string, Live> live_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace parley::server
