#include "server/recording_door.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "identity/access_tokens.hpp"
#include "operations/api_error.hpp"
#include "operations/http_fields.hpp"
#include "server/http_reply.hpp"
#include "server/recording_files.hpp"

namespace parley::server {
namespace {

/// The first half second of a recording comes into its file at once.
constexpr int kUntilFirstBytesSeconds = 1;

/// A file read from its beginning, closed with the last copy of the body source.
class FileSource {
 public:
  explicit FileSource(int fd) : fd_(fd) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() { ::close(fd_); }

  std::optional<std::string> next() {
    std::string piece(RecordingDoor::kChunk, '\0');
    ssize_t got = 0;
    do got = ::read(fd_, piece.data(), piece.size());
    while (got < 0 && errno == EINTR);
    if (got < 0) return std::nullopt;
    piece.resize(static_cast<std::size_t>(got));
    return piece;
  }

 private:
  int fd_;
};

net::HttpResponse gone() {
  return refusal(
      {404, "ResourceNotFound",
       "There is no such recording: recordings are removed soon after their call's end"});
}

}  // namespace

void RecordingDoor::open(const net::HttpRequest& request, std::string_view id, UtcTime now,
                         const net::Responder& responder) {
  if (request.method != "GET")
    return responder.respond(refusal(operations::method_not_allowed(request.target, "GET")));
  const auto operation = Uuid::parse(id);
  if (!operation) return responder.respond(gone());
  const auto token = operations::bearer_token(request.headers.get("Authorization").value_or(""));
  if (!token)
    return responder.respond(refusal(operations::unauthenticated(
        "The request has no bearer token. Send the recordingAccessToken that came with "
        "recordingLocation")));
  const auto directory = directory_.current();
  const auto tenant = identity::verify_recording_token({identity_, *directory, now}, *token,
                                                       OperationId{*operation});
  if (!tenant) return responder.respond(refusal(operations::unauthenticated(tenant.error().text)));
  const RequestId request_id{Uuid::random(random_)};
  const bool taken =
      workers_.run([this, request_id, operation = OperationId{*operation}, tenant = *tenant,
                    responder] { responder.respond(answer(request_id, operation, tenant)); });
  if (!taken) responder.respond(refusal(operations::overloaded()));
}

net::HttpResponse RecordingDoor::answer(RequestId request, OperationId operation, TenantId tenant) {
  const auto found = reader_.with(
      request, [&](store::StoreReader& reader) { return reader.recording(operation); });
  if (!found) return reply_to({.id = request}, Failure{operations::internal_error()});
  if (!*found || (*found)->tenant_id != tenant || !is_recording_name((*found)->file_name))
    return gone();
  const std::string path = folder_ + "/" + (*found)->file_name;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  // A bot that is told of a recording's beginning may come before its first bytes are written.
  if (fd < 0 && !(*found)->complete)
    return refusal(
        operations::unavailable("The recording has just begun", kUntilFirstBytesSeconds));
  if (fd < 0) return gone();
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/octet-stream"}, {"Cache-Control", "no-store"}};
  response.source = [file = std::make_shared<FileSource>(fd)] {
    return file->next();
  };
  return response;
}

}  // namespace parley::server
