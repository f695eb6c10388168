#pragma once

#include <string>

#include "model/notice.hpp"
#include "model/operation_types.hpp"

namespace parley::model {

/// Where a finished recording is fetched from, and the token that opens it.
struct RecordingLink {
  std::string location;
  std::string access_token;
};

/// The whole Graph `call`, as an answer to GET and the incoming notification show it.
Call to_graph_call(const CallRecord& record);

/// The members that an `updated` or `deleted` notification repeats: id, state, callChainId (not
/// under /app), and what the notice adds.
Call to_graph_call_change(const Notice& notice);

/// The Graph operation of the record's kind, in its dialect: 2019 answers a mute with a bare
/// commsOperation, has times, and no typed operations for subscribeToTone and
/// cancelMediaProcessing.
Operation to_graph_operation(const OperationRecord& record,
                             const std::optional<RecordingLink>& link);

}  // namespace parley::model
