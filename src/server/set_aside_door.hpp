#pragma once

#include "net/responder.hpp"
#include "platform/api_gateway.hpp"
#include "server/client_front.hpp"
#include "server/http_reply.hpp"
#include "server/responder_table.hpp"
#include "server/shared_locator.hpp"
#include "server/shared_reader.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {

/// What a door to the set-aside notifications needs; all must outlive it.
struct SetAsideParts {
  WorkerPool& workers;
  SharedReader& reader;
  const SharedLocator& locator;
  ResponderTable& responders;
  OfferToShard offer;
};

/// `/parley/notifications`, which `parley webhook` asks. A worker reads the rows; what changes one
/// goes on to a shard.
class SetAsideDoor {
 public:
  explicit SetAsideDoor(SetAsideParts parts) : parts_(std::move(parts)) {}

  void open(const RequestIds& ids, Instant now, const operations::directory::SetAsideRequest& asked,
            const net::Responder& responder);

 private:
  using Answer = Result<operations::Reply, operations::ApiError>;

  Answer list(RequestId request, const operations::directory::ListSetAside& asked);
  /// Nothing where a shard answers.
  std::optional<operations::ApiError> settle(const RequestIds& ids, Instant now,
                                             const operations::directory::SettleSetAside& asked,
                                             const net::Responder& responder);

  SetAsideParts parts_;
};

}  // namespace parley::server
