#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "model/graph_enums.hpp"
#include "model/ids.hpp"

namespace parley::model {

// Members of these types have `{}` so that designated initializers may leave them out.

/// Who or what: an object id of the directory, a phone number (E.164), or a guest's own id.
/// `tenant_id` and `identity_provider` are not declared on Graph's open type; its bodies carry
/// them.
struct Identity {
  std::optional<std::string> id{};
  std::optional<std::string> display_name{};
  std::optional<std::string> tenant_id{};
  std::optional<std::string> identity_provider{};  ///< 2019: "None" marks a guest
};
BOOST_DESCRIBE_STRUCT(Identity, (), (id, display_name, tenant_id, identity_provider))

/// One of these is set. In calls Graph's communicationsIdentitySet, which its bodies name
/// identitySet.
struct IdentitySet {
  std::optional<Identity> user{};
  std::optional<Identity> application{};
  std::optional<Identity> application_instance{};
  std::optional<Identity> guest{};
  std::optional<Identity> phone{};
  std::optional<Identity>
      encrypted{};  ///< instead of the user, for an app without any Calls.* role
  std::optional<Identity> device{};
};
BOOST_DESCRIBE_STRUCT(IdentitySet, (),
                      (user, application, application_instance, guest, phone, encrypted, device))

struct ParticipantInfo {
  std::optional<ParticipantId> id{};  ///< in notifications only; the metadata does not declare it
  IdentitySet identity{};
  std::optional<EndpointType> endpoint_type{};
  std::optional<std::string> region{};
  std::optional<std::string> language_id{};
  std::optional<std::string> country_code{};
  std::optional<ParticipantId> participant_id{};
};
BOOST_DESCRIBE_STRUCT(ParticipantInfo, (),
                      (id, identity, endpoint_type, region, language_id, country_code,
                       participant_id))

struct InvitationParticipantInfo {
  std::optional<ParticipantId> id{};  ///< as in ParticipantInfo
  IdentitySet identity{};
  std::optional<EndpointType> endpoint_type{};
  std::optional<bool> hidden{};
  std::optional<ParticipantId> participant_id{};
  std::optional<bool> remove_from_default_audio_routing_group{};
  std::optional<std::string> replaces_call_id{};  ///< a call id, or a path that ends in one
};
BOOST_DESCRIBE_STRUCT(InvitationParticipantInfo, (),
                      (id, identity, endpoint_type, hidden, participant_id,
                       remove_from_default_audio_routing_group, replaces_call_id))

}  // namespace parley::model
