// A disk that loses its power, or fails and hangs where it is told to sync.
#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <functional>
#include <map>
#include <optional>

#include "server/file_io.hpp"
#include "server/recording_files.hpp"
#include "server/server_test_support.hpp"

namespace {

/// What the disk keeps of one folder's files: bytes that were synced, under names that were.
class SyncedFolder {
 public:
  using Files = std::map<std::string, std::string>;

  /// The files that are there when the power is back, of each as much as is sure.
  Files after_power_loss() {
    const std::lock_guard lock(mutex_);
    return sure();
  }
  /// Waits until the power may fail and these are there; false after 10 s.
  bool wait_for(const Files& files) {
    return wait([&] { return sure() == files; });
  }

  void fail_file_syncs() { set(file_syncs_fail_, true); }
  void fail_folder_syncs() { set(folder_syncs_fail_, true); }
  void hang() { set(hangs_, true); }
  void go_on() { set(hangs_, false); }
  /// Waits until a sync hangs.
  bool wait_for_hanging() {
    return wait([this] { return hanging_ > 0; });
  }

  /// A sync, by the C library's contract.
  int sync(int fd, const std::string& path) {
    std::unique_lock lock(mutex_);
    ++hanging_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hangs_; });
    --hanging_;
    const bool is_folder = std::filesystem::is_directory(path);
    if (is_folder ? folder_syncs_fail_ : file_syncs_fail_) {
      errno = EIO;
      return -1;
    }
    if (is_folder)
      for (const auto& entry : std::filesystem::directory_iterator(path))
        names_.insert(entry.path().filename());
    else
      synced_[std::filesystem::path(path).filename()] = content(fd);
    changed_.notify_all();
    return 0;
  }

 private:
  static std::string content(int fd) {
    struct stat file {};
    ::fstat(fd, &file);
    std::string bytes(static_cast<std::size_t>(file.st_size), '\0');
    EXPECT_EQ(::pread(fd, bytes.data(), bytes.size(), 0), file.st_size);
    return bytes;
  }
  Files sure() const {
    Files files;
    for (const std::string& name : names_) {
      const auto found = synced_.find(name);
      files[name] = found == synced_.end() ? "" : found->second;
    }
    return files;
  }
  void set(bool& flag, bool value) {
    const std::lock_guard lock(mutex_);
    flag = value;
    changed_.notify_all();
  }
  bool wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool file_syncs_fail_ = false;
  bool folder_syncs_fail_ = false;
  bool hangs_ = false;
  int hanging_ = 0;
  Files synced_;
  std::set<std::string> names_;
};

/// The folder of this test; syncs of all other files are the C library's.
struct Watched {
  std::mutex mutex;
  std::string path;
  SyncedFolder* folder = nullptr;
};
Watched& watched() {
  static Watched made;
  return made;
}

int sync_or(const char* real_name, int fd) {
  std::error_code error;
  const std::string path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error);
  SyncedFolder* folder = nullptr;
  {
    const std::lock_guard lock(watched().mutex);
    if (watched().folder && path.starts_with(watched().path)) folder = watched().folder;
  }
  if (folder) return folder->sync(fd, path);
  return reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, real_name))(fd);
}

}  // namespace

/// They take the C library's place for the folder of this test.
extern "C" int fsync(int fd) {
  return sync_or("fsync", fd);
}
extern "C" int fdatasync(int fd) {
  return sync_or("fdatasync", fd);
}

namespace parley::server {
namespace {

constexpr std::size_t kMaxWaiting = 8;

class RecordingSyncTest : public ::testing::Test {
 protected:
  RecordingSyncTest() {
    const std::lock_guard lock(watched().mutex);
    watched().path = std::filesystem::canonical(scratch_.path());
    watched().folder = &disk_;
  }
  ~RecordingSyncTest() override {
    disk_.go_on();
    files_.reset();
    const std::lock_guard lock(watched().mutex);
    watched().folder = nullptr;
  }

  void start(Duration sync_interval) {
    RecordingFilesOptions options;
    options.folder = scratch_.path();
    options.max_waiting_bytes = kMaxWaiting;
    options.sync_interval = sync_interval;
    files_.emplace(
        options, [this](auto shard, auto input) { posted_.post(shard, std::move(input)); }, log_);
  }
  void append(const std::string& name, std::string_view text) {
    files_->append({name, to_bytes(as_bytes(text)), OperationId{Uuid{{7}}}, 3});
  }
  /// What was told of recordings, of which there must be `count`.
  std::vector<platform::RecordingBroken> told(std::size_t count) {
    std::vector<platform::RecordingBroken> found;
    for (const auto& [shard, input] : posted_.wait_for(count)) {
      EXPECT_EQ(shard, 3u);
      found.push_back(std::get<platform::RecordingBroken>(input));
    }
    EXPECT_EQ(found.size(), count);
    found.resize(count);  // so that a test goes on and says more
    return found;
  }

