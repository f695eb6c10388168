#include "model/identity_types.hpp"

#include "model/codec.hpp"

namespace parley::model {

PARLEY_GRAPH_TYPE(Identity)
PARLEY_GRAPH_TYPE(IdentitySet)
PARLEY_GRAPH_TYPE(ParticipantInfo)
PARLEY_GRAPH_TYPE(InvitationParticipantInfo)

}  // namespace parley::model
