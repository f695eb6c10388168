#pragma once

#include <string>

#include "crypto/system_random.hpp"
#include "identity/identity_options.hpp"
#include "net/http_message.hpp"
#include "net/responder.hpp"
#include "server/directory_board.hpp"
#include "server/shared_reader.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {

/// `GET /recordings/{operation id}` with the recording's own token as bearer: 200, chunked,
/// application/octet-stream (api-contract §7). The row is read and the file opened by a worker; the
/// HTTP thread then pulls it in pieces.
class RecordingDoor {
 public:
  static constexpr std::size_t kChunk = 64u << 10;

  RecordingDoor(identity::IdentityOptions identity, const DirectoryBoard& directory,
                WorkerPool& workers, SharedReader& reader, std::string folder)
      : identity_(std::move(identity)),
        directory_(directory),
        workers_(workers),
        reader_(reader),
        folder_(std::move(folder)) {}

  /// `id` is what follows `/recordings/`.
  void open(const net::HttpRequest& request, std::string_view id, UtcTime now,
            const net::Responder& responder);

 private:
  net::HttpResponse answer(RequestId request, OperationId operation, TenantId tenant);

  identity::IdentityOptions identity_;
  const DirectoryBoard& directory_;
  WorkerPool& workers_;
  SharedReader& reader_;
  std::string folder_;
  crypto::SystemRandom random_;  ///< the HTTP thread's
};

}  // namespace parley::server
