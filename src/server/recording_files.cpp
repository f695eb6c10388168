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
  const std::size_t bytes = append.bytes.size();
  Job job = std::move(append);
  if (put(job, bytes)) return;
  ++failures_;
  if (drop_told_.is_due(net::read_clocks().monotonic))
    log_.write(LogLevel::error, "recording_dropped", {{"reason", kTooSlow}});
  auto& lost = std::get<platform::AppendRecording>(job);
  lost.bytes.clear();
  Job gap = Gap{std::move(lost)};
  put(gap, 0);
}

void RecordingFiles::finish(platform::FinishRecording finish) {
  Job job = std::move(finish);
  put(job, 0);
}

void RecordingFiles::remove(platform::DeleteRecording removal) {
  Job job = std::move(removal);
  put(job, 0);
}

std::size_t RecordingFiles::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

bool RecordingFiles::put(Job& job, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > 0 && waiting_bytes_ + bytes > options_.max_waiting_bytes) return false;
  waiting_bytes_ += bytes;
  waiting_.push_back(std::move(job));
  wake_.notify_one();
  return true;
}

void RecordingFiles::run() {
  while (true) {
    std::deque<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] {
        return stopping_ || !waiting_.empty();
      };
      if (unsynced_.empty())
        wake_.wait(lock, has_work);
      else
        wake_.wait_for(lock, options_.sync_interval, has_work);
      jobs.swap(waiting_);
      waiting_bytes_ = 0;
      if (stopping_ && jobs.empty()) break;
    }
    const Instant now = net::read_clocks().monotonic;
    const bool sync_is_due = now >= next_sync_;
    if (sync_is_due) has_room_ = has_room();
    for (const Job& job : jobs) std::visit([this](const auto& one) { carry_out(one); }, job);
    if (!sync_is_due) continue;
    sync_all();
    next_sync_ = now + options_.sync_interval;
  }
  sync_all();
  while (!open_.empty()) close_file(open_.begin()->first);
}

void RecordingFiles::carry_out(const platform::AppendRecording& job) {
  if (broken_.contains(job.name)) return;
  const int fd = open_file(job.name);
  if (fd >= 0 && !has_room_) {
    note_failure(kNoRoom);
    return break_off(job, fd, kNoRoom);
  }
  if (fd >= 0) unsynced_.insert(job.name);
  if (fd >= 0 && append_all(fd, job.bytes)) return;
  const int reason = errno;
  if (fd >= 0) note_failure("append to", job.name);
  break_off(job, fd, std::generic_category().message(reason));
}

void RecordingFiles::carry_out(const Gap& gap) {
  break_off(gap.lost, open_file(gap.lost.name), kTooSlow);
}

void RecordingFiles::break_off(const platform::AppendRecording& lost, int fd, std::string why) {
  if (!broken_.insert(lost.name).second) return;
  const off_t size = fd < 0 ? 0 : std::max<off_t>(::lseek(fd, 0, SEEK_END), 0);
  post_(lost.from, platform::RecordingBroken{lost.operation, std::move(why),
                                             static_cast<std::uint64_t>(size)});
}

void RecordingFiles::carry_out(const platform::FinishRecording& job) {
  broken_.erase(job.name);
  const int fd = open_file(job.name);
  if (fd < 0) return;
  // An append that was dropped, or failed, makes the file shorter than its recorder knows.
  bool mended = false;
  if (!write_at(fd, job.header, 0) || !mend_header(fd, mended) || ::fsync(fd) != 0)
    note_failure("finish", job.name);
  close_file(job.name);
}

void RecordingFiles::carry_out(const platform::DeleteRecording& job) {
  close_file(job.name);
  broken_.erase(job.name);
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
  const int fd = ::open(path(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    const int reason = errno;
    note_failure("open", name);
    errno = reason;
    return -1;
  }
  open_.emplace(name, fd);
  return fd;
}

void RecordingFiles::close_file(std::string name) {
  const auto found = open_.find(name);
  if (found == open_.end()) return;
  unsynced_.erase(name);
  ::close(found->second);
  open_.erase(found);
}

void RecordingFiles::sync_all() {
  for (const std::string& name : unsynced_)
    if (const auto found = open_.find(name); found != open_.end())
      if (::fdatasync(found->second) != 0) note_failure("sync", name);
  unsynced_.clear();
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
