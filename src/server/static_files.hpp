#pragma once

#include <map>
#include <string>
#include <string_view>

#include "net/http_message.hpp"

namespace parley::server {

/// The built web page, read into memory once, so that no request can name a file that is not one of
/// them.
class StaticFiles {
 public:
  /// Larger pages are cut off here: what is beyond is not served.
  static constexpr std::size_t kMaxBytes = 64u << 20;

  /// Reads the folder; one that is not there gives no files.
  static StaticFiles load(const std::string& folder);

  /// `/` is `/index.html`.
  bool has(std::string_view path) const;
  /// `has` must hold. 304 when `if_none_match` names what we have.
  net::HttpResponse get(std::string_view path, std::string_view if_none_match) const;
  std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string body;
    std::string_view content_type;
    std::string etag;
    bool immutable = false;  ///< its name holds a hash of it
  };

  const File* find(std::string_view path) const;

  std::map<std::string, File, std::less<>> files_;
};

}  // namespace parley::server
