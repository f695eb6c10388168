#pragma once

#include <mutex>
#include <utility>

#include "store/store_reader.hpp"

namespace parley::server {

/// One read-only connection to the store for all workers; they read one after the other.
class SharedReader {
 public:
  explicit SharedReader(store::StoreReader reader) : reader_(std::move(reader)) {}

  /// `read` gets the reader and must not keep it.
  template <class Read>
  auto with(Read read) {
    const std::lock_guard lock(mutex_);
    return read(reader_);
  }

 private:
  std::mutex mutex_;
  store::StoreReader reader_;
};

}  // namespace parley::server
