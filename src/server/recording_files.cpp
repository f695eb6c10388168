#include "server/recording_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/uuid.hpp"
#include "net/event_loop.hpp"
#include "wire/wav.hpp"

namespace parley::server {
namespace {

constexpr std::size_t kMaxNameLength = 80;
constexpr const char* kTooSlow = "the disk is too slow";
constexpr const char* kNoRoom = "what is left of the disk is reserved for the database";

bool write_at(int fd, ByteView bytes, off_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += written;
  }
  return true;
}

bool append_all(int fd, ByteView bytes) {
  const off_t end = ::lseek(fd, 0, SEEK_END);
  if (end < 0) return false;
  if (write_at(fd, bytes, end)) return true;
  // Half an append would shift every later sample by a byte.
  const int reason = errno;
  if (::ftruncate(fd, end) != 0) errno = reason;
  return false;
}

/// Makes the header of a WAV fit its length. False when it cannot be written; `mended` tells
/// whether it was changed.
bool mend_header(int fd, bool& mended) {
  wire::WavHeader start{};
  const off_t size = ::lseek(fd, 0, SEEK_END);
  if (::pread(fd, start.data(), start.size(), 0) != static_cast<ssize_t>(start.size())) return true;
  const auto header = wire::repaired_wav_header(start, static_cast<std::uint64_t>(size));
  mended = header && *header != start;
  return !mended || (write_at(fd, *header, 0) && ::fsync(fd) == 0);
}

/// False when the file cannot be read or written.
bool repair_file(const std::string& path, bool& mended) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  const bool good = mend_header(fd, mended);
  ::close(fd);
  return good;
}

}  // namespace

bool is_recording_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= kMaxNameLength && plain(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '.'; });
}

std::size_t repair_recordings(const std::string& folder, LogSink& log) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    bool mended = false;
    if (!repair_file(entry.path().string(), mended))
      log.write(LogLevel::error, "recording_not_repaired",
                {{"reason", system_error_text("mend", entry.path().string())}});
    count += mended ? 1 : 0;
  }
  return count;
}

std::size_t remove_unknown_recordings(const std::string& folder,
                                      const std::vector<model::RecordingRecord>& known) {
  std::set<std::string> names;
  for (const model::RecordingRecord& record : known) names.insert(record.file_name);
  std::vector<std::filesystem::path> unknown;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::filesystem::path& path = entry.path();
    const bool ours = path.extension() == ".wav" && Uuid::parse(path.stem().string());
    if (ours && entry.is_regular_file(error) && !names.contains(path.filename().string()))
      unknown.push_back(path);
  }
  return static_cast<std::size_t>(
      std::ranges::count_if(unknown, [](const auto& path) { return ::unlink(path.c_str()) == 0; }));
}

FileResult remove_recording(const std::string& folder, const std::string& name) {
  if (!is_recording_name(name)) return Failure{"\"" + name + "\" is no recording's name"};
  const std::string path = folder + "/" + name;
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return Failure{system_error_text("remove", path)};
}

RecordingFiles::RecordingFiles(RecordingFilesOptions options, PostToShard post, LogSink& log)
    : options_(std::move(options)), post_(std::move(post)), log_(log), thread_([this] { run(); }) {}

RecordingFiles::~RecordingFiles() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void RecordingFiles::append(platform::AppendRecording append) {
  const platform::ShardIndex from = append.from;
  auto broken = take(std::move(append));
  if (!broken) return;
  // The thread may hang in the disk: it cannot tell this.
  ++failures_;
  if (drop_told_.is_due(net::read_clocks().monotonic))
    log_.write(LogLevel::error, "recording_dropped", {{"reason", kTooSlow}});
  post_(from, std::move(*broken));
}

std::optional<platform::RecordingBroken> RecordingFiles::take(platform::AppendRecording append) {
  const std::lock_guard lock(mutex_);
  Live& live = live_[append.name];
  if (live.is_broken) return std::nullopt;
  live.operation = append.operation;
  live.from = append.from;
  const std::size_t bytes = append.bytes.size();
  if (waiting_bytes_ + bytes > options_.max_waiting_bytes) {
    live.is_broken = true;
    return platform::RecordingBroken{live.operation, kTooSlow, live.taken};
  }
  live.taken += bytes;
  waiting_bytes_ += bytes;
  waiting_.emplace_back(std::move(append));
  wake_.notify_one();
  return std::nullopt;
}

void RecordingFiles::finish(platform::FinishRecording finish) {
  if (!forget_empty(finish.name)) put(std::move(finish));
}

void RecordingFiles::remove(platform::DeleteRecording removal) {
  if (!forget_empty(removal.name)) put(std::move(removal));
}

// So that those which a hanging disk lets fail one after the other leave nothing that waits.
bool RecordingFiles::forget_empty(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(name);
  if (found == live_.end() || !found->second.is_broken || found->second.taken > 0) return false;
  live_.erase(found);
  return true;
}

std::size_t RecordingFiles::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

void RecordingFiles::put(Job job) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(job));
  wake_.notify_one();
}

void RecordingFiles::release(const Job& job) {
  const std::lock_guard lock(mutex_);
  if (const auto* append = std::get_if<platform::AppendRecording>(&job))
    waiting_bytes_ -= append->bytes.size();
  else if (const auto* finish = std::get_if<platform::FinishRecording>(&job))
    live_.erase(finish->name);
  else if (const auto* removal = std::get_if<platform::DeleteRecording>(&job))
    live_.erase(removal->name);
}

