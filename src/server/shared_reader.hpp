#pragma once

#include <mutex>
#include <utility>

#include "base/log.hpp"
#include "model/ids.hpp"
#include "store/store_reader.hpp"

namespace parley::server {

/// One read-only connection to the store for all workers; they read one after the other.
class SharedReader {
 public:
  SharedReader(store::StoreReader reader, LogSink& log) : reader_(std::move(reader)), log_(log) {}

  /// `read` gets the reader and must not keep it. What fails is logged under the request's id.
  template <class Read>
  auto with(RequestId request, Read read) {
    const std::lock_guard lock(mutex_);
    auto result = read(reader_);
    if (!result)
      log_.write(LogLevel::error, "store_read_failed",
                 {{"request", to_text(request)}, {"reason", result.error().text}});
    return result;
  }

 private:
  std::mutex mutex_;
  store::StoreReader reader_;
  LogSink& log_;
};

}  // namespace parley::server
