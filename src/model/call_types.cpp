#include "model/call_types.hpp"

#include "model/codec.hpp"

namespace parley::model {

PARLEY_GRAPH_TYPE(ResultInfo)
PARLEY_GRAPH_TYPE(ChatInfo)
PARLEY_GRAPH_SUBTYPE(OrganizerMeetingInfo)
PARLEY_GRAPH_SUBTYPE(TokenMeetingInfo)
PARLEY_GRAPH_SUBTYPE(JoinMeetingIdMeetingInfo)
PARLEY_GRAPH_CHOICE(MeetingInfo)
PARLEY_GRAPH_TYPE(CallRoute)
PARLEY_GRAPH_TYPE(IncomingContext)
PARLEY_GRAPH_TYPE(CallTranscriptionInfo)
PARLEY_GRAPH_SUBTYPE(IncomingCallOptions)
PARLEY_GRAPH_SUBTYPE(OutgoingCallOptions)
PARLEY_GRAPH_CHOICE(AnyCallOptions)
PARLEY_GRAPH_TYPE(Call)
PARLEY_GRAPH_TYPE(RemovedState)
PARLEY_GRAPH_TYPE(Participant)

}  // namespace parley::model
