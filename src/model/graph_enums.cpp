#include "model/graph_enums.hpp"

#include "model/codec.hpp"

namespace parley::model {

PARLEY_GRAPH_ENUM(CallDirection)
PARLEY_GRAPH_ENUM(CallState)
PARLEY_GRAPH_ENUM(Modality)
PARLEY_GRAPH_ENUM(MediaState)
PARLEY_GRAPH_ENUM(MediaDirection)
PARLEY_GRAPH_ENUM(Tone)
PARLEY_GRAPH_ENUM(OperationStatus)
PARLEY_GRAPH_ENUM(PlayPromptCompletionReason)
PARLEY_GRAPH_ENUM(RecordCompletionReason)
PARLEY_GRAPH_ENUM(RejectReason)
PARLEY_GRAPH_ENUM(ChangeType)
PARLEY_GRAPH_ENUM(EndpointType)
PARLEY_GRAPH_ENUM(RoutingType)
PARLEY_GRAPH_ENUM(RoutingPolicy)
PARLEY_GRAPH_ENUM(CallTranscriptionState)

}  // namespace parley::model
