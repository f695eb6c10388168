#pragma once

#include "model/describe.hpp"
#include "model/graph_view.hpp"
#include "operations/request.hpp"

/// The answers that several operations share.
namespace parley::operations {

/// A body-less answer, such as 202 of answer or 204 of delete.
Reply empty_reply(int status);
/// The call as GET shows it, absent members as null.
Reply call_reply(const calling::Call& call, const Request& request, const ApiOptions& options);
/// The operation, with its Location. 2019 answers some acts with the Location alone: `status_2019`
/// is what it answers then, 0 when it has a body as today.
Reply operation_reply(const model::OperationRecord& operation, const Request& request,
                      const ApiOptions& options, int status_2019 = 0);

/// Graph's JSON of one operation, as GET shows it.
model::Json operation_json(const calling::Operation& operation, const Request& request,
                           const ApiOptions& options);

}  // namespace parley::operations
