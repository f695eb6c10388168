#include "disk.hpp"

#include <algorithm>
#include <utility>

namespace parley::durability {
namespace {

void write(Bytes& content, std::uint64_t offset, ByteView bytes) {
  content.resize(std::max<std::size_t>(content.size(), offset + bytes.size()));
  std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// A third of the unsynced writes came through, a third did not, a third in part.
void write_perhaps(Bytes& content, const DiskOperation& operation, Random& random) {
  const std::uint32_t fate = random.u32() % 3;
  if (fate == 0) return;
  if (fate == 1) return write(content, operation.offset, operation.bytes);
  for (std::size_t at = 0; at < operation.bytes.size(); at += Disk::kSector) {
    if (random.u32() % 2 == 0) continue;
    const std::size_t length = std::min(Disk::kSector, operation.bytes.size() - at);
    write(content, operation.offset + at, ByteView(operation.bytes).subspan(at, length));
  }
}

}  // namespace

Disk::Disk(DiskImage image) {
  for (auto& [name, bytes] : image) files_[name] = {bytes, std::move(bytes)};
}

bool Disk::apply(DiskOperation operation) {
  if (!has_power()) return false;
  using Kind = DiskOperation::Kind;
  File& file = files_[operation.file];
  switch (operation.kind) {
    case Kind::write:
      write(file.content, operation.offset, operation.bytes);
      file.unsynced.push_back(operations_.size());
      break;
    case Kind::truncate:
      file.content.resize(operation.offset);
      file.unsynced.push_back(operations_.size());
      break;
    case Kind::sync:
      if (!sync(file)) return false;
      break;
    case Kind::remove:
      files_.erase(operation.file);
      break;
  }
  operations_.push_back(std::move(operation));
  return true;
}

bool Disk::sync(File& file) {
  const auto unsynced = std::exchange(file.unsynced, {});
  if (failing_sync_ != 0 && ++syncs_ % failing_sync_ == 0) {
    ++failed_syncs_;
    return false;
  }
  for (const std::size_t index : unsynced) {
    const DiskOperation& operation = operations_[index];
    if (operation.kind == DiskOperation::Kind::write)
      write(file.synced, operation.offset, operation.bytes);
    else
      file.synced.resize(operation.offset);
  }
  return true;
}

const Bytes* Disk::content(const std::string& file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? nullptr : &found->second.content;
}

DiskImage Disk::after_power_loss(Random& random) const {
  DiskImage image;
  for (const auto& [name, file] : files_) {
    Bytes content = file.synced;
    for (const std::size_t index : file.unsynced) {
      const DiskOperation& operation = operations_[index];
      if (operation.kind == DiskOperation::Kind::write)
        write_perhaps(content, operation, random);
      else if (random.u32() % 2 == 0)
        content.resize(operation.offset);
    }
    image.emplace(name, std::move(content));
  }
  return image;
}

}  // namespace parley::durability
