#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "identity/directory.hpp"

namespace parley::server {

/// The directory as it is now, for every thread.
class DirectoryBoard {
 public:
  explicit DirectoryBoard(std::shared_ptr<const identity::Directory> directory)
      : directory_(std::move(directory)) {}

  std::shared_ptr<const identity::Directory> current() const {
    const std::lock_guard lock(mutex_);
    return directory_;
  }
  void publish(std::shared_ptr<const identity::Directory> directory) {
    const std::lock_guard lock(mutex_);
    directory_.swap(directory);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const identity::Directory> directory_;
};

}  // namespace parley::server
