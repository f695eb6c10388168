#include "server/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace parley::server {
namespace {

bool write_all(int fd, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = ::write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string system_error_text(std::string_view what, std::string_view path) {
  const std::string reason = std::strerror(errno);
  return "cannot " + std::string(what) + " " + std::string(path) + ": " + reason;
}

std::optional<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

FileResult write_file(const std::string& path, std::string_view contents, unsigned mode) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return Failure{system_error_text("write", fresh)};
  const bool kept = write_all(fd, contents) && ::fchmod(fd, mode) == 0 && ::fsync(fd) == 0;
  const std::string error = kept ? "" : system_error_text("write", fresh);
  ::close(fd);
  if (!kept) return Failure{error};
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return Failure{system_error_text("replace", path)};
  return {};
}

FileResult make_folder(const std::string& path, unsigned mode) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Failure{"cannot make the folder " + path + ": " + error.message()};
  if (::chmod(path.c_str(), mode) != 0) return Failure{system_error_text("set the mode of", path)};
  return {};
}

}  // namespace parley::server