  ScratchFolder scratch_;
  SyncedFolder disk_;
  NullLog log_;
  PostedInputs posted_;
  std::optional<RecordingFiles> files_;
};

constexpr Duration kSoon = std::chrono::milliseconds(10);
/// Longer than any test: what is synced then is synced for another reason.
constexpr Duration kNever = std::chrono::hours(24);

TEST_F(RecordingSyncTest, WhatWasAppendedOutlivesALossOfPowerThoughNothingFollows) {
  start(kSoon);
  std::string sound;
  for (const char* piece : {"one", "two", "three"}) {
    append("a.wav", piece);
    sound += piece;
    EXPECT_TRUE(disk_.wait_for({{"a.wav", sound}})) << piece;
  }
  append("b.wav", "other");
  EXPECT_TRUE(disk_.wait_for({{"a.wav", sound}, {"b.wav", "other"}}));
}

TEST_F(RecordingSyncTest, WhatIsFinishedIsSyncedAtOnceAndSoIsItsNewFilesEntry) {
  start(kNever);
  append("first", "x");  // that the thread has its first sync behind it
  ASSERT_TRUE(disk_.wait_for({{"first", "x"}}));
  append("a.wav", "....one");
  files_->finish({"a.wav", to_bytes(as_bytes("HEAD"))});
  EXPECT_TRUE(disk_.wait_for({{"first", "x"}, {"a.wav", "HEADone"}}));
}

TEST_F(RecordingSyncTest, AppendsBetweenTwoSyncsWaitForTheNext) {
  start(kNever);
  append("a.wav", "one");
  ASSERT_TRUE(disk_.wait_for({{"a.wav", "one"}}));
  append("a.wav", "two");
  append("b.wav", "");
  ASSERT_TRUE(yield_until([&] { return std::filesystem::exists(scratch_.file("b.wav")); }));
  EXPECT_EQ(disk_.after_power_loss(), (SyncedFolder::Files{{"a.wav", "one"}}));
  files_.reset();
  EXPECT_EQ(disk_.after_power_loss(), (SyncedFolder::Files{{"a.wav", "onetwo"}, {"b.wav", ""}}))
      << "a clean end syncs all";
}

TEST_F(RecordingSyncTest, ASyncThatFailsBreaksTheRecordingOff) {
  disk_.fail_file_syncs();
  start(kSoon);
  append("a.wav", "1234");
  EXPECT_EQ(told(1).front().why, "Input/output error");
  append("a.wav", "5678");
  files_.reset();
  EXPECT_EQ(told(1).front().bytes, 4u) << "told once";
  EXPECT_EQ(read_file(scratch_.file("a.wav")), "1234") << "nothing is appended behind a loss";
}

TEST_F(RecordingSyncTest, ASyncOfTheFolderThatFailsBreaksItsNewRecordingsOff) {
  start(kSoon);
  append("old", "x");
  ASSERT_TRUE(disk_.wait_for({{"old", "x"}}));
  disk_.fail_folder_syncs();
  append("a.wav", "1234");
  EXPECT_EQ(told(1).front().bytes, 4u);
  append("old", "y");
  EXPECT_TRUE(disk_.wait_for({{"old", "xy"}}));
  files_.reset();
  told(1);
}

TEST_F(RecordingSyncTest, ASyncThatFailsAtTheEndIsToldToo) {
  start(kNever);
  append("first", "x");
  ASSERT_TRUE(disk_.wait_for({{"first", "x"}}));
  disk_.fail_file_syncs();
  append("a.wav", "....one");
  files_->finish({"a.wav", to_bytes(as_bytes("HEAD"))});
  EXPECT_EQ(told(1).front().why, "Input/output error");
  EXPECT_EQ(files_->failures(), 1u);
}

TEST_F(RecordingSyncTest, ADiskThatHangsIsToldWhileItHangsAndNothingPilesUp) {
  disk_.hang();
  start(kSoon);
  append("a.wav", "1234");
  ASSERT_TRUE(disk_.wait_for_hanging());
  append("a.wav", "56789012");
  for (int i = 0; i < 1'000; ++i) append("a.wav", "behind");
  for (int i = 0; i < 1'000; ++i) append("b.wav", "never begun");
  const auto broken = told(2);
  EXPECT_EQ(broken[0].why, "the disk is too slow");
  EXPECT_EQ(broken[0].bytes, 12u);
  EXPECT_EQ(broken[1].bytes, 0u);
  files_->remove({"b.wav"});
  EXPECT_EQ(files_->waiting_bytes(), kMaxWaiting);
  EXPECT_EQ(files_->failures(), 2u);
  disk_.go_on();
  files_->finish({"a.wav", to_bytes(as_bytes("HEAD"))});
  files_.reset();
  EXPECT_EQ(disk_.after_power_loss(), (SyncedFolder::Files{{"a.wav", "HEAD56789012"}}));
  told(2);
}

}  // namespace
}  // namespace parley::server
