#include "server/static_files.hpp"

#include <filesystem>
#include <utility>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"
#include "server/file_io.hpp"

namespace parley::server {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/vnd.microsoft.icon"},
    {".json", "application/json"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wav", "audio/wav"},
    {".webmanifest", "application/manifest+json"},
};

/// The page asks its own server only, and nobody may frame it.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

std::string_view content_type(std::string_view extension) {
  for (const auto& [known, type] : kContentTypes)
    if (known == extension) return type;
  return "application/octet-stream";
}

}  // namespace

StaticFiles StaticFiles::load(const std::string& folder) {
  StaticFiles files;
  std::size_t total = 0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error) || entry.path().filename().string().starts_with('.'))
      continue;
    auto body = read_file(entry.path().string());
    if (!body || (total += body->size()) > kMaxBytes) continue;
    const std::string name = "/" + fs::relative(entry.path(), folder, error).generic_string();
    File file;
    file.body = std::move(*body);
    file.content_type = content_type(entry.path().extension().string());
    file.etag = '"' + to_base64url(crypto::sha256(as_bytes(file.body))).substr(0, 22) + '"';
    file.immutable = name.starts_with("/assets/");
    files.files_.emplace(name, std::move(file));
  }
  return files;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(path == "/" ? "/index.html" : path);
  return found == files_.end() ? nullptr : &found->second;
}

bool StaticFiles::has(std::string_view path) const {
  return find(path) != nullptr;
}

net::HttpResponse StaticFiles::get(std::string_view path, std::string_view if_none_match) const {
  const File& file = *find(path);
  net::HttpResponse response;
  response.headers = {
      {"Content-Type", std::string(file.content_type)},
      {"ETag", file.etag},
      {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Content-Security-Policy", std::string(kPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"}};
  if (if_none_match == file.etag)
    response.status = 304;
  else
    response.body = file.body;
  return response;
}

}  // namespace parley::server
