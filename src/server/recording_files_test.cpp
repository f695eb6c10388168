#include "server/recording_files.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "server/file_io.hpp"
#include "server/server_test_support.hpp"
#include "wire/wav.hpp"

namespace parley::server {
namespace {

class RecordingFilesTest : public ::testing::Test {
 protected:
  void start(RecordingFilesOptions options = {}) {
    options.folder = scratch_.path();
    files_.emplace(
        options, [this](auto shard, auto input) { posted_.post(shard, std::move(input)); }, log_);
  }
  std::string contents(const std::string& name) {
    return read_file(scratch_.file(name)).value_or("(no such file)");
  }
  static Bytes bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

  ScratchFolder scratch_;
  NullLog log_;
  PostedInputs posted_;
  std::optional<RecordingFiles> files_;
};

TEST_F(RecordingFilesTest, AppendsInOrderAndOverwritesTheHeaderAtTheEnd) {
  start();
  files_->append({"a.wav", bytes("....one")});
  files_->append({"b.wav", bytes("other")});
  files_->append({"a.wav", bytes("two")});
  files_->finish({"a.wav", bytes("HEAD")});
  files_.reset();
  EXPECT_EQ(contents("a.wav"), "HEADonetwo");
  EXPECT_EQ(contents("b.wav"), "other");
  EXPECT_EQ(mode_of(scratch_.file("a.wav")), 0600u);
}

TEST_F(RecordingFilesTest, RemovesAFileAndDoesNotMindAMissingOne) {
  start();
  files_->append({"a.wav", bytes("x")});
  files_->remove({"a.wav"});
  files_->remove({"never.wav"});
  files_.reset();
  EXPECT_FALSE(std::filesystem::exists(scratch_.file("a.wav")));
}

TEST_F(RecordingFilesTest, ManyFilesGoOnBeyondTheLimitOfOpenOnes) {
  RecordingFilesOptions options;
  options.max_open = 2;
  start(options);
  for (const char* piece : {"1", "2"})
    for (const char* name : {"a", "b", "c", "d"}) files_->append({name, bytes(piece)});
  files_.reset();
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_EQ(contents(name), "12") << name;
}

TEST_F(RecordingFilesTest, ANameIsNeverAPath) {
  const ScratchFolder outside;
  start();
  files_->append(
      {"../" + std::filesystem::path(outside.path()).filename().string() + "/x", bytes("x")});
  files_->append({"/etc/x", bytes("x")});
  const RecordingFiles& files = *files_;
  files_->remove({".."});
  files_->append({"marker", bytes("x")});
  while (!std::filesystem::exists(scratch_.file("marker"))) std::this_thread::yield();
  EXPECT_EQ(files.failures(), 3u);
  files_.reset();
  EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
}

TEST_F(RecordingFilesTest, ABacklogBeyondItsLimitIsDroppedAndCounted) {
  RecordingFilesOptions options;
  options.max_waiting_bytes = 8;
  start(options);
  const OperationId operation{Uuid{{7}}};
  files_->append({"a", bytes("1234"), operation, 3});
  files_->append({"a", Bytes(9), operation, 3});
  files_->append({"a", Bytes(9), operation, 3});
  files_->append({"a", bytes("behind"), operation, 3});
  EXPECT_GE(files_->failures(), 1u);
  files_.reset();
  EXPECT_EQ(contents("a"), "1234") << "nothing is appended behind a gap";
  const auto told = posted_.wait_for(1);
  EXPECT_EQ(told.front().first, 3u);
  const auto& broken = std::get<platform::RecordingBroken>(told.front().second);
  EXPECT_EQ(broken.operation, operation);
  EXPECT_EQ(broken.why, "the disk is too slow");
  EXPECT_EQ(broken.bytes, 4u);
  EXPECT_EQ(told.size(), 1u) << "told once";
}

TEST_F(RecordingFilesTest, ALinkInTheFolderIsNotFollowed) {
  const ScratchFolder outside;
  outside.write("target", "safe");
  std::filesystem::create_symlink(std::filesystem::absolute(outside.file("target")),
                                  scratch_.file("link"));
  start();
  files_->append({"link", bytes("x")});
  files_.reset();
  EXPECT_EQ(read_file(outside.file("target")), "safe");
}

TEST(RecordingNames, AreIdsWithAnEnding) {
  EXPECT_TRUE(is_recording_name("0b1c9a52-9f2e-4f0a-8a44-f0c1d2e3a4b5.wav"));
  EXPECT_TRUE(is_recording_name(std::string(80, 'a')));
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("/a"),
        std::string("-\n"), std::string("a\0b", 3), std::string(81, 'a')})
    EXPECT_FALSE(is_recording_name(name)) << name;
}

TEST_F(RecordingFilesTest, RepairGivesACutOffRecordingItsLength) {
  const auto unfinished = wire::wav_header(16'000, 0);
  std::string file(as_text(unfinished));
  for (int i = 0; i < 1000; ++i) file += "ab";
  scratch_.write("cut.wav", file + "c");
  scratch_.write("other.txt", "no recording");
  EXPECT_EQ(repair_recordings(scratch_.path(), log_), 1u);
  const auto header = wire::wav_header(16'000, 1000);
  EXPECT_EQ(contents("cut.wav").substr(0, wire::kWavHeaderSize), as_text(header));
  EXPECT_EQ(contents("cut.wav").size(), file.size() + 1);
  EXPECT_EQ(contents("other.txt"), "no recording");
  EXPECT_EQ(repair_recordings(scratch_.path(), log_), 0u);
}

TEST_F(RecordingFilesTest, AFileThatLacksADroppedAppendHasItsOwnLength) {
  RecordingFilesOptions options;
  options.max_waiting_bytes = 100;
  start(options);
  const auto unfinished = wire::wav_header(16'000, 0);
  files_->append({"a.wav", Bytes(unfinished.begin(), unfinished.end())});
  files_->append({"a.wav", Bytes(101)});  // dropped
  const auto header = wire::wav_header(16'000, 50);
  files_->finish({"a.wav", Bytes(header.begin(), header.end())});
  files_.reset();
  EXPECT_EQ(contents("a.wav"), as_text(wire::wav_header(16'000, 0)));
}

TEST_F(RecordingFilesTest, OnlyRecordingsThatNoRowKnowsAreRemovedAtTheStart) {
  const std::string known = "0b1c9a52-9f2e-4f0a-8a44-f0c1d2e3a4b5.wav";
  const std::string unknown = "1b1c9a52-9f2e-4f0a-8a44-f0c1d2e3a4b5.wav";
  for (const std::string& name : {known, unknown, std::string("an operator's.wav")})
    scratch_.write(name, "x");
  model::RecordingRecord record;
  record.file_name = known;
  EXPECT_EQ(remove_unknown_recordings(scratch_.path(), {record}), 1u);
  EXPECT_EQ(contents(known), "x");
  EXPECT_EQ(contents("an operator's.wav"), "x");
  EXPECT_FALSE(std::filesystem::exists(scratch_.file(unknown)));
}

TEST_F(RecordingFilesTest, RemovingAtOnceRefusesPaths) {
  scratch_.write("a.wav", "x");
  EXPECT_TRUE(remove_recording(scratch_.path(), "a.wav").ok());
  EXPECT_TRUE(remove_recording(scratch_.path(), "a.wav").ok());
  EXPECT_FALSE(remove_recording(scratch_.path(), "../x").ok());
}

}  // namespace
}  // namespace parley::server
