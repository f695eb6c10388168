#pragma once

#include <string>

#include "base/result.hpp"

namespace parley::store {

enum class StoreFault {
  busy,          ///< another process holds the file beyond the busy timeout
  no_memory,     ///< nothing was written; a later commit may succeed
  disk_full,     ///< nothing was written; a later commit may succeed
  read_only,     ///< the file or its folder may not be written
  cannot_open,   ///< missing, a folder, or no permission
  io,            ///< the disk answered with an error
  corrupt,       ///< not a database, damaged, or a cell that no record can hold
  newer_schema,  ///< written by a later version of parley
  other,
};

struct StoreError {
  StoreFault fault = StoreFault::other;
  std::string text;  ///< names cause and, where there is one, the remedy
};

template <class T>
using StoreResult = Result<T, StoreError>;

}  // namespace parley::store
