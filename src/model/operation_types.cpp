#include "model/operation_types.hpp"

#include "model/codec.hpp"

namespace parley::model {

CommsOperation& common(Operation& operation) {
  return std::visit([](auto& chosen) -> CommsOperation& { return chosen; }, operation);
}

PARLEY_GRAPH_TYPE(CommsOperation)
PARLEY_GRAPH_TYPE(PlayPromptOperation)
PARLEY_GRAPH_TYPE(RecordOperation)
PARLEY_GRAPH_TYPE(SubscribeToToneOperation)
PARLEY_GRAPH_TYPE(CancelMediaProcessingOperation)
PARLEY_GRAPH_TYPE(MuteParticipantOperation)
PARLEY_GRAPH_TYPE(UnmuteParticipantOperation)
PARLEY_GRAPH_CHOICE(Operation)

}  // namespace parley::model
