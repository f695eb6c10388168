#include "disk_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

// SQLite's interface to a file system, https://www.sqlite.org/c3ref/vfs.html. One thread uses all
// connections, one after the other; a connection only has to know whether it is the last one.
namespace parley::durability {
namespace {

constexpr int kMaxPath = 512;

struct Drive {
  Disk* disk = nullptr;
  /// The index of each WAL, which lives in memory and goes with the process.
  std::map<std::string, std::vector<std::unique_ptr<std::uint8_t[]>>> shared{};
  std::map<std::string, int> holders{};  ///< open files with a lock, by name
};

/// What SQLite allocates for each open file, and does not construct.
struct OpenFile {
  sqlite3_file base;
  Drive* drive;
  std::string* name;
  int lock;  ///< SQLITE_LOCK_…
};

OpenFile& opened(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

Drive& drive_of(sqlite3_vfs* vfs) {
  return *static_cast<Drive*>(vfs->pAppData);
}

int apply(const OpenFile& file, DiskOperation::Kind kind, std::uint64_t offset = 0,
          Bytes bytes = {}) {
  return file.drive->disk->apply({kind, *file.name, offset, std::move(bytes)}) ? SQLITE_OK
                                                                               : SQLITE_IOERR;
}

int close_file(sqlite3_file* file) {
  delete opened(file).name;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
  const Bytes* content = opened(file).drive->disk->content(*opened(file).name);
  const auto wanted = static_cast<std::size_t>(amount);
  const std::size_t size = content ? content->size() : 0;
  const std::size_t start = std::min(static_cast<std::size_t>(offset), size);
  const std::size_t got = std::min(wanted, size - start);
  if (got > 0) std::memcpy(to, content->data() + start, got);
  std::memset(static_cast<char*>(to) + got, 0, wanted - got);
  return got == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  const auto* first = static_cast<const std::uint8_t*>(from);
  return apply(opened(file), DiskOperation::Kind::write, static_cast<std::uint64_t>(offset),
               Bytes(first, first + amount));
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return apply(opened(file), DiskOperation::Kind::truncate, static_cast<std::uint64_t>(size));
}

int sync_file(sqlite3_file* file, int) {
  return apply(opened(file), DiskOperation::Kind::sync);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const Bytes* content = opened(file).drive->disk->content(*opened(file).name);
  *size = content ? static_cast<sqlite3_int64>(content->size()) : 0;
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
  OpenFile& own = opened(file);
  int& holders = own.drive->holders[*own.name];
  const int others = holders - (own.lock == SQLITE_LOCK_NONE ? 0 : 1);
  if (level == SQLITE_LOCK_EXCLUSIVE && others > 0) return SQLITE_BUSY;
  if (own.lock == SQLITE_LOCK_NONE) ++holders;
  own.lock = std::max(own.lock, level);
  return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
  OpenFile& own = opened(file);
  if (own.lock != SQLITE_LOCK_NONE && level == SQLITE_LOCK_NONE) --own.drive->holders[*own.name];
  own.lock = std::min(own.lock, level);
  return SQLITE_OK;
}

int is_reserved(sqlite3_file*, int* result) {
  *result = 0;
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return static_cast<int>(Disk::kSector);
}

/// Nothing that would let SQLite do with fewer syncs.
int characteristics(sqlite3_file*) {
  return 0;
}

int map_shared(sqlite3_file* file, int region, int size, int, void volatile** memory) {
  auto& regions = opened(file).drive->shared[*opened(file).name];
  while (regions.size() <= static_cast<std::size_t>(region))
    regions.push_back(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(size)));
  *memory = regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}

int lock_shared(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}

void barrier(sqlite3_file*) {}

int unmap_shared(sqlite3_file* file, int remove) {
  if (remove) opened(file).drive->shared.erase(*opened(file).name);
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap_shared,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  opened(file) = {
      {&kMethods}, &drive_of(vfs), new std::string(name ? name : "temporary"), SQLITE_LOCK_NONE};
  if (out) *out = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  const bool done = drive_of(vfs).disk->apply({DiskOperation::Kind::remove, name});
  return done ? SQLITE_OK : SQLITE_IOERR;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = drive_of(vfs).disk->content(name) != nullptr;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<std::size_t>(size));
  return size;
}

int sleep_for(sqlite3_vfs*, int microseconds) {
  return microseconds;
}

int current_time(sqlite3_vfs*, double* julian_day) {
  *julian_day = 2'461'000.5;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

struct DiskVfs::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* former = nullptr;
  Drive drive{};
};

DiskVfs::DiskVfs() : state_(std::make_unique<State>()) {
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = kMaxPath;
  vfs.zName = "parley-disk";
  vfs.pAppData = &state_->drive;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_for;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  state_->former = sqlite3_vfs_find(nullptr);
  sqlite3_vfs_register(&vfs, 1);
}

DiskVfs::~DiskVfs() {
  sqlite3_vfs_register(state_->former, 1);
  sqlite3_vfs_unregister(&state_->vfs);
}

void DiskVfs::insert(Disk& disk) {
  state_->drive.disk = &disk;
  state_->drive.shared.clear();
  state_->drive.holders.clear();
}

}  // namespace parley::durability
