#include "net/connection_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace parley::net {

struct ConnectionTable::Entry {
  std::optional<IpAddress> source;
  std::function<void()> close;
  bool idle = true;
  bool counted = true;
  std::list<Entry*>::iterator where{};
};

namespace {

std::optional<IpAddress> source_of(const std::optional<IpAddress>& address) {
  if (!address) return std::nullopt;
  IpAddress source = address->unmapped();
  if (source.family == IpFamily::v6)
    std::fill(source.bytes.begin() + 8, source.bytes.end(), std::uint8_t{0});
  return source;
}

}  // namespace

ConnectionTable::Place::Place(ConnectionTable& table, std::shared_ptr<Entry> entry)
    : table_(&table), entry_(std::move(entry)) {}

ConnectionTable::Place::Place(Place&& other) noexcept
    : table_(other.table_), entry_(std::move(other.entry_)) {}

ConnectionTable::Place& ConnectionTable::Place::operator=(Place&& other) noexcept {
  std::swap(table_, other.table_);
  std::swap(entry_, other.entry_);
  return *this;
}

ConnectionTable::Place::~Place() {
  if (entry_) table_->leave(*entry_);
}

void ConnectionTable::Place::set_idle(bool idle) {
  if (!entry_->counted || entry_->idle == idle) return;
  auto& from = idle ? table_->busy_ : table_->idle_;
  auto& to = idle ? table_->idle_ : table_->busy_;
  to.splice(to.end(), from, entry_->where);
  entry_->idle = idle;
}

bool ConnectionTable::Place::set_source(const std::optional<IpAddress>& address) {
  const auto source = source_of(address);
  if (!entry_->counted || entry_->source == source) return true;
  if (source && !table_->has_room(*source)) return false;
  table_->leave_source(*entry_);
  entry_->source = source;
  if (source) ++table_->per_source_[*source];
  return true;
}

ConnectionTable::Place ConnectionTable::admit(const std::optional<IpAddress>& address,
                                              std::function<void()> close) {
  const auto source = source_of(address);
  if (source && !has_room(*source)) return {};
  if (size_ >= max_total_ && !make_room(nullptr)) return {};
  auto entry = std::make_shared<Entry>();
  entry->source = source;
  entry->close = std::move(close);
  entry->where = idle_.insert(idle_.end(), entry.get());
  ++size_;
  if (source) ++per_source_[*source];
  return {*this, std::move(entry)};
}

bool ConnectionTable::has_room(const IpAddress& source) {
  const auto found = per_source_.find(source);
  return found == per_source_.end() || found->second < max_per_source_ || make_room(&source);
}

bool ConnectionTable::make_room(const IpAddress* source) {
  const auto oldest = std::find_if(idle_.begin(), idle_.end(), [&](const Entry* entry) {
    return !source || entry->source == *source;
  });
  if (oldest == idle_.end()) return false;
  Entry& entry = **oldest;
  // It no longer counts, though its coroutine needs a moment to end.
  leave(entry);
  close(entry);
  return true;
}

void ConnectionTable::leave(Entry& entry) {
  if (!std::exchange(entry.counted, false)) return;
  (entry.idle ? idle_ : busy_).erase(entry.where);
  --size_;
  leave_source(entry);
}

void ConnectionTable::leave_source(Entry& entry) {
  if (!entry.source) return;
  const auto found = per_source_.find(*entry.source);
  if (--found->second == 0) per_source_.erase(found);
  entry.source.reset();
}

void ConnectionTable::close(Entry& entry) {
  // `close` may destroy the entry with the function that is running.
  const auto close_connection = std::exchange(entry.close, nullptr);
  if (close_connection) close_connection();
}

void ConnectionTable::close_idle() {
  while (!idle_.empty()) make_room(nullptr);
}

void ConnectionTable::close_all() {
  close_idle();
  while (!busy_.empty()) {
    Entry& entry = *busy_.front();
    leave(entry);
    close(entry);
  }
}

}  // namespace parley::net
