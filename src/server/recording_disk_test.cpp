// A disk that takes no more bytes.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>
#include <optional>

#include "server/file_io.hpp"
#include "server/recording_files.hpp"
#include "server/server_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::server {
namespace {

constexpr std::size_t kRoom = 4'096;

/// No file of the process grows beyond `kRoom`, as long as it lives.
class FullDisk {
 public:
  FullDisk() : before_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit full = before_;
    full.rlim_cur = kRoom;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }

 private:
  rlimit before_{};
  void (*before_handler_)(int);
};

TEST(RecordingDisk, ThatIsFullLeavesAReadableFileOfWhatItTook) {
  const ScratchFolder scratch;
  NullLog log;
  RecordingFilesOptions options;
  options.folder = scratch.path();
  PostedInputs posted;
  std::optional<RecordingFiles> files(
      std::in_place, options,
      [&posted](auto shard, auto input) { posted.post(shard, std::move(input)); }, log);
  const auto begin = wire::wav_header(16'000, 0);
  const auto end = wire::wav_header(16'000, 5'000);
  std::uint64_t failures = 0;
  {
    const FullDisk full;
    files->append({"a.wav", Bytes(begin.begin(), begin.end())});
    for (int i = 0; i < 10; ++i) files->append({"a.wav", Bytes(1'000, 1)});
    files->finish({"a.wav", Bytes(end.begin(), end.end())});
    files->append({"marker", Bytes(1)});
    while (!std::filesystem::exists(scratch.file("marker"))) std::this_thread::yield();
    failures = files->failures();
  }
  EXPECT_EQ(failures, 1u) << "what follows a lost append is not appended";
  const auto told = posted.wait_for(1);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(std::get<platform::RecordingBroken>(told.front().second).why, "File too large");
  EXPECT_EQ(std::get<platform::RecordingBroken>(told.front().second).bytes,
            wire::kWavHeaderSize + 4'000);
  const auto cut = read_file(scratch.file("a.wav"));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->size(), wire::kWavHeaderSize + 4'000) << "no half append";
  EXPECT_EQ(wire::read_wav(as_bytes(*cut))->samples.size(), 2'000u);
  files->append({"b.wav", Bytes(kRoom + 1)});
  files.reset();
  EXPECT_EQ(read_file(scratch.file("b.wav"))->size(), kRoom + 1) << "there is room again";
}

TEST(RecordingDisk, LeavesItsReserveToTheDatabase) {
  const ScratchFolder scratch;
  NullLog log;
  RecordingFilesOptions options;
  options.folder = scratch.path();
  options.reserved_bytes = std::numeric_limits<std::uintmax_t>::max();
  PostedInputs posted;
  RecordingFiles files(
      options, [&posted](auto shard, auto input) { posted.post(shard, std::move(input)); }, log);
  files.append({"a.wav", Bytes(1'000, 1)});
  const auto told = posted.wait_for(1);
  ASSERT_EQ(told.size(), 1u);
  const auto& broken = std::get<platform::RecordingBroken>(told.front().second);
  EXPECT_NE(broken.why.find("reserved for the database"), std::string::npos) << broken.why;
  EXPECT_EQ(broken.bytes, 0u);
  EXPECT_EQ(files.failures(), 1u);
}

}  // namespace
}  // namespace parley::server
