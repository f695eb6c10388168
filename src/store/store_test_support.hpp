#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/random.hpp"
#include "model/records.hpp"
#include "store/sqlite_store.hpp"
#include "store/store_reader.hpp"

namespace parley::store {

/// A folder under `build/` that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::filesystem::create_directories("build");
    std::string name = "build/store_test_XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  std::string file(const std::string& name = "parley.db") const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Calls `make` with random records' members filled by kind, so that every column carries
/// something. Their ids are of 1970.
class RecordMaker {
 public:
  explicit RecordMaker(std::uint64_t seed) : random_(seed) {}

  template <class Record>
  Record make() {
    Record record;
    model::for_each_column(record, [&](std::string_view, auto& value) { fill(value); });
    return record;
  }
  bool coin() { return random_.u32() % 2 == 0; }

 private:
  template <class Tag>
  void fill(Strong<Tag, Uuid>& id) {
    id.value = Uuid::ordered({}, random_);
  }
  void fill(std::string& text) { text = "tëxt '\"; -- " + std::to_string(random_.u32()); }
  void fill(Bytes& bytes) {
    bytes.resize(32);
    random_.fill(bytes);
  }
  void fill(UtcTime& time) { time = UtcTime(std::chrono::milliseconds(random_.u32())); }
  void fill(bool& value) { value = coin(); }
  void fill(std::int32_t& value) { value = static_cast<std::int32_t>(random_.u32()); }
  void fill(std::uint32_t& value) { value = random_.u32(); }
  void fill(std::uint64_t& value) { value = random_.u64() >> 1; }
  /// All but the first enumerator, which a record has by default.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void fill(Enum& value) { value = static_cast<Enum>(1); }
  template <class T>
  void fill(std::optional<T>& value) {
    if (coin()) fill(value.emplace());
  }

  SeededRandom random_;
};

inline UtcTime at_second(std::int64_t second) {
  return UtcTime(std::chrono::seconds(second));
}

inline SqliteStore open_store(const std::string& path) {
  return std::move(SqliteStore::open({.path = path})).value();
}

inline StoreReader open_reader(const std::string& path) {
  return std::move(StoreReader::open(path)).value();
}

}  // namespace parley::store
