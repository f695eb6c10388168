#pragma once

#include "model/ids.hpp"
#include "net/responder.hpp"
#include "server/http_reply.hpp"
#include "server/shared_reader.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {

/// `GET /parley/calls/{id}`, which `parley call show` prints: what the store keeps of a call,
/// running or ended. Read by a worker.
class CallReportDoor {
 public:
  CallReportDoor(WorkerPool& workers, SharedReader& reader) : workers_(workers), reader_(reader) {}

  void open(CallId call, const RequestIds& ids, const net::Responder& responder);

 private:
  Result<operations::Reply, operations::ApiError> answer(CallId call, RequestId request);

  WorkerPool& workers_;
  SharedReader& reader_;
};

}  // namespace parley::server