void RecordingFiles::run() {
  while (true) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] {
        return stopping_ || !waiting_.empty();
      };
      if (is_all_synced())
        wake_.wait(lock, has_work);
      else
        wake_.wait_for(lock, next_sync_ - net::read_clocks().monotonic, has_work);
      jobs.swap(waiting_);
      if (stopping_ && jobs.empty()) break;
    }
    if (jobs.empty()) work(nullptr);
    for (const Job& job : jobs) work(&job);
  }
  sync_all();
  while (!open_.empty()) close_file(open_.begin()->first);
}

// Also between two jobs: on a slow disk many of them may wait.
void RecordingFiles::work(const Job* job) {
  const Instant now = net::read_clocks().monotonic;
  const bool sync_is_due = now >= next_sync_;
  if (sync_is_due) has_room_ = has_room();
  if (job) {
    std::visit([this](const auto& one) { carry_out(one); }, *job);
    release(*job);
  }
  if (!sync_is_due) return;
  sync_all();
  // From its end on: where a sync takes longer than that, not every append may wait for one.
  next_sync_ = net::read_clocks() + options_.sync_interval;
}

void RecordingFiles::carry_out(const platform::AppendRecording& job) {
  if (cut_.contains(job.name)) return;
  const int fd = open_file(job.name);
  if (fd >= 0 && !has_room_) {
    note_failure(kNoRoom);
    return break_off(job.name, kNoRoom);
  }
  if (fd >= 0) unsynced_.insert(job.name);
  if (fd >= 0 && append_all(fd, job.bytes)) return;
  const int reason = errno;
  if (fd >= 0) note_failure("append to", job.name);
  break_off(job.name, std::generic_category().message(reason));
}

void RecordingFiles::break_off(const std::string& name, const std::string& why) {
  cut_.insert(name);
  const auto open = open_.find(name);
  const off_t size =
      open == open_.end() ? 0 : std::max<off_t>(::lseek(open->second, 0, SEEK_END), 0);
  Live told;
  {
    const std::lock_guard lock(mutex_);
    const auto found = live_.find(name);
    if (found == live_.end() || found->second.is_broken) return;
    found->second.is_broken = true;
    told = found->second;
  }
  post_(told.from,
        platform::RecordingBroken{told.operation, why, static_cast<std::uint64_t>(size)});
}

void RecordingFiles::carry_out(const platform::FinishRecording& job) {
  const int fd = open_file(job.name);
  if (fd >= 0) {
    // An append that was dropped, or failed, makes the file shorter than its recorder knows.
    bool mended = false;
    if (!write_at(fd, job.header, 0) || !mend_header(fd, mended) || ::fsync(fd) != 0) {
      const int reason = errno;
      note_failure("finish", job.name);
      break_off(job.name, std::generic_category().message(reason));
    }
    if (unentered_.contains(job.name)) sync_folder();
  }
  close_file(job.name);
  cut_.erase(job.name);
}

void RecordingFiles::carry_out(const platform::DeleteRecording& job) {
  close_file(job.name);
  cut_.erase(job.name);
  unentered_.erase(job.name);
  if (!remove_recording(options_.folder, job.name)) note_failure("remove", job.name);
}

bool RecordingFiles::has_room() const {
  std::error_code error;
  const auto space = std::filesystem::space(options_.folder, error);
  return error || space.available > options_.reserved_bytes;
}

int RecordingFiles::open_file(const std::string& name) {
  if (const auto found = open_.find(name); found != open_.end()) return found->second;
  if (!is_recording_name(name)) {
    errno = EINVAL;
    note_failure("open", name);
    return -1;
  }
  if (open_.size() >= options_.max_open) {
    sync_all();
    while (!open_.empty()) close_file(open_.begin()->first);
  }
  const int fd = open_or_make(name);
  if (fd < 0) {
    const int reason = errno;
    note_failure("open", name);
    errno = reason;
    return -1;
  }
  open_.emplace(name, fd);
  return fd;
}

int RecordingFiles::open_or_make(const std::string& name) {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  const int known = ::open(path(name).c_str(), kFlags);
  if (known >= 0 || errno != ENOENT) return known;
  const int made = ::open(path(name).c_str(), kFlags | O_CREAT | O_EXCL, 0600);
  if (made >= 0) unentered_.insert(name);
  return made;
}

void RecordingFiles::close_file(std::string name) {
  const auto found = open_.find(name);
  if (found == open_.end()) return;
  unsynced_.erase(name);
  ::close(found->second);
  open_.erase(found);
}

void RecordingFiles::sync_all() {
  for (const std::string& name : unsynced_) {
    const auto found = open_.find(name);
    if (found == open_.end() || ::fdatasync(found->second) == 0) continue;
    // The kernel may have given the bytes up: a later sync that succeeds does not bring them back.
    const int reason = errno;
    note_failure("sync", name);
    break_off(name, std::generic_category().message(reason));
  }
  unsynced_.clear();
  if (!unentered_.empty()) sync_folder();
}

void RecordingFiles::sync_folder() {
  const int fd = ::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int reason = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) {
    errno = reason;
    note_failure(system_error_text("sync", options_.folder));
    for (const std::string& name : unentered_)
      break_off(name, std::generic_category().message(reason));
  }
  unentered_.clear();
}

void RecordingFiles::note_failure(std::string_view what, const std::string& name) {
  note_failure(system_error_text(what, name));
}

void RecordingFiles::note_failure(const std::string& reason) {
  // A full disk fails twice a second for each recording: one a minute is told, all are counted.
  ++failures_;
  if (failure_told_.is_due(net::read_clocks().monotonic))
    log_.write(LogLevel::error, "recording_failed", {{"reason", reason}});
}

}  // namespace parley::server
